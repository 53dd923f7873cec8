import { CONTROL } from "./characters.ts";
import { PieceGatherer } from "./piece-gatherer.ts";

/** Sizes stay exact numbers: 15 hexadecimal digits alone could exceed 2^53. */
const MAX_CHUNK_BYTES = Number.MAX_SAFE_INTEGER;
const MAX_SIZE_DIGITS = 15;
const MAX_EXTENSION_BYTES = 256;
const MAX_TRAILER_BYTES = 8 * 1024;

/** How much framing may come in excess of what the chunks' own bytes pay for, as in Go. */
const MAX_EXCESS_BYTES = 16 * 1024;

const CR = 13;
const LF = 10;
const SEMICOLON = 59;

type State =
  | "size"
  | "blank"
  | "extension"
  | "sizeLf"
  | "chunk"
  | "chunkCr"
  | "chunkLf"
  | "trailer"
  | "trailerLf"
  | "done"
  | "broken";

/** The chunked coding (RFC 9112 section 7.1), strict: CRLF only, bounded extensions; trailers are skipped. */
export class ChunkedDecoder {
  #state: State = "size";
  readonly #pieces = new PieceGatherer();
  /** Bytes left of the chunk, or its size while that is read. */
  #size = 0;
  #digits = 0;
  /** Bytes of the size line that are neither digits nor its end. */
  #extensionBytes = 0;
  #excessBytes = 0;
  #trailerBytes = 0;
  #isTrailerLineEmpty = true;
  #fault: string | undefined;
  #error: string | undefined;

  get isDone(): boolean {
    return this.#state === "done";
  }

  /** In Go's words; once set it stays. */
  get error(): string | undefined {
    return this.#error;
  }

  /** As `BodyDecoder.decode`; when it breaks, the offset is that of the wrong byte. */
  decode(bytes: Buffer, from: number, to: number, sink: (chunk: Buffer) => void): number {
    this.#pieces.begin(bytes, to);
    const end = this.#read(bytes, from, to, sink);
    this.#pieces.finish(sink);
    // What came before a fault is handed out; after it is known nothing is.
    this.#error = this.#fault;
    return end;
  }

  #read(bytes: Buffer, from: number, to: number, sink: (chunk: Buffer) => void): number {
    let at = from;
    while (at < to) {
      if (this.#state === "chunk") {
        at = this.#handOut(at, to, sink);
        continue;
      }
      if (this.#state === "done" || this.#state === "broken") return at;

      this.#state = this.#step(bytes[at]!);
      if (this.#fault !== undefined) return at;
      at++;
    }
    return at;
  }

  #handOut(from: number, to: number, sink: (chunk: Buffer) => void): number {
    const end = Math.min(to, from + this.#size);
    this.#size -= end - from;
    if (this.#size === 0) this.#state = "chunkCr";
    this.#pieces.add(from, end, sink);
    return end;
  }

  #step(byte: number): State {
    switch (this.#state) {
      case "size":
        return this.#readSize(byte);
      case "blank":
      case "extension":
        return this.#readExtension(byte);
      case "sizeLf":
        return byte === LF ? this.#endSizeLine() : this.#break("malformed chunked encoding");
      case "chunkCr":
        return byte === CR ? "chunkLf" : this.#break("malformed chunked encoding");
      case "chunkLf":
        return byte === LF ? "size" : this.#break("malformed chunked encoding");
      case "trailer":
        return this.#readTrailer(byte);
      case "trailerLf":
        return byte === LF ? this.#endTrailerLine() : this.#break("malformed chunked encoding");
      default:
        return this.#state;
    }
  }

  #readSize(byte: number): State {
    const digit = hexValue(byte);
    if (digit < 0) return this.#endSize(byte);

    this.#size = this.#size * 16 + digit;
    this.#digits++;
    const isTooLarge = this.#digits > MAX_SIZE_DIGITS || this.#size > MAX_CHUNK_BYTES;
    return isTooLarge ? this.#break("http chunk length too large") : "size";
  }

  #endSize(byte: number): State {
    if (this.#digits === 0 && byte === CR) return this.#break("empty hex number for chunk length");
    if (this.#digits === 0) return this.#break("invalid byte in chunk length");
    if (byte === CR) return "sizeLf";

    this.#extensionBytes = 1;
    if (byte === SEMICOLON) return "extension";
    return isBlank(byte) ? "blank" : this.#break("invalid byte in chunk length");
  }

  #readExtension(byte: number): State {
    if (byte === CR) return "sizeLf";
    if (CONTROL[byte] !== 0) return this.#break("malformed chunked encoding");
    if (++this.#extensionBytes > MAX_EXTENSION_BYTES) return this.#break("header line too long");
    if (this.#state === "extension" || byte === SEMICOLON) return "extension";
    return isBlank(byte) ? "blank" : this.#break("invalid byte in chunk length");
  }

  #endSizeLine(): State {
    // Tiny chunks with long extensions would make a short body cost much: each chunk pays for 16 bytes and for its size twice.
    const lineBytes = this.#digits + this.#extensionBytes + 2;
    this.#excessBytes = Math.max(0, this.#excessBytes + lineBytes - 16 - 2 * this.#size);
    if (this.#excessBytes > MAX_EXCESS_BYTES) {
      return this.#break("chunked encoding contains too much non-data");
    }
    this.#digits = 0;
    this.#extensionBytes = 0;
    return this.#size === 0 ? "trailer" : "chunk";
  }

  #readTrailer(byte: number): State {
    if (++this.#trailerBytes > MAX_TRAILER_BYTES) {
      return this.#break("http: suspiciously long trailer after chunked body");
    }
    if (byte === CR) return "trailerLf";
    if (CONTROL[byte] !== 0) return this.#break("malformed chunked encoding");

    this.#isTrailerLineEmpty = false;
    return "trailer";
  }

  #endTrailerLine(): State {
    if (this.#isTrailerLineEmpty) return "done";

    this.#isTrailerLineEmpty = true;
    return "trailer";
  }

  #break(message: string): State {
    this.#fault = message;
    return "broken";
  }
}

function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9;
}

function hexValue(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  // Folds upper case onto lower case.
  const letter = (byte | 32) - 97;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}
