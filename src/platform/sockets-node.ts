import net from "node:net";
import tls from "node:tls";
import type {
  ClientTls,
  ConnectError,
  ConnectOptions,
  Listener,
  ListenOptions,
  ServerTls,
  Socket,
  SocketEvents,
  SocketProvider,
} from "./sockets.ts";
import { versionRange } from "./tls-versions.ts";
import { Trickle } from "./trickle.ts";

/** The sockets of Node.js, as Deno has them: the streams behind them cost more than Bun's own. */
export const nodeSockets: SocketProvider = {
  listen<Owner>(options: ListenOptions<Owner>): Promise<Listener> {
    const { host, port, sharesPort, events } = options;
    const accept = (stream: net.Socket) => void new StreamSocket(stream, events).open();
    const server = createServer(options, accept);
    return new Promise((resolve, reject) => {
      server.once("error", (error) => reject(asBindError(error)));
      server.listen({ host, port, reusePort: sharesPort }, () => {
        // A connection that cannot be accepted, for want of descriptors say, is none of ours.
        server.on("error", ignore);
        resolve({ port: portOf(server), stop: () => void server.close() });
      });
    });
  },

  connect<Owner>({ host, port, tls: settings, owner, events }: ConnectOptions<Owner>): void {
    const address = { host, port, allowHalfOpen: true };
    const stream =
      settings === null
        ? net.connect(address)
        : tls.connect({ ...address, ...clientTls(settings) });
    let isConnected = false;
    let isSettled = false;
    const fail = (error: ConnectError): void => {
      if (isSettled) return;
      isSettled = true;
      stream.destroy();
      events.connectFailed(owner, error);
    };
    // A peer that goes in the middle of the handshake.
    const lose = () => fail({ stage: "tls", code: "ECONNRESET", message: "EOF" });
    stream.on("error", (error) => fail(connectError(error, isConnected)));
    stream.once("connect", () => {
      isConnected = true;
    });
    stream.once("end", lose);
    stream.once("close", lose);
    stream.once(settings === null ? "connect" : "secureConnect", () => {
      if (isSettled) return;
      isSettled = true;
      const socket = new StreamSocket(stream, events);
      socket.data = owner;
      socket.open();
    });
  },
};

/** A stream takes every byte that it is given; so many at most are given to it before it has sent them. */
const MAX_WAITING_BYTES = 64 * 1024;

/** A write of so few bytes to a peer that has sent FIN asks whether it still reads. */
const MAX_TRICKLED_BYTES = 16;

/** One of the streams of Node.js with the manners of Bun's sockets. */
class StreamSocket<Owner> implements Socket<Owner> {
  // The owner hangs it on in `open`, before any other event.
  data!: Owner;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  readonly #stream: net.Socket;
  readonly #events: SocketEvents<Owner>;
  #owesDrain = false;
  #mayTrickle = false;
  #trickle: Trickle | null = null;
  readonly #sent = (): void => {
    if (!this.#owesDrain || this.#stream.destroyed) return;
    this.#owesDrain = false;
    this.#events.drain(this);
  };

  constructor(stream: net.Socket, events: SocketEvents<Owner>) {
    this.#stream = stream;
    this.#events = events;
    // All of them are gone once the stream is closed.
    this.remoteAddress = stream.remoteAddress ?? "";
    this.remotePort = stream.remotePort ?? 0;
    this.localAddress = stream.localAddress ?? "";
    this.localPort = stream.localPort ?? 0;
    stream.setNoDelay(true);
  }

  open(): void {
    const stream = this.#stream;
    const events = this.#events;
    stream.on("error", ignore);
    events.open(this);
    // Text only where an encoding is set.
    stream.on("data", (bytes) => events.data(this, bytes as Buffer));
    stream.on("end", () => {
      if (stream.destroyed) return;
      this.#mayTrickle = true;
      events.end(this);
    });
    stream.on("close", () => {
      this.#trickle?.takeRest();
      events.close(this);
    });
  }

  write(bytes: Uint8Array, byteOffset = 0, byteLength = bytes.length - byteOffset): number {
    const stream = this.#stream;
    if (!stream.writable) return -1;
    this.#endTrickle();
    const taken = Math.min(byteLength, MAX_WAITING_BYTES - stream.writableLength);
    if (taken < byteLength) this.#owesDrain = true;
    if (taken <= 0) return 0;
    // A copy: the stream keeps the bytes, and the caller may use its buffer again.
    const copy = Buffer.from(bytes.subarray(byteOffset, byteOffset + taken));
    if (this.#mayTrickle && taken <= MAX_TRICKLED_BYTES) {
      // After FIN the stream reads no more and misses the reset of a peer that is gone; only a
      // later write hears of it.
      this.#trickle = new Trickle(copy, (byte) => this.#stream.write(byte));
    } else {
      // Its event `drain` did not always come (Bun 1.4.5, Deno 2.9.6).
      stream.write(copy, this.#sent);
    }
    this.#mayTrickle = false;
    return taken;
  }

  shutdown(): void {
    this.#endTrickle();
    this.#stream.end();
  }

  end(): void {
    this.#endTrickle();
    this.#stream.destroySoon();
  }

  terminate(): void {
    // There is no reset of a stream with TLS; its peer sees an end without the TLS goodbye.
    if (this.#stream instanceof tls.TLSSocket) this.#stream.destroy();
    else this.#stream.resetAndDestroy();
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  #endTrickle(): void {
    if (this.#trickle === null) return;
    const rest = this.#trickle.takeRest();
    this.#trickle = null;
    if (rest.length > 0 && this.#stream.writable) this.#stream.write(rest);
  }
}

function createServer<Owner>(
  { tls: settings, handshakeTimeoutMs }: ListenOptions<Owner>,
  accept: (stream: net.Socket) => void,
): net.Server {
  if (settings === null) return net.createServer({ allowHalfOpen: true }, accept);
  const options = { allowHalfOpen: true, handshakeTimeout: handshakeTimeoutMs };
  const server = tls.createServer({ ...options, ...serverTls(settings) }, accept);
  return server.on("tlsClientError", (_error, stream) => stream.destroy());
}

function portOf(server: net.Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Deno takes the system's EADDRNOTAVAIL for an invalid argument. */
function asBindError(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
  if (error.code === "EINVAL") error.code = "EADDRNOTAVAIL";
  return error;
}

function connectError(error: NodeJS.ErrnoException, isConnected: boolean): ConnectError {
  // With several addresses it holds the error of each.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const message = first instanceof Error ? first.message : error.message;
  const code = error.code ?? "";
  if (isConnected) return { stage: "tls", code, message };
  return { stage: error.syscall === "getaddrinfo" ? "lookup" : "connect", code, message };
}

function ignore(): void {}

function serverTls(settings: ServerTls): tls.TlsOptions {
  return {
    cert: settings.certificate,
    key: settings.privateKey,
    ...versionRange(settings.secureOptions),
    ...(settings.clientAuthorities === null
      ? {}
      : { requestCert: true, rejectUnauthorized: true, ca: [...settings.clientAuthorities] }),
    ...(settings.ciphers === "" ? {} : { ciphers: settings.ciphers }),
  };
}

function clientTls(settings: ClientTls): tls.ConnectionOptions {
  return {
    servername: settings.serverName,
    rejectUnauthorized: settings.isVerified,
    ...versionRange(settings.secureOptions),
    ...(settings.certificateAuthorities.length > 0
      ? { ca: [...settings.certificateAuthorities] }
      : {}),
    ...(settings.certificate !== null && settings.privateKey !== null
      ? { cert: settings.certificate, key: settings.privateKey }
      : {}),
  };
}
