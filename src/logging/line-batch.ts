/** Where lines go, and how long they may wait for company. */
export interface LineBatchOptions {
  /** Takes whole lines, several at once; must not block and must not throw. */
  readonly destination: (lines: string) => void;
  readonly delayMs: number;
  /** Calls back once, later. */
  readonly schedule?: (callback: () => void, delayMs: number) => void;
}

/** So many characters are not kept waiting: a write per line costs ten times as much as one for all. */
const FLUSH_LENGTH = 16 * 1024;

/** Gathers lines and hands them on together. */
export class LineBatch {
  readonly #destination: (lines: string) => void;
  readonly #delayMs: number;
  readonly #schedule: (callback: () => void, delayMs: number) => void;
  readonly #onTimer: () => void;
  #lines = "";
  #isScheduled = false;

  constructor({ destination, delayMs, schedule = scheduleQuietly }: LineBatchOptions) {
    this.#destination = destination;
    this.#delayMs = delayMs;
    this.#schedule = schedule;
    this.#onTimer = () => {
      this.#isScheduled = false;
      this.flush();
    };
  }

  /** Takes whole lines. */
  write(lines: string): void {
    this.#lines += lines;
    if (this.#lines.length >= FLUSH_LENGTH) {
      this.flush();
      return;
    }
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#schedule(this.#onTimer, this.#delayMs);
  }

  /** Hands on what waits; to be called before the process ends. */
  flush(): void {
    if (this.#lines === "") return;
    const lines = this.#lines;
    this.#lines = "";
    this.#destination(lines);
  }
}

/** A timer that does not keep the process alive. */
function scheduleQuietly(callback: () => void, delayMs: number): void {
  setTimeout(callback, delayMs).unref();
}
