import type net from "node:net";
import type tls from "node:tls";
import type {
  ClientTls,
  ConnectError,
  ConnectOptions,
  Listener,
  ListenOptions,
  SocketProvider,
} from "./sockets.ts";
import { StreamSocket } from "./stream-socket.ts";
import { createTlsServer, refuseCertificates } from "./tls-server.ts";
import { versionRange } from "./tls-versions.ts";

/** The sockets of Node.js, as Deno has them: the streams behind them cost more than Bun's own. */
export const nodeSockets: SocketProvider = {
  async listen<Owner>(options: ListenOptions<Owner>): Promise<Listener> {
    const { host, port, sharesPort, events } = options;
    const accept = (stream: net.Socket) => void new StreamSocket(stream, events).open();
    const { server, replaceTls } = createServer(options, accept);
    return new Promise((resolve, reject) => {
      server.once("error", (error) => reject(asBindError(error)));
      server.listen({ host, port, reusePort: sharesPort }, () => {
        // A connection that cannot be accepted, for want of descriptors say, is none of ours.
        server.on("error", ignore);
        resolve({ port: portOf(server), replaceTls, stop: () => void server.close() });
      });
    });
  },

  connect<Owner>({ host, port, tls: settings, owner, events }: ConnectOptions<Owner>): void {
    const address = { host, port, allowHalfOpen: true };
    const stream =
      settings === null
        ? loadNet().connect(address)
        : loadTls().connect({ ...address, ...clientTls(settings) });
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

function createServer<Owner>(
  { tls: settings, handshakeTimeoutMs }: ListenOptions<Owner>,
  accept: (stream: net.Socket) => void,
): { readonly server: net.Server; readonly replaceTls: Listener["replaceTls"] } {
  if (settings === null) {
    return {
      server: loadNet().createServer({ allowHalfOpen: true }, accept),
      replaceTls: refuseCertificates,
    };
  }
  const { server, replace } = createTlsServer(settings, handshakeTimeoutMs, accept);
  return { server, replaceTls: replace };
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

// Not imported: Bun, which has no use for them, would load them at every start and in every thread.
function loadNet(): typeof net {
  return process.getBuiltinModule("node:net");
}

function loadTls(): typeof tls {
  return process.getBuiltinModule("node:tls");
}
