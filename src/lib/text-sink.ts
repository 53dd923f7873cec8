/** Gathers a long text as UTF-8, piece by piece, without ever holding it as one string. */
export class TextSink {
  readonly #chunks: Buffer[] = [];
  readonly #maxBytes: number;
  #pending = "";
  #length = 0;

  /** A text that becomes longer than `maxBytes` throws a `RangeError`. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  write(text: string): void {
    this.#pending += text;
    if (this.#pending.length >= FLUSH_LENGTH) this.#flush();
  }

  /** The whole text. */
  end(): Buffer {
    this.#flush();
    return this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.#length);
  }

  #flush(): void {
    const chunk = Buffer.from(this.#pending);
    this.#pending = "";
    this.#length += chunk.length;
    if (this.#length > this.#maxBytes) {
      throw new RangeError(`an answer would be longer than ${this.#maxBytes} bytes`);
    }
    this.#chunks.push(chunk);
  }
}

const FLUSH_LENGTH = 16 * 1024;
