import type { TransportConfig } from "../config/model.ts";
import type { Origin } from "../contracts.ts";
import { connectFailure, dialAddress, type FailureCode } from "../errors.ts";
import type { TimerWheel } from "../lib/timer-wheel.ts";
import type { ClientTls, ConnectError, SocketProvider } from "../platform/sockets.ts";
import { UPSTREAM_EVENTS, type UpstreamConnection } from "./connection.ts";
import type { Route } from "./route.ts";
import { openTunnel } from "./tunnel.ts";

/** What the client of a worker is made of. */
export interface UpstreamClientScope {
  readonly transport: TransportConfig;
  readonly wheel: TimerWheel;
  readonly sockets: SocketProvider;
  /** TLS settings towards a host; never asked for plain HTTP. */
  readonly tlsFor: (host: string) => ClientTls;
}

/** A connection that is to be made. */
export interface DialOptions {
  /** Hears what becomes of it. */
  readonly connection: UpstreamConnection;
  readonly route: Route;
  readonly origin: Origin;
}

/** Begins to connect to an origin, by its route. */
export function dial(
  { connection, route, origin }: DialOptions,
  { transport, sockets, tlsFor }: UpstreamClientScope,
): void {
  const { dialerKeepAliveMs: keepAliveMs } = transport;
  if (route.isTunnel) {
    const tls = tlsFor(origin.host);
    openTunnel({ connection, route, origin, sockets, keepAliveMs, tls });
    return;
  }
  const { host, port } = route;
  const tls = route.isTls ? tlsFor(host) : null;
  const events = UPSTREAM_EVENTS;
  sockets.connect({ host, port, tls, keepAliveMs, owner: connection, events });
}

/** Go's words for why there is no connection. */
export interface DialFailure {
  readonly code: FailureCode;
  readonly what: string;
}

/** Of a connection that failed. */
export function dialFailure(error: ConnectError, route: Route): DialFailure {
  const { host, port, proxy, isTunnel } = route;
  // Through a tunnel the handshake is the origin's; the tunnel says what is the proxy's.
  const isOfProxy = proxy !== null && !isTunnel;
  return connectFailure(isOfProxy ? { ...error, isOfProxy } : error, host, port);
}

/** Of a connection that took too long. */
export function dialTimeout({ host, port, proxy }: Route): DialFailure {
  const what = `dial tcp ${dialAddress(host, port)}: i/o timeout`;
  return { code: "connect_failed", what: proxy === null ? what : `proxyconnect tcp: ${what}` };
}
