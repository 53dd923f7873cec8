import type net from "node:net";
import { connectWithNode, secureWithNode } from "./connect-node.ts";
import type { Listener, ListenOptions, SocketProvider } from "./sockets.ts";
import { StreamSocket } from "./stream-socket.ts";
import { createTlsServer, refuseCertificates } from "./tls-server.ts";

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

  connect: connectWithNode,
  secure: secureWithNode,
};

function createServer<Owner>(
  options: ListenOptions<Owner>,
  accept: (stream: net.Socket) => void,
): { readonly server: net.Server; readonly replaceTls: Listener["replaceTls"] } {
  const { tls: settings } = options;
  if (settings === null) {
    return {
      server: loadNet().createServer({ allowHalfOpen: true }, accept),
      replaceTls: refuseCertificates,
    };
  }
  const { server, replace } = createTlsServer(settings, options, accept);
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

function ignore(): void {}

// Not imported: Bun, which has no use for them, would load them at every start and in every thread.
function loadNet(): typeof net {
  return process.getBuiltinModule("node:net");
}
