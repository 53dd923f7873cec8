import type { AccessRecord, RenderAccess } from "./access-line.ts";

/** Where access lines go, and how they look. */
export interface AccessLogOptions {
  readonly render: RenderAccess;
  /** Takes whole lines, several at once; must not block and must not throw. */
  readonly destination: (lines: string) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Calls back once, later. */
  readonly schedule?: (callback: () => void, delayMs: number) => void;
}

/** One write for so many characters, or for what came within this time: a write per line costs ten times as much. */
const FLUSH_LENGTH = 16 * 1024;
const FLUSH_DELAY_MS = 100;

/** One line for each request, written in batches. */
export class AccessLog {
  readonly #render: RenderAccess;
  readonly #destination: (lines: string) => void;
  readonly #now: () => number;
  readonly #schedule: (callback: () => void, delayMs: number) => void;
  readonly #onTimer: () => void;
  #lines = "";
  #isScheduled = false;

  constructor({
    render,
    destination,
    now = Date.now,
    schedule = scheduleQuietly,
  }: AccessLogOptions) {
    this.#render = render;
    this.#destination = destination;
    this.#now = now;
    this.#schedule = schedule;
    this.#onTimer = () => {
      this.#isScheduled = false;
      this.flush();
    };
  }

  /** Renders at once, so the record may be reused. */
  write(record: AccessRecord): void {
    this.#lines += this.#render(record, this.#now());
    if (this.#lines.length >= FLUSH_LENGTH) {
      this.flush();
      return;
    }
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#schedule(this.#onTimer, FLUSH_DELAY_MS);
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
