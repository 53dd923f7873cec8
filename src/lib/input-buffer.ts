/**
 * Bytes that have come but cannot be read yet. A first piece is held as it is; more of them are
 * put together with room to grow, so that a message in drops costs no more than one in a piece.
 */
export class InputBuffer {
  #bytes: Buffer | null = null;
  #length = 0;
  /** The bytes may be appended to in place: they are this buffer's own. */
  #isOwn = false;

  get length(): number {
    return this.#length;
  }

  /** Adds a piece, which must not be changed afterwards. */
  append(piece: Buffer): void {
    if (this.#bytes === null) {
      this.#bytes = piece;
      this.#length = piece.length;
      return;
    }
    const length = this.#length + piece.length;
    if (!this.#isOwn || this.#bytes.length < length) {
      const grown = Buffer.allocUnsafe(length * 2);
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
      this.#isOwn = true;
    }
    piece.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  /** What has come so far. */
  view(): Buffer {
    if (this.#bytes === null) return NOTHING;
    return this.#bytes.length === this.#length
      ? this.#bytes
      : this.#bytes.subarray(0, this.#length);
  }

  /** Forgets the first bytes, which have been read. */
  consume(count: number): void {
    if (count >= this.#length) {
      this.clear();
      return;
    }
    // Views of the consumed part may still be in use, so the rest is not moved over them.
    this.#bytes = this.view().subarray(count);
    this.#length = this.#bytes.length;
    this.#isOwn = false;
  }

  clear(): void {
    this.#bytes = null;
    this.#length = 0;
    this.#isOwn = false;
  }
}

const NOTHING = Buffer.alloc(0);
