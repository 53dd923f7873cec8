import type { ProxyConfig, ProxyServer } from "../config/model.ts";
import type { Origin } from "../contracts.ts";
import { compileNoProxy } from "./no-proxy.ts";

/** The way to a backend. */
export interface Route {
  /** Whom a connection is made to: the origin, or the proxy. */
  readonly host: string;
  readonly port: number;
  /** With TLS from the start. */
  readonly isTls: boolean;
  readonly proxy: ProxyServer | null;
  /** The proxy is asked for a connection to the origin, on which TLS begins. */
  readonly isTunnel: boolean;
  /** Equal for all origins that may share connections. */
  readonly key: string;
}

/** Decides the way to each origin. */
export function compileRoutes(proxies: ProxyConfig): (origin: Origin) => Route {
  const isException = compileNoProxy(proxies.exceptions);
  return ({ isTls, host, port }) => {
    const scheme = isTls ? "https" : "http";
    const proxy = isTls ? proxies.https : proxies.http;
    if (proxy === null || isException(host, port)) {
      const key = `${scheme} ${host} ${port}`;
      return { host, port, isTls, proxy: null, isTunnel: false, key };
    }
    // Through a proxy all plain hosts share connections.
    const to = isTls ? `${host} ${port}` : "";
    const via = `${proxy.isTls ? "https" : "http"} ${proxy.host} ${proxy.port}`;
    return {
      host: proxy.host,
      port: proxy.port,
      isTls: proxy.isTls,
      proxy,
      isTunnel: isTls,
      key: `${scheme} ${to} via ${via}`,
    };
  };
}
