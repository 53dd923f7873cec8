import type { Origin } from "../contracts.ts";
import { parseResponseHead } from "../http1/response-head.ts";
import { InputBuffer } from "../lib/input-buffer.ts";
import type {
  ClientSocketEvents,
  ClientTls,
  ConnectError,
  Socket,
  SocketProvider,
} from "../platform/sockets.ts";
import { HEAD_LIMITS, UPSTREAM_EVENTS, type UpstreamConnection } from "./connection.ts";
import type { Route } from "./route.ts";

/** What a tunnel is made of. */
export interface TunnelOptions {
  /** Gets the connection to the origin, with TLS. */
  readonly connection: UpstreamConnection;
  readonly route: Route;
  readonly origin: Origin;
  readonly sockets: SocketProvider;
  readonly keepAliveMs: number;
  /** Towards the origin. */
  readonly tls: ClientTls;
}

/** Asks a proxy for a connection to an origin (RFC 9110, section 9.3.6), then begins TLS on it. */
export function openTunnel(options: TunnelOptions): void {
  const { connection, route, sockets, keepAliveMs } = options;
  const { host, port } = route;
  const owner = new Tunnel(options);
  connection.dialing(owner);
  sockets.connect({ host, port, tls: null, keepAliveMs, owner, events: TUNNEL_EVENTS });
}

/** The time between the connection to the proxy and TLS to the origin. */
class Tunnel {
  readonly #options: TunnelOptions;
  readonly #input = new InputBuffer();
  #socket: Socket<Tunnel> | null = null;
  #isOver = false;

  constructor(options: TunnelOptions) {
    this.#options = options;
  }

  /** Nobody waits for it any more. */
  terminate(): void {
    this.#isOver = true;
    this.#socket?.terminate();
  }

  onOpen(socket: Socket<Tunnel>): void {
    this.#socket = socket;
    if (this.#isOver) socket.terminate();
    else socket.write(Buffer.from(this.#request(), "latin1"));
  }

  onData(bytes: Buffer): void {
    // Once TLS has begun its encrypted bytes still come here.
    if (this.#isOver) return;
    this.#input.append(bytes);
    // Interim answers may come together with the one that counts.
    while (this.#readHead());
  }

  /** True: there may be another head behind the one that was read. */
  #readHead(): boolean {
    const received = this.#input.view();
    const parsed = parseResponseHead(received, 0, received.length, HEAD_LIMITS, "CONNECT");
    if (parsed === undefined) return false;
    if ("kind" in parsed) {
      this.#fail(parsed.message);
      return false;
    }
    const { status, reason } = parsed.head;
    if (status < 200) {
      this.#input.consume(parsed.end);
      return true;
    }
    if (status !== 200) this.#fail(reason === "" ? "unknown status code" : reason);
    else if (parsed.end !== received.length) this.#fail("the proxy talks before the handshake");
    else this.#secure();
    return false;
  }

  onLost(): void {
    this.#fail("unexpected EOF");
  }

  onConnectFailed(error: ConnectError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.connection.onConnectFailed({ ...error, isOfProxy: true });
  }

  #request(): string {
    const { origin, route } = this.#options;
    const host = origin.host.includes(":") ? `[${origin.host}]` : origin.host;
    const target = `${host}:${origin.port}`;
    const { authorization } = route.proxy!;
    const credentials = authorization === null ? "" : `Proxy-Authorization: ${authorization}\r\n`;
    const agent = "User-Agent: Go-http-client/1.1\r\n";
    return `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${agent}${credentials}\r\n`;
  }

  #secure(): void {
    this.#isOver = true;
    const { sockets, tls, connection: owner } = this.#options;
    sockets.secure(this.#socket!, { tls, owner, events: UPSTREAM_EVENTS });
  }

  #fail(message: string): void {
    if (this.#isOver) return;
    this.terminate();
    this.#options.connection.onConnectFailed({ stage: "proxy", code: "", message });
  }
}

const TUNNEL_EVENTS: ClientSocketEvents<Tunnel> = {
  open: (socket) => socket.data.onOpen(socket),
  data: (socket, bytes) => socket.data.onData(bytes),
  drain() {},
  end: (socket) => socket.data.onLost(),
  close: (socket) => socket.data.onLost(),
  connectFailed: (tunnel, error) => tunnel.onConnectFailed(error),
};
