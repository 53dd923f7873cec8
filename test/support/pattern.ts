import type { Socket } from "node:net";

/** Prime: no buffer size of anybody divides it, so a lost or repeated buffer shows. */
const PERIOD_BYTES = 1_048_573;

const CHUNK_BYTES = 256 * 1024;

/** The pattern twice, so that every piece of up to a period is one slice. */
const twice = makePattern();

/** The bytes of the endless pattern from an offset on; shared memory, not to be changed. */
export function patternBytes(offset: number, length: number): Buffer {
  const from = offset % PERIOD_BYTES;
  return twice.subarray(from, from + length);
}

/** Compares a body that comes in pieces with the pattern, at the speed of memory. */
export class PatternCheck {
  #bytes = 0;
  #firstWrong = -1;

  get bytes(): number {
    return this.#bytes;
  }

  /** Where the piece began that first differed; -1: nowhere. */
  get firstWrong(): number {
    return this.#firstWrong;
  }

  add(piece: Buffer): void {
    for (let at = 0; at < piece.length; at += CHUNK_BYTES) {
      const part = piece.subarray(at, at + CHUNK_BYTES);
      const isSame = part.equals(patternBytes(this.#bytes, part.length));
      if (!isSame && this.#firstWrong < 0) this.#firstWrong = this.#bytes;
      this.#bytes += part.length;
    }
  }
}

/** A pattern on its way. */
export interface PatternFlow {
  /** Bytes that have been handed over so far: stays still while the other side does not read. */
  readonly sent: number;
  /** Resolves when all are handed over; fails when the connection ends before. */
  readonly done: Promise<void>;
}

/** Writes so many bytes of the pattern as fast as the other side takes them. */
export function writePattern(
  socket: Socket,
  totalBytes: number,
  frame: (piece: Buffer) => readonly Uint8Array[] = (piece) => [piece],
): PatternFlow {
  let sent = 0;
  const done = new Promise<void>((resolve, reject) => {
    socket.once("close", () => reject(new Error(`the connection ended after ${sent} bytes`)));
    const writeOn = (): void => {
      while (sent < totalBytes) {
        const piece = patternBytes(sent, Math.min(CHUNK_BYTES, totalBytes - sent));
        sent += piece.length;
        socket.cork();
        const hasRoom = frame(piece)
          .map((part) => socket.write(part))
          .every(Boolean);
        socket.uncork();
        if (hasRoom) continue;
        socket.once("drain", writeOn);
        return;
      }
      resolve();
    };
    writeOn();
  });
  return {
    get sent() {
      return sent;
    },
    done,
  };
}

/** Resolves when the flow has begun and nothing more of it has been taken for a while. */
export async function stalled(flow: PatternFlow): Promise<void> {
  for (let last = -1, still = 0; still < STILL_LOOKS; ) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL_MS));
    still = flow.sent === last && flow.sent > 0 ? still + 1 : 0;
    last = flow.sent;
  }
}

const LOOK_INTERVAL_MS = 20;
const STILL_LOOKS = 8;

/** A piece as one chunk of a chunked body. */
export function asChunk(piece: Buffer): readonly Uint8Array[] {
  return [Buffer.from(`${piece.length.toString(16)}\r\n`), piece, CRLF];
}

const CRLF = Buffer.from("\r\n");

/** xorshift32: the same bytes in every run. */
function makePattern(): Buffer {
  const words = new Uint32Array(Math.ceil(PERIOD_BYTES / 4));
  let state = 0x9e3779b9;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  const once = Buffer.from(words.buffer, 0, PERIOD_BYTES);
  return Buffer.concat([once, once]);
}
