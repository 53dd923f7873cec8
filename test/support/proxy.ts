import { createServer, type IncomingHttpHeaders, request } from "node:http";
import { connect, type Socket } from "node:net";

/** What a proxy was asked for. */
export interface ProxiedRequest {
  /** `GET http://a.test:81/x`, `CONNECT a.test:443` */
  readonly line: string;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
}

/** An HTTP proxy that listens. */
export interface TestProxy {
  readonly port: number;
  readonly requests: readonly ProxiedRequest[];
  /** Connections that were made to it. */
  connections(): number;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Forwards requests and tunnels to 127.0.0.1, whatever the name; a `refusal` is what CONNECT gets instead, byte by byte. */
export async function startProxy(refusal?: string): Promise<TestProxy> {
  const requests: ProxiedRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((incoming, outgoing) => {
    const { method = "", url = "", headers } = incoming;
    requests.push({ line: `${method} ${url}`, headers });
    const { port, pathname, search } = new URL(url);
    const onward = request({ host: "127.0.0.1", port, path: pathname + search, method, headers });
    onward.on("response", (answer) => {
      outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  server.on("connection", (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("connect", ({ url = "", headers }, socket: Socket) => {
    requests.push({ line: `CONNECT ${url}`, headers });
    if (refusal !== undefined) {
      socket.write(refusal);
      return;
    }
    const onward = connect(Number(url.slice(url.lastIndexOf(":") + 1)), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(onward).pipe(socket);
    });
    sockets.add(onward);
    onward.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    requests,
    connections: () => connections,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
