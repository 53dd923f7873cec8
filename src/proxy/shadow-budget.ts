/** Of one endpoint in one thread; a shadow that hangs must not take the sockets and the memory of all. */
const MAX_COPIES = 1_000;
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Counts an endpoint's copies for its shadows: those on their way, and the bytes of their bodies. */
export class ShadowBudget {
  #copies = 0;
  #bytes = 0;

  /** False when no more copies may be made; otherwise `end` gives the place back. */
  begin(): boolean {
    if (this.#copies === MAX_COPIES) return false;
    this.#copies++;
    return true;
  }

  /** False when so many more bytes may not be held; otherwise `end` gives them back. */
  hold(bytes: number): boolean {
    if (this.#bytes + bytes > MAX_BODY_BYTES) return false;
    this.#bytes += bytes;
    return true;
  }

  /** A copy is over, with the bytes that were held for it. */
  end(bytes: number): void {
    this.#copies--;
    this.#bytes -= bytes;
  }
}
