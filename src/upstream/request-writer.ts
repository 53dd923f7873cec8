import type { UpstreamRequest } from "../contracts.ts";
import { encodeChunk, LAST_CHUNK, writeLatin1 } from "../http1/head-writer.ts";
import type { HeaderList } from "../http1/header-list.ts";
import { type BodySink, BodyStream } from "../lib/body.ts";
import type { UpstreamConnection } from "./connection.ts";

/** Go's client sends this when a filter took the gateway's own `User-Agent` away. */
const DEFAULT_USER_AGENT = "Go-http-client/1.1";

/** Head and small bodies leave in one write; it is used again as soon as they have. */
const scratch = Buffer.allocUnsafe(64 * 1024);

/** How the request's body is framed on the wire. */
type RequestFraming =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly length: number }
  | { readonly kind: "chunked" };

/** Settings of all connections that show in a request. */
export interface WriterOptions {
  /** Sends `Connection: close`. */
  readonly closes: boolean;
  /** Asks for gzip where the client's own wish was not let through; whoever asks must unpack. */
  readonly unpacks: boolean;
}

/** Writes one request to a connection: head at once, a streamed body as it comes. */
export class RequestWriter implements BodySink {
  readonly #connection: UpstreamConnection;
  readonly #body: BodyStream | null;
  readonly #isChunked: boolean;
  /** The request says `Accept-Encoding: gzip` of its own accord. */
  readonly asksForGzip: boolean;
  readonly #onDone: () => void;
  readonly #onBroken: (reason: string) => void;
  #isDone = false;

  constructor(
    connection: UpstreamConnection,
    request: UpstreamRequest,
    events: { readonly done: () => void; readonly broken: (reason: string) => void },
    options: WriterOptions,
  ) {
    this.#connection = connection;
    this.#onDone = events.done;
    this.#onBroken = events.broken;
    const framing = requestFraming(request);
    this.#isChunked = framing.kind === "chunked";
    const line = `${request.method} ${request.target} HTTP/1.1\r\nHost: ${request.origin.authority}\r\n`;
    const { text, mayAskForGzip } = headerLines(request.headers);
    this.asksForGzip = options.unpacks && mayAskForGzip && request.method !== "HEAD";
    const gzip = this.asksForGzip ? "Accept-Encoding: gzip\r\n" : "";
    const close = options.closes ? "Connection: close\r\n" : "";
    const head = `${line}${text}${gzip}${framingLine(framing)}${close}\r\n`;
    const { body } = request;
    if (body instanceof BodyStream && !(body.isFinished && framing.kind === "none")) {
      this.#body = body;
      this.#send(head, null);
      body.pipe(this);
      return;
    }
    this.#body = null;
    this.#send(head, body instanceof BodyStream ? null : body);
    this.end();
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** The connection has room again. */
  drained(): void {
    this.#body?.resume();
  }

  /** Nobody wants the rest of the request. */
  cancel(): void {
    if (!this.#isDone) this.#body?.cancel();
  }

  data(chunk: Buffer): void {
    if (this.#isDone) return;
    this.#write(chunk);
    if (this.#connection.outbox.isBlocked) this.#body?.pause();
  }

  end(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    if (this.#isChunked) this.#connection.outbox.write(LAST_CHUNK);
    this.#onDone();
  }

  fail(reason: string): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#onBroken(reason);
  }

  #send(head: string, body: Buffer | null): void {
    const { outbox } = this.#connection;
    const bodyLength = body?.length ?? 0;
    if (head.length + bodyLength + 32 > scratch.length) {
      outbox.write(Buffer.from(head, "latin1"));
      if (body !== null) this.#write(body);
      return;
    }
    let at = writeLatin1(scratch, 0, head);
    if (body !== null && bodyLength > 0) {
      at = this.#isChunked ? encodeChunk(scratch, at, body) : at + body.copy(scratch, at);
    }
    outbox.writeFromScratch(scratch, at);
  }

  #write(chunk: Buffer): void {
    const { outbox } = this.#connection;
    if (!this.#isChunked) {
      outbox.write(chunk);
    } else if (chunk.length + 32 <= scratch.length) {
      outbox.writeFromScratch(scratch, encodeChunk(scratch, 0, chunk));
    } else {
      outbox.write(Buffer.from(`${chunk.length.toString(16)}\r\n`, "latin1"));
      outbox.write(chunk);
      outbox.write(CRLF);
    }
  }
}

const CRLF = Buffer.from("\r\n", "latin1");

/**
 * A length goes out only where the client's own `Content-Length` was let through, as in KrakenD;
 * any other body is chunked. Methods that expect a body say that there is none.
 */
function requestFraming({ method, headers, body }: UpstreamRequest): RequestFraming {
  const expectsBody = method === "POST" || method === "PUT" || method === "PATCH";
  if (body === null) return expectsBody ? { kind: "length", length: 0 } : { kind: "none" };
  if (body.length === 0 && !expectsBody) return { kind: "none" };
  const { length } = body;
  const announced = forwardedLength(headers);
  if (length !== undefined && announced === length) return { kind: "length", length };
  return { kind: "chunked" };
}

function forwardedLength(headers: HeaderList): number | undefined {
  let length: number | undefined;
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] !== "Content-Length") continue;
    if (length !== undefined) return undefined;
    length = Number(headers[i + 1]);
  }
  return length;
}

/** The lines of the request's own headers, which are in canonical spelling, and the agent's where none is among them. */
function headerLines(headers: HeaderList): {
  readonly text: string;
  readonly mayAskForGzip: boolean;
} {
  let text = "";
  let hasUserAgent = false;
  let mayAskForGzip = true;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    const value = headers[i + 1]!;
    if (name === "Content-Length") continue;
    if (name === "Accept-Encoding" || name === "Range") mayAskForGzip = false;
    if (name === "User-Agent") {
      hasUserAgent = true;
      // An empty one means: none at all.
      if (value === "") continue;
    }
    text += `${name}: ${value}\r\n`;
  }
  if (!hasUserAgent) text += `User-Agent: ${DEFAULT_USER_AGENT}\r\n`;
  return { text, mayAskForGzip };
}

function framingLine(framing: RequestFraming): string {
  if (framing.kind === "chunked") return "Transfer-Encoding: chunked\r\n";
  return framing.kind === "length" ? `Content-Length: ${framing.length}\r\n` : "";
}
