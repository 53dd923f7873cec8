import type { Origin } from "../contracts.ts";

/** A host that no request can be sent to, and Go's words for it. */
export interface InvalidOrigin {
  readonly kind: "invalid-origin";
  readonly message: string;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** Reads a host as it stands in the configuration, `scheme://name[:port][/base]`. */
export function parseOrigin(text: string): Origin | InvalidOrigin {
  const schemeEnd = text.indexOf("://");
  const scheme = schemeEnd < 0 ? "" : text.slice(0, schemeEnd).toLowerCase();
  const defaultPort = DEFAULT_PORTS[scheme];
  if (defaultPort === undefined) return invalid(`unsupported protocol scheme "${scheme}"`);
  const start = schemeEnd + 3;
  let end = start;
  while (end < text.length && !"/?#".includes(text[end]!)) end++;
  const authority = text.slice(start, end);
  const parts = splitAuthority(authority);
  if (parts === undefined) return invalid(`invalid host ${JSON.stringify(authority)}`);
  return {
    isTls: scheme === "https",
    host: parts.host,
    port: parts.port ?? defaultPort,
    authority,
    text: text.slice(0, end),
    basePath: text.slice(end),
  };
}

/** Splits `name:port`, `[v6]:port`, `name`; `undefined` for anything else. */
function splitAuthority(
  authority: string,
): { readonly host: string; readonly port: number | undefined } | undefined {
  const bracket = authority.startsWith("[") ? authority.indexOf("]") : -1;
  if (authority === "" || authority.includes("@")) return undefined;
  if (authority.startsWith("[") && bracket < 0) return undefined;
  const colon = authority.indexOf(":", bracket + 1);
  const host =
    bracket >= 0 ? authority.slice(1, bracket) : authority.slice(0, colon < 0 ? undefined : colon);
  if (host === "") return undefined;
  if (colon < 0) return { host, port: undefined };
  const port = Number(authority.slice(colon + 1));
  return Number.isInteger(port) && port > 0 && port < 65536 ? { host, port } : undefined;
}

function invalid(message: string): InvalidOrigin {
  return { kind: "invalid-origin", message };
}
