/** Pieces from this size on are handed on as they are. */
const LARGE_BYTES = 4 * 1024;

/**
 * Puts small neighbouring pieces of one buffer together: a peer that sends a body in chunks of one
 * byte must not make every later step work by the byte. A lone or large piece is not copied.
 */
export class PieceGatherer {
  #bytes: Buffer | null = null;
  #to = 0;
  #from = -1;
  #end = -1;
  #gathered: Buffer | null = null;
  #length = 0;

  /** Begins with a buffer whose pieces end before `to`. */
  begin(bytes: Buffer, to: number): void {
    this.#bytes = bytes;
    this.#to = to;
  }

  /** Takes the next piece; hands out what cannot be put together with it. */
  add(from: number, end: number, sink: (piece: Buffer) => void): void {
    const isLarge = end - from >= LARGE_BYTES;
    if (this.#gathered === null && this.#from >= 0 && !isLarge) this.#gather();
    if (this.#gathered !== null && !isLarge) {
      this.#length += this.#bytes!.copy(this.#gathered, this.#length, from, end);
      return;
    }
    this.#handOut(sink);
    this.#from = from;
    this.#end = end;
    if (isLarge) this.#handOut(sink);
  }

  /** Hands out the rest and forgets the buffer. */
  finish(sink: (piece: Buffer) => void): void {
    this.#handOut(sink);
    this.#bytes = null;
  }

  #gather(): void {
    const gathered = Buffer.allocUnsafe(this.#to - this.#from);
    this.#length = this.#bytes!.copy(gathered, 0, this.#from, this.#end);
    this.#gathered = gathered;
    this.#from = -1;
  }

  #handOut(sink: (piece: Buffer) => void): void {
    const gathered = this.#gathered;
    const from = this.#from;
    this.#gathered = null;
    this.#from = -1;
    if (gathered !== null) sink(gathered.subarray(0, this.#length));
    else if (from >= 0) sink(this.#bytes!.subarray(from, this.#end));
  }
}
