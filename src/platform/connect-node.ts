import type net from "node:net";
import type tls from "node:tls";
import type {
  ClientSocketEvents,
  ClientTls,
  ConnectError,
  ConnectOptions,
  SecureOptions,
  Socket,
} from "./sockets.ts";
import { StreamSocket } from "./stream-socket.ts";
import { versionRange } from "./tls-versions.ts";

/** Connects with the streams of Node.js. */
export function connectWithNode<Owner>(options: ConnectOptions<Owner>): void {
  const { host, port, tls: settings, keepAliveMs } = options;
  const address = { host, port, allowHalfOpen: true };
  const stream =
    settings === null
      ? loadNet().connect(address)
      : loadTls().connect({ ...address, ...clientTls(settings) });
  stream.once("connect", () => {
    if (keepAliveMs > 0) stream.setKeepAlive(true, keepAliveMs);
    if (settings !== null) options.events.handshaking?.(options.owner, stoppable(stream));
  });
  follow(stream, { ...options, isConnected: false, isTls: settings !== null });
}

/** Goes over to TLS on a socket that `connectWithNode` made. */
export function secureWithNode<Owner>(
  socket: Socket<unknown>,
  options: SecureOptions<Owner>,
): void {
  if (!(socket instanceof StreamSocket)) throw new TypeError("a socket of another runtime");
  const plain = socket.release();
  const stream = loadTls().connect({
    socket: plain,
    ...{ allowHalfOpen: true },
    ...clientTls(options.tls),
  });
  options.events.handshaking?.(options.owner, stoppable(plain));
  follow(stream, { ...options, isConnected: true, isTls: true });
}

interface Attempt<Owner> {
  readonly owner: Owner;
  readonly events: ClientSocketEvents<Owner>;
  /** What fails from then on is TLS. */
  readonly isConnected: boolean;
  readonly isTls: boolean;
}

/** Tells what becomes of the attempt: it opens or fails, once. */
function follow<Owner>(
  stream: net.Socket,
  { owner, events, isConnected: wasConnected, isTls }: Attempt<Owner>,
): void {
  let isConnected = wasConnected;
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
  stream.once(isTls ? "secureConnect" : "connect", () => {
    if (isSettled) return;
    isSettled = true;
    const socket = new StreamSocket(stream, events);
    socket.data = owner;
    socket.open();
  });
}

function stoppable(stream: net.Socket): { terminate(): void } {
  return { terminate: () => void stream.destroy() };
}

function connectError(error: NodeJS.ErrnoException, isConnected: boolean): ConnectError {
  // With several addresses it holds the error of each.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const message = first instanceof Error ? first.message : error.message;
  const code = error.code ?? "";
  if (isConnected) return { stage: "tls", code, message };
  return { stage: error.syscall === "getaddrinfo" ? "lookup" : "connect", code, message };
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
    ...(settings.ciphers === "" ? {} : { ciphers: settings.ciphers }),
    ...(settings.curves === "" ? {} : { ecdhCurve: settings.curves }),
  };
}

// Not imported: Bun, which has no use for them, would load them at every start and in every thread.
function loadNet(): typeof net {
  return process.getBuiltinModule("node:net");
}

function loadTls(): typeof tls {
  return process.getBuiltinModule("node:tls");
}
