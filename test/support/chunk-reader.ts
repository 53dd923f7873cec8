/** Takes the framing off a chunked body that comes in pieces; for large bodies, which cannot be held. */
export class ChunkReader {
  readonly #sink: (data: Buffer) => void;
  #line = "";
  #left = 0;
  #skip = 0;
  #isDone = false;

  constructor(sink: (data: Buffer) => void) {
    this.#sink = sink;
  }

  /** The last chunk came; trailers are not looked at. */
  get isDone(): boolean {
    return this.#isDone;
  }

  add(piece: Buffer): void {
    let at = 0;
    while (at < piece.length && !this.#isDone) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, piece.length - at);
        this.#skip -= skipped;
        at += skipped;
      } else if (this.#left > 0) {
        const data = piece.subarray(at, at + this.#left);
        this.#sink(data);
        this.#left -= data.length;
        at += data.length;
        if (this.#left === 0) this.#skip = 2;
      } else {
        at = this.#readLine(piece, at);
      }
    }
  }

  #readLine(piece: Buffer, at: number): number {
    const lineFeed = piece.indexOf(10, at);
    const end = lineFeed < 0 ? piece.length : lineFeed + 1;
    this.#line += piece.toString("latin1", at, end);
    if (lineFeed < 0) return end;
    if (!/^[0-9a-f]+\r\n$/i.test(this.#line)) {
      throw new Error(`not a chunk size: ${JSON.stringify(this.#line)}`);
    }
    this.#left = Number.parseInt(this.#line, 16);
    this.#isDone = this.#left === 0;
    this.#line = "";
    return end;
  }
}
