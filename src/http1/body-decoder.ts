import type { BodyFraming } from "./body-framing.ts";
import { ChunkedDecoder } from "./chunked-decoder.ts";

/** Takes one message's body out of a stream of bytes, whatever pieces the stream comes in. */
export class BodyDecoder {
  #kind: BodyFraming["kind"] = "none";
  /** Bytes to come, with a known length. */
  #left = 0;
  #chunks: ChunkedDecoder | undefined;
  #isDone = true;

  constructor(framing: BodyFraming) {
    this.reset(framing);
  }

  /** Begins another message; what the last one left unfinished is forgotten. */
  reset(framing: BodyFraming): void {
    this.#kind = framing.kind;
    this.#left = framing.kind === "length" ? framing.length : 0;
    this.#chunks = framing.kind === "chunked" ? new ChunkedDecoder() : undefined;
    this.#isDone = framing.kind === "none" || (framing.kind === "length" && framing.length === 0);
  }

  /** The whole body has been handed out; bytes behind it belong to the next message. */
  get isDone(): boolean {
    return this.#chunks === undefined ? this.#isDone : this.#chunks.isDone;
  }

  /** Why the body cannot be read, in Go's words; it stays, and nothing more is handed out. */
  get error(): string | undefined {
    return this.#chunks?.error;
  }

  /**
   * Hands the body's bytes between `from` and `to` to `sink`, as views without a copy, and returns the offset behind what
   * was consumed: `to` while the body goes on, less once it is done or broken.
   */
  decode(bytes: Buffer, from: number, to: number, sink: (chunk: Buffer) => void): number {
    if (this.#chunks !== undefined) return this.#chunks.decode(bytes, from, to, sink);
    if (this.#isDone || from >= to) return from;
    if (this.#kind === "close") {
      sink(view(bytes, from, to));
      return to;
    }
    const end = Math.min(to, from + this.#left);
    this.#left -= end - from;
    this.#isDone = this.#left === 0;
    sink(view(bytes, from, end));
    return end;
  }

  /** Tells that the peer has closed: true when the body is whole, false when bytes are missing (or it was broken). */
  endOfInput(): boolean {
    if (this.#kind === "close") this.#isDone = true;
    return this.isDone;
  }
}

function view(bytes: Buffer, from: number, to: number): Buffer {
  return from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to);
}
