import type { Socket, SocketEvents } from "../platform/sockets.ts";
import { ServerConnection } from "./connection.ts";
import { Http2Connection } from "./http2-connection.ts";
import { PrefaceReader } from "./preface-reader.ts";
import type { ClientConnection, ServerScope } from "./scope.ts";

/** What the runtime calls for every client connection of one listener. */
export function serverEvents(scope: ServerScope): SocketEvents<ClientConnection> {
  return {
    open: (socket) => {
      socket.data = createConnection(scope, socket);
    },
    data: (socket, bytes) => socket.data.onData(bytes),
    drain: (socket) => socket.data.onDrain(),
    end: (socket) => socket.data.onEnd(),
    close: (socket) => socket.data.onClose(),
  };
}

function createConnection(scope: ServerScope, socket: Socket<ClientConnection>): ClientConnection {
  if (scope.isTls && socket.alpnProtocol === "h2") return new Http2Connection(scope, socket);
  if (!scope.isTls && scope.takesHttp2) return new PrefaceReader(scope, socket);
  return new ServerConnection(scope, socket);
}
