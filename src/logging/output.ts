import { write } from "node:fs";

/** Writes bytes without blocking and says how many were taken; `code` is the system's (`EAGAIN`, `EPIPE`). */
export type WriteBytes = (
  bytes: Buffer,
  done: (code: string | null, written: number) => void,
) => void;

/** So many characters wait for a reader that does not read; more are dropped and counted. */
const MAX_WAITING_LENGTH = 1024 * 1024;

const RETRY_DELAY_MS = 20;

/**
 * Standard output for logs: never blocks the process and never fails.
 *
 * One write is under way at a time, in a thread of the runtime; what comes meanwhile is written
 * together. A reader that stops reading costs lines, one that is gone ends the output.
 */
export class Output {
  readonly #write: WriteBytes;
  #waiting = "";
  #rest: Buffer | null = null;
  #isBusy = false;
  #isClosed = false;
  #dropped = 0;
  #flushed: (() => void)[] = [];

  constructor(writeBytes: WriteBytes) {
    this.#write = writeBytes;
  }

  /** Takes whole lines. */
  write(lines: string): void {
    if (this.#isClosed) return;
    if (this.#waiting.length + lines.length > MAX_WAITING_LENGTH) {
      this.#dropped++;
      return;
    }
    this.#waiting += lines;
    if (!this.#isBusy) this.#writeNext();
  }

  /** Resolves once everything is written, or after so long. */
  flush(timeoutMs: number): Promise<void> {
    if (!this.#isBusy) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#flushed.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #writeNext(): void {
    const bytes = this.#rest ?? this.#takeWaiting();
    if (bytes.length === 0) {
      this.#settle();
      return;
    }
    this.#isBusy = true;
    this.#write(bytes, (code, written) => this.#onWritten(bytes, code, written));
  }

  #takeWaiting(): Buffer {
    let text = this.#waiting;
    this.#waiting = "";
    if (this.#dropped > 0 && text !== "") {
      text += `${this.#dropped} writes to this log were dropped: nobody read it.\n`;
      this.#dropped = 0;
    }
    return Buffer.from(text, "utf8");
  }

  #onWritten(bytes: Buffer, code: string | null, written: number): void {
    if (code === "EAGAIN") {
      this.#rest = bytes;
      setTimeout(() => this.#writeNext(), RETRY_DELAY_MS);
      return;
    }
    if (code !== null && CLOSED_CODES.has(code)) {
      this.#isClosed = true;
      this.#waiting = "";
      this.#settle();
      return;
    }
    // Whatever else went wrong, a full disk say, may be over with the next line.
    const isWhole = code !== null || written >= bytes.length;
    this.#rest = isWhole ? null : bytes.subarray(written);
    this.#writeNext();
  }

  #settle(): void {
    this.#isBusy = false;
    const flushed = this.#flushed;
    this.#flushed = [];
    for (const resolve of flushed) resolve();
  }
}

const CLOSED_CODES: ReadonlySet<string> = new Set(["EPIPE", "EBADF", "EIO", "ECONNRESET"]);

/** The output behind a file descriptor: 1 is standard output. */
export function openOutput(descriptor: number): Output {
  return new Output((bytes, done) => {
    write(descriptor, bytes, (error, written) => done(error?.code ?? null, written ?? 0));
  });
}
