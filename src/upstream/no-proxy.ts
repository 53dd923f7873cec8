import { type IpBytes, isInNetwork, type Network, parseIp, parseNetwork } from "../lib/cidr.ts";

/** Does a call to this host and port go without a proxy? */
export type ProxyException = (host: string, port: number) => boolean;

/**
 * Compiles `NO_PROXY` with Go's rules: names and all below them, `.name` only below it, addresses,
 * networks, each but networks perhaps with a port, `*` for everything. This machine itself never
 * needs a proxy.
 */
export function compileNoProxy(text: string): ProxyException {
  const entries = text
    .split(",")
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== "");
  if (entries.includes("*")) return () => true;
  const rules = entries.flatMap((entry) => parseEntry(entry) ?? []);
  return (host, port) => {
    if (host === "localhost") return true;
    const ip = parseIp(host);
    if (ip !== undefined && isLoopback(ip)) return true;
    const name = host.toLowerCase();
    return rules.some((matches) => matches({ name, ip, port }));
  };
}

interface Target {
  readonly name: string;
  /** `undefined`: the host is a name. */
  readonly ip: IpBytes | undefined;
  readonly port: number;
}

type Rule = (target: Target) => boolean;

const LOOPBACKS: readonly Network[] = ["127.0.0.0/8", "::1"].map((text) => parseNetwork(text)!);

function isLoopback(ip: IpBytes): boolean {
  return LOOPBACKS.some((network) => isInNetwork(ip, network));
}

function parseEntry(entry: string): Rule | undefined {
  const network = entry.includes("/") ? parseNetwork(entry) : undefined;
  if (network !== undefined) return ({ ip }) => ip !== undefined && isInNetwork(ip, network);
  const { host, port } = splitPort(entry);
  if (host === "") return undefined;
  const isPort = (target: Target) => port === "" || port === String(target.port);
  const address = parseNetwork(host);
  if (address !== undefined && !host.includes("/")) {
    return (target) => target.ip !== undefined && isInNetwork(target.ip, address) && isPort(target);
  }
  const name = host.startsWith("*.") ? host.slice(1) : host;
  const suffix = name.startsWith(".") ? name : `.${name}`;
  return (target) => (target.name === name || target.name.endsWith(suffix)) && isPort(target);
}

/** `host`, `host:port`, `v6`, `[v6]`, `[v6]:port`. */
function splitPort(entry: string): { readonly host: string; readonly port: string } {
  const [, bracketed, bracketPort = ""] = /^\[([^\]]*)\](?::(.*))?$/.exec(entry) ?? [];
  if (bracketed !== undefined) return { host: bracketed, port: bracketPort };
  const colon = entry.indexOf(":");
  if (colon < 0 || entry.indexOf(":", colon + 1) >= 0) return { host: entry, port: "" };
  return { host: entry.slice(0, colon), port: entry.slice(colon + 1) };
}
