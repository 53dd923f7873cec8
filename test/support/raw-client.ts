import { connect, type Socket } from "node:net";
import { type HttpMessage, parseMessage } from "./http-message.ts";

/** Shorter than the limit of a test, so that a test says what it waited for. */
const DEFAULT_TIMEOUT_MS = 4_000;

/** A response read from a raw connection. */
export interface RawResponse extends HttpMessage {
  readonly status: number;
  /** The body as UTF-8. */
  readonly text: string;
}

/** How one response is read. */
export interface ReadOptions {
  /** Of the request: a response to HEAD has no body. */
  readonly method?: string;
  readonly timeoutMs?: number;
}

/** Connects to a port of 127.0.0.1. Nothing is sent that the test did not write. */
export async function openConnection(port: number): Promise<RawConnection> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  return new RawConnection(socket);
}

/** Sends the bytes and returns everything that came until the gateway closed; text is latin1. */
export async function sendRaw(
  port: number,
  bytes: string | Uint8Array,
  timeoutMs?: number,
): Promise<string> {
  const connection = await openConnection(port);
  connection.send(bytes);
  const answer = await connection.readUntilClose(timeoutMs);
  connection.destroy();
  return answer.toString("latin1");
}

/** A client's side of one connection. Every read fails loudly, with what had come, when its time is over. */
export class RawConnection {
  readonly socket: Socket;
  /** Came, but not read yet. */
  #received: Buffer = Buffer.alloc(0);
  /** `close`: the gateway sent FIN; otherwise the socket's error code. */
  #end: string | undefined;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    socket.on("end", () => this.#finish("close"));
    socket.on("error", (error: NodeJS.ErrnoException) => this.#finish(error.code ?? error.message));
    socket.on("close", () => this.#finish("close"));
  }

  /** Text is sent as latin1: one byte for each character. */
  send(bytes: string | Uint8Array): void {
    if (typeof bytes === "string") this.socket.write(bytes, "latin1");
    else this.socket.write(bytes);
  }

  /** The next response; interim ones (1xx) come apart, as any other. */
  readResponse({ method = "GET", timeoutMs }: ReadOptions = {}): Promise<RawResponse> {
    return this.#waitFor("a response", timeoutMs, () => this.#takeResponse(method));
  }

  /** Everything up to the gateway's FIN or reset. */
  readUntilClose(timeoutMs?: number): Promise<Buffer> {
    return this.#waitFor("the end", timeoutMs, () => {
      return this.#end === undefined ? undefined : this.#take(this.#received.length);
    });
  }

  /** What has come and was not read yet, at least one byte. */
  readSome(timeoutMs?: number): Promise<Buffer> {
    return this.#waitFor("more bytes", timeoutMs, () => {
      return this.#received.length === 0 ? undefined : this.#take(this.#received.length);
    });
  }

  /** Everything up to the text, and the text. */
  readUntil(text: string, timeoutMs?: number): Promise<Buffer> {
    return this.#waitFor(JSON.stringify(text), timeoutMs, () => {
      const at = this.#received.indexOf(text, 0, "latin1");
      return at < 0 ? undefined : this.#take(at + text.length);
    });
  }

  /** How the gateway ended the connection: `close`, or an error's code such as `ECONNRESET`. */
  closed(timeoutMs?: number): Promise<string> {
    return this.#waitFor("the end", timeoutMs, () => this.#end);
  }

  /** Sends FIN and goes on reading. */
  end(): void {
    this.socket.end();
  }

  /** Drops the connection. */
  destroy(): void {
    this.socket.destroy();
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  #takeResponse(method: string): RawResponse | undefined {
    const status = Number(this.#received.toString("latin1", 9, 12));
    const isBodiless = method === "HEAD" || status < 200 || status === 204 || status === 304;
    const rule = isBodiless ? "bodiless" : "until-close";
    const message = parseMessage(this.#received, rule, this.#end !== undefined);
    if (message === undefined) return undefined;
    this.#take(message.byteLength);
    return { ...message, status, text: message.body.toString("utf8") };
  }

  #take(byteLength: number): Buffer {
    const taken = this.#received.subarray(0, byteLength);
    this.#received = this.#received.subarray(byteLength);
    return taken;
  }

  #finish(end: string): void {
    this.#end ??= end;
    this.#wake();
  }

  async #waitFor<Result>(
    what: string,
    timeoutMs: number | undefined,
    attempt: () => Result | undefined,
  ): Promise<Result> {
    const limitMs = timeoutMs ?? DEFAULT_TIMEOUT_MS;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#wake();
    }, limitMs);
    try {
      for (;;) {
        const result = attempt();
        if (result !== undefined) return result;
        if (this.#end !== undefined || isLate) throw this.#disappointment(what, limitMs);
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #disappointment(what: string, limitMs: number): Error {
    const why = this.#end === undefined ? `none within ${limitMs} ms` : `ended with ${this.#end}`;
    const had = JSON.stringify(this.#received.toString("latin1", 0, 500));
    return new Error(`waited for ${what}: ${why}; had received ${had}`);
  }
}
