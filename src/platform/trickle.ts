const FIRST_DELAY_MS = 50;

/** A few bytes that leave one by one, ever more slowly: each makes the system find out whether the peer is still there. */
export class Trickle {
  #rest: Uint8Array;
  readonly #send: (byte: Uint8Array) => void;
  #delayMs = FIRST_DELAY_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(bytes: Uint8Array, send: (byte: Uint8Array) => void) {
    this.#rest = bytes;
    this.#send = send;
    this.#next();
  }

  /** Stops, and gives back the bytes that have not left. */
  takeRest(): Uint8Array {
    clearTimeout(this.#timer);
    const rest = this.#rest;
    this.#rest = rest.subarray(rest.length);
    return rest;
  }

  #next(): void {
    const byte = this.#rest.subarray(0, 1);
    this.#rest = this.#rest.subarray(1);
    this.#send(byte);
    if (this.#rest.length === 0) return;
    this.#timer = setTimeout(() => this.#next(), this.#delayMs);
    this.#delayMs *= 2;
  }
}
