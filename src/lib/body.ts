/**
 * Message bodies as they pass through: a small push interface with backpressure.
 *
 * Web streams cost 1.17 times as much on a body of 1 MB, and more on small ones; they appear only
 * where a library asks for them.
 */

/** Where a body goes. Exactly one of `end` and `fail` comes, last. */
export interface BodySink {
  data(chunk: Buffer): void;
  end(): void;
  /** The body broke off; `reason` is for the log (`unexpected EOF`, `context deadline exceeded`). */
  fail(reason: string): void;
}

/** What the producer of a body, a connection, can be asked to do. */
export interface BodyFlow {
  /** Somebody reads now and has what had come; comes once (a client may be waiting for `100 Continue`). */
  wanted(): void;
  pause(): void;
  resume(): void;
  /** Nobody wants the rest. */
  cancel(): void;
}

/** A body that broke off or was too long to hold. */
export interface BodyFailure {
  readonly kind: "body-failure";
  readonly reason: string;
  readonly isTooLarge: boolean;
  /** What had come by then; a decoder may have enough of it. */
  readonly received: Buffer;
}

/** Tells a broken body from the bytes of a whole one. */
export function isBodyFailure(body: Buffer | BodyFailure): body is BodyFailure {
  return !(body instanceof Uint8Array);
}

/** So many bytes may wait for a reader that has not come yet; then the producer pauses. */
const UNREAD_BYTES = 64 * 1024;

/** Why a body is over whose reader wanted no more. */
const CANCELLED = "cancelled";

const EMPTY = Buffer.alloc(0);

const NO_CALLBACKS: ((reason: string | null) => void)[] = [];

const NO_FLOW: BodyFlow = { wanted() {}, pause() {}, resume() {}, cancel() {} };

/** One body, from its producer (`push`, `finish`, `fail`) to its one reader (`pipe` or `collect`). */
export class BodyStream {
  /** Bytes in all, where the sender said so. */
  readonly length: number | undefined;
  readonly #flow: BodyFlow;
  #sink: BodySink | null = null;
  #chunks: Buffer[] = [];
  #unread = 0;
  #state: "open" | "ended" | "failed" = "open";
  #reason = "";
  #isPaused = false;
  #whenOver: ((reason: string | null) => void)[] = NO_CALLBACKS;

  constructor(length: number | undefined, flow: BodyFlow) {
    this.length = length;
    this.#flow = flow;
  }

  /** A body that is already whole. */
  static of(bytes: Buffer): BodyStream {
    const body = new BodyStream(bytes.length, NO_FLOW);
    if (bytes.length > 0) body.#chunks.push(bytes);
    body.#unread = bytes.length;
    body.#state = "ended";
    return body;
  }

  /** True once the producer has delivered the last byte; the reader may not have seen it yet. */
  get isFinished(): boolean {
    return this.#state === "ended";
  }

  /** Bytes that wait for the reader. */
  get bytesUnread(): number {
    return this.#unread;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  push(chunk: Buffer): void {
    if (this.#state !== "open") return;
    if (this.#sink !== null) {
      this.#sink.data(chunk);
      return;
    }
    this.#chunks.push(chunk);
    this.#unread += chunk.length;
    if (this.#unread > UNREAD_BYTES && !this.#isPaused) {
      this.#isPaused = true;
      this.#flow.pause();
    }
  }

  finish(): void {
    if (this.#state !== "open") return;
    this.#state = "ended";
    this.#sink?.end();
    this.#over();
  }

  fail(reason: string): void {
    if (this.#state !== "open") return;
    this.#state = "failed";
    this.#reason = reason;
    this.#sink?.fail(reason);
    this.#over();
  }

  /** Calls back, once, when nothing more comes: `null` after the last byte, else why it broke off, `cancelled` where the reader wanted no more. */
  whenOver(callback: (reason: string | null) => void): void {
    if (this.#state === "open") this.#whenOver = [...this.#whenOver, callback];
    else callback(this.#state === "failed" ? this.#reason : null);
  }

  #over(): void {
    const callbacks = this.#whenOver;
    this.#whenOver = NO_CALLBACKS;
    for (const callback of callbacks) callback(this.#state === "failed" ? this.#reason : null);
  }

  /** Starts the flow into `sink`, with what has already come. A body is read once. */
  pipe(sink: BodySink): void {
    if (this.#sink !== null) throw new Error("a body was read twice");
    this.#sink = sink;
    const wasPaused = this.#isPaused;
    this.#isPaused = false;
    for (const chunk of this.#takeChunks()) {
      // The reader may have had enough of it meanwhile.
      if (this.#sink !== sink) return;
      sink.data(chunk);
    }
    if (this.#sink !== sink) return;
    if (this.#state === "ended") sink.end();
    else if (this.#state === "failed") sink.fail(this.#reason);
    else this.#flow.wanted();
    if (wasPaused && !this.#isPaused && this.#state === "open") this.#flow.resume();
  }

  /** Takes the whole body if it is there and nobody has begun to read it. */
  takeWhole(): Buffer | undefined {
    if (this.#state !== "ended" || this.#sink !== null) return undefined;
    this.#sink = IGNORE;
    return joined(this.#takeChunks());
  }

  /** The first bytes, at most `maxBytes`, of what waits for the reader, who still gets them. */
  peek(maxBytes: number): Buffer {
    let size = 0;
    const first: Buffer[] = [];
    for (const chunk of this.#chunks) {
      if (size >= maxBytes) break;
      first.push(chunk);
      size += chunk.length;
    }
    return joined(first).subarray(0, maxBytes);
  }

  #takeChunks(): Buffer[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#unread = 0;
    return chunks;
  }

  /** Reads everything; at once when everything is there. More than `maxBytes` is a failure. */
  collect(maxBytes: number): Buffer | BodyFailure | Promise<Buffer | BodyFailure> {
    const whole = this.#unread <= maxBytes ? this.takeWhole() : undefined;
    if (whole !== undefined) return whole;
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let size = 0;
      let isSettled = false;
      const settle = (outcome: Buffer | BodyFailure) => {
        isSettled = true;
        resolve(outcome);
      };
      this.pipe({
        data: (chunk) => {
          if (isSettled) return;
          size += chunk.length;
          if (size <= maxBytes) {
            chunks.push(chunk);
            return;
          }
          settle(bodyFailure("body too large", true, EMPTY));
          this.cancel();
        },
        end: () => {
          if (!isSettled) settle(joined(chunks));
        },
        fail: (reason) => {
          if (!isSettled) settle(bodyFailure(reason, false, joined(chunks)));
        },
      });
    });
  }

  pause(): void {
    this.#isPaused = true;
    if (this.#state === "open") this.#flow.pause();
  }

  resume(): void {
    this.#isPaused = false;
    if (this.#state === "open") this.#flow.resume();
  }

  /** Nobody reads on: the producer drops the rest, the reader hears nothing more. */
  cancel(): void {
    this.#sink = IGNORE;
    this.#takeChunks();
    if (this.#state !== "open") return;
    this.#state = "failed";
    this.#reason = CANCELLED;
    this.#flow.cancel();
    this.#over();
  }
}

const IGNORE: BodySink = { data() {}, end() {}, fail() {} };

function joined(chunks: Buffer[]): Buffer {
  if (chunks.length === 1) return chunks[0]!;
  return chunks.length === 0 ? EMPTY : Buffer.concat(chunks);
}

function bodyFailure(reason: string, isTooLarge: boolean, received: Buffer): BodyFailure {
  return { kind: "body-failure", reason, isTooLarge, received };
}
