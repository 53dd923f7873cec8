/** How many lines of one kind a minute may have. */
const MOST_A_MINUTE = 10;
const MINUTE_MS = 60_000;

/** A line that others can cause as often as they like: most of a flood is only counted. */
export class SeldomLine {
  readonly #write: (text: string) => void;
  readonly #now: () => number;
  #since = -Infinity;
  #written = 0;
  #leftOut = 0;

  /** `now` in milliseconds, from any beginning. */
  constructor(write: (text: string) => void, now: () => number) {
    this.#write = write;
    this.#now = now;
  }

  write(text: string): void {
    const now = this.#now();
    if (now - this.#since >= MINUTE_MS) {
      if (this.#leftOut > 0) this.#write(`${this.#leftOut} more lines like the last were left out`);
      this.#since = now;
      this.#written = 0;
      this.#leftOut = 0;
    }
    if (this.#written === MOST_A_MINUTE) this.#leftOut++;
    else {
      this.#written++;
      this.#write(text);
    }
  }
}
