import type { GatewayWarning } from "./gateway-warnings.ts";
import type { HaproxyInput } from "./haproxy-input.ts";
import type { HaproxyOptions } from "./haproxy-options.ts";

/** What flags make weaker than somebody may believe. */
export function findOptionWarnings({
  nodes,
  facts: { tls },
  options,
}: Pick<HaproxyInput, "nodes" | "facts" | "options">): readonly GatewayWarning[] {
  const warnings: GatewayWarning[] = [];
  const { authority, name } = options.nodeTls;
  if (tls !== null && authority !== null && name === null) {
    const message =
      "--node-name is not given: any certificate of that authority is accepted for every node";
    warnings.push({ code: "W15", message });
  }
  if (hashesProxies(options)) {
    const message =
      "--balance source with --trust sends all clients of one proxy to the same node: leastconn or hdr(Name) does not";
    warnings.push({ code: "W16", message });
  }
  if (options.certificate !== null && options.speaksHttp2) {
    const message =
      "HTTP/2 clients may repeat a POST whose node died: HAProxy tells them that it was not processed; --no-h2 prevents it";
    warnings.push({ code: "W17", message });
  }
  if (options.resolvers.length > 0 && !nodes.some(({ kind }) => kind === "dns" || kind === "srv")) {
    const message = "--resolver has no effect: no node of the list is a DNS name";
    warnings.push({ code: "W20", message });
  }
  const everybody = options.trusted.find((network) => network.cfg().endsWith("/0"));
  if (everybody !== undefined) {
    const message = `--trust ${everybody.cfg()} believes whatever any client writes into X-Forwarded-For: name the proxies in front`;
    warnings.push({ code: "W19", message });
  }
  return warnings;
}

/** The address that is hashed is that of a proxy in front, not of a client. */
export function hashesProxies({ balance, trusted }: HaproxyOptions): boolean {
  return balance.cfg() === "source" && trusted.length > 0;
}
