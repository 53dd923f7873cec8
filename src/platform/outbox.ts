import type { Socket } from "./sockets.ts";

/** Writes to a socket and keeps, in order, what the kernel did not take yet. */
export class Outbox<Owner> {
  readonly #socket: Socket<Owner>;
  #kept: Uint8Array[] = [];
  #bytesKept = 0;
  #bytesKeptWhenAsked = Infinity;

  constructor(socket: Socket<Owner>) {
    this.#socket = socket;
  }

  /** True while bytes wait for `drain`: the source should pause. */
  get isBlocked(): boolean {
    return this.#kept.length > 0;
  }

  /** Bytes went out since the last call. */
  hasMovedSinceAsked(): boolean {
    const hasMoved = this.#bytesKept < this.#bytesKeptWhenAsked;
    this.#bytesKeptWhenAsked = this.#bytesKept;
    return hasMoved;
  }

  /** Sends bytes that nobody changes afterwards. */
  write(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.#kept.length > 0) {
      this.#keep(bytes);
      return;
    }
    const taken = this.#socket.write(bytes);
    if (taken >= 0 && taken < bytes.length) this.#keep(bytes.subarray(taken));
  }

  /** Sends the first bytes of a buffer that is used again at once; the rest, if any, is copied. */
  writeFromScratch(scratch: Buffer, length: number): void {
    if (this.#kept.length > 0) {
      this.#keep(Buffer.from(scratch.subarray(0, length)));
      return;
    }
    const taken = this.#socket.write(scratch, 0, length);
    if (taken >= 0 && taken < length) this.#keep(Buffer.from(scratch.subarray(taken, length)));
  }

  /** To be called on the socket's `drain`; true when nothing is left. */
  drain(): boolean {
    while (this.#kept.length > 0) {
      const bytes = this.#kept[0]!;
      const taken = this.#socket.write(bytes);
      if (taken < 0) {
        this.#kept = [];
        this.#bytesKept = 0;
        return true;
      }
      this.#bytesKept -= taken;
      if (taken < bytes.length) {
        this.#kept[0] = bytes.subarray(taken);
        return false;
      }
      this.#kept.shift();
    }
    return true;
  }

  #keep(bytes: Uint8Array): void {
    this.#kept.push(bytes);
    this.#bytesKept += bytes.length;
  }
}
