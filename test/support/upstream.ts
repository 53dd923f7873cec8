import { createServer, type Server, type Socket } from "node:net";
import { type HttpMessage, parseMessage } from "./http-message.ts";

/** What an upstream answers. An object as body is sent as JSON; text needs its `Content-Type` in `headers`. */
export interface UpstreamAnswer {
  readonly status?: number;
  /** Sent as written, one line for each value. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array | object;
  /** `chunked` sends the body in two chunks; otherwise it has a length. */
  readonly framing?: "length" | "chunked";
}

/** A request as an upstream received it. */
export interface SeenRequest {
  /** Name of the upstream. */
  readonly upstream: string;
  readonly method: string;
  /** Path and query, raw. */
  readonly target: string;
  readonly headerLines: readonly string[];
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** As UTF-8. */
  readonly body: string;
}

/** Answers each request by itself. */
export type UpstreamHandler = (request: SeenRequest) => UpstreamAnswer | Promise<UpstreamAnswer>;

/** Owns the connections: for garbage, silence and lies. */
export interface RawUpstream {
  readonly onConnection: (socket: Socket) => void;
}

/** One answer for everything, a handler, or a raw one. */
export type Upstream = UpstreamAnswer | UpstreamHandler | RawUpstream;

/** A fake upstream that listens. */
export interface RunningUpstream {
  readonly port: number;
  stop(): Promise<void>;
}

/** An upstream of bare sockets; the gateway's bytes come unread, and nothing is answered by itself. */
export function rawUpstream(onConnection: (socket: Socket) => void): RawUpstream {
  return { onConnection };
}

/** Listens on a free port of 127.0.0.1 and notes each request in `seen`, before it is answered. */
export async function startUpstream(
  name: string,
  upstream: Upstream,
  seen: SeenRequest[],
): Promise<RunningUpstream> {
  const onConnection =
    "onConnection" in upstream
      ? upstream.onConnection
      : (socket: Socket) => serveConnection(socket, name, toHandler(upstream), seen);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // The gateway may leave at any time; what that means is the test's to assert.
    socket.on("error", () => socket.destroy());
    onConnection(socket);
  });
  const port = await listen(server);
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function toHandler(upstream: UpstreamAnswer | UpstreamHandler): UpstreamHandler {
  return typeof upstream === "function" ? upstream : () => upstream;
}

/** Keep-alive, one request after the other. */
function serveConnection(
  socket: Socket,
  name: string,
  handler: UpstreamHandler,
  seen: SeenRequest[],
): void {
  let received: Buffer = Buffer.alloc(0);
  let isAnswering = false;

  const answerNext = async (): Promise<void> => {
    const message = isAnswering ? undefined : parseMessage(received, "framed", false);
    if (message === undefined) return;
    isAnswering = true;
    received = received.subarray(message.byteLength);
    const request = toSeenRequest(name, message);
    seen.push(request);
    send(socket, request.method, await handler(request));
    isAnswering = false;
    await answerNext();
  };

  socket.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    void answerNext();
  });
  socket.on("end", () => socket.end());
}

function toSeenRequest(upstream: string, message: HttpMessage): SeenRequest {
  const [method = "", target = ""] = message.startLine.split(" ");
  const { headerLines, headers } = message;
  return { upstream, method, target, headerLines, headers, body: message.body.toString("utf8") };
}

function send(socket: Socket, method: string, answer: UpstreamAnswer): void {
  const { status = 200, framing = "length" } = answer;
  const body = toBytes(answer.body);
  const headers = { ...defaultHeaders(answer), ...answer.headers };
  const lines = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value) => `${name}: ${value}\r\n`),
  );
  const isBodiless = method === "HEAD" || status === 204 || status === 304;
  if (framing === "chunked") lines.push("Transfer-Encoding: chunked\r\n");
  else if (status !== 204 && status !== 304) lines.push(`Content-Length: ${body.length}\r\n`);

  socket.write(`HTTP/1.1 ${status} Status\r\n${lines.join("")}\r\n`, "latin1");
  if (isBodiless) return;
  if (framing === "length") socket.write(body);
  else socket.write(inTwoChunks(body));
}

function defaultHeaders({ body }: UpstreamAnswer): Record<string, string> {
  const isJson = typeof body === "object" && !(body instanceof Uint8Array);
  return isJson ? { "Content-Type": "application/json" } : {};
}

function toBytes(body: UpstreamAnswer["body"]): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

function inTwoChunks(body: Buffer): Buffer {
  const half = Math.ceil(body.length / 2);
  const chunks = [body.subarray(0, half), body.subarray(half)].filter((one) => one.length > 0);
  const framed = chunks.flatMap((one) => [
    Buffer.from(`${one.length.toString(16)}\r\n`),
    one,
    Buffer.from("\r\n"),
  ]);
  return Buffer.concat([...framed, Buffer.from("0\r\n\r\n")]);
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}
