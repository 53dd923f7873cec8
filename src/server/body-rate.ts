/** A client that sends less than this many bytes a second, over a window, is not sending. */
const MIN_BYTES_PER_SECOND = 100;

/**
 * Watches that a request's body keeps coming: KrakenD waits for ever, and a body of which a byte
 * comes now and then holds a connection and a backend.
 */
export class BodyRate {
  /** A body is judged over windows of this length; time in which the gateway did not read does not count. */
  static readonly windowMs = 15_000;
  /** How often to ask: a body is given up so much later at most. */
  static readonly checkMs = 5_000;

  #windowStart: number;
  #bytes = 0;
  #isPaused = false;

  constructor(now: number) {
    this.#windowStart = now;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(now: number): void {
    this.#isPaused = false;
    this.#windowStart = now;
    this.#bytes = 0;
  }

  /** Judges the window that ends now and begins the next one. */
  isTooSlow(now: number): boolean {
    const elapsedMs = now - this.#windowStart;
    if (this.#isPaused || elapsedMs < BodyRate.windowMs) return false;
    const isSlow = this.#bytes < (MIN_BYTES_PER_SECOND * elapsedMs) / 1000;
    this.#windowStart = now;
    this.#bytes = 0;
    return isSlow;
  }
}
