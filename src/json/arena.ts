/**
 * The worker's scratch memory for documents: the bytes of all texts, and the tape of spans over
 * them. One block at a time owns it; when a block ends everything in it is forgotten.
 */

/** Numbers per span; see `tape.ts` for their meaning. A power of two, so that a slot is a shift away. */
export const slotsPerSpan = 8;

/** Spans that one block may hold; a `Value` has this many numbers for each generation. */
export const maxSpans: number = 2 ** 26;

// Offsets are 32-bit integers on the tape.
const maxBytes = 2 ** 31 - 1;
// Up to here a loop is cheaper than the runtime's encoder: 50 ns.
const loopLength = 32;
const initialBytes = 64 * 1024;
const initialSlots = 2048 * slotsPerSpan;
// Most bodies stay below; a worker that once met a huge one must not keep its memory.
const retainedBytes = 4 * 1024 * 1024;
const retainedSlots = 1024 * 1024;

/** The scratch memory. Whoever holds `bytes` or `tape` in a local must fetch them again after a reservation. */
export interface Arena {
  bytes: Uint8Array;
  /** The same memory, for its conversions to text. */
  text: Buffer;
  /** The same memory, for reading and writing four bytes at once. */
  view: DataView;
  tape: Int32Array;
  /** First free byte. */
  tail: number;
  /** First free slot of the tape. */
  top: number;
  /** How much longer than its source a written text may become: `<` is one byte and its escape six. */
  expansionBytes: number;
  /** Pairs of (first byte, end) of the scanned inputs, in the order of their places. */
  sources: number[];
  /** Number of the open block times `maxSpans`; -1 while none is open. */
  base: number;
}

/** This worker's arena. */
export const arena: Arena = createArena();

/** Opens the arena for a block and returns the block's base. Throws when one is open already. */
export function openArena(): number {
  if (arena.base !== -1) throw new Error("a JSON block was opened inside another one");

  // Beyond the last one a value would no longer be an exact number.
  generation = generation === lastGeneration ? 1 : generation + 1;
  arena.base = generation * maxSpans;
  arena.tail = 0;
  // Slot 0 stands for "none" in every link.
  arena.top = slotsPerSpan;
  arena.expansionBytes = 0;
  arena.sources.length = 0;
  return arena.base;
}

/** Forgets every document, and gives memory back that a very large one needed. */
export function closeArena(): void {
  arena.base = -1;
  if (arena.bytes.length > retainedBytes) setBytes(new Uint8Array(initialBytes));
  if (arena.tape.length > retainedSlots) arena.tape = new Int32Array(initialSlots);
}

/** Makes sure that `byteCount` bytes are free behind the tail. Throws a `RangeError` beyond 2 GiB. */
export function reserveBytes(byteCount: number): void {
  const needed = arena.tail + byteCount;
  if (needed <= arena.bytes.length) return;
  if (needed > maxBytes) throw new RangeError("a JSON block needs more than 2 GiB");

  const grown = new Uint8Array(Math.min(maxBytes, Math.max(needed, arena.bytes.length * 2)));
  grown.set(arena.bytes.subarray(0, arena.tail));
  setBytes(grown);
}

/** Writes a text as UTF-8 at `at`, for which the caller has made room, and returns its length. Lone surrogates become U+FFFD. */
export function writeText(text: string, at: number): number {
  const { bytes } = arena;
  const { length } = text;
  if (length > loopLength) return arena.text.write(text, at);
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x80) return arena.text.write(text, at);
    bytes[at + index] = code;
  }
  return length;
}

/** Whether `byteCount` more bytes are within what an arena may hold. */
export function hasRoomFor(byteCount: number): boolean {
  return arena.tail + byteCount <= maxBytes;
}

/** Doubles the tape and returns it. Throws a `RangeError` when a block has more than 2^26 values. */
export function growTape(): Int32Array {
  const grownSlots = arena.tape.length * 2;
  if (grownSlots > maxSpans * slotsPerSpan) throw new RangeError("too many JSON values");

  const grown = new Int32Array(grownSlots);
  grown.set(arena.tape);
  arena.tape = grown;
  return grown;
}

const lastGeneration = Math.floor(Number.MAX_SAFE_INTEGER / maxSpans) - 1;
let generation = 0;

function createArena(): Arena {
  const bytes = new Uint8Array(initialBytes);
  return {
    bytes,
    text: Buffer.from(bytes.buffer),
    view: new DataView(bytes.buffer),
    tape: new Int32Array(initialSlots),
    tail: 0,
    top: slotsPerSpan,
    expansionBytes: 0,
    sources: [],
    base: -1,
  };
}

function setBytes(bytes: Uint8Array<ArrayBuffer>): void {
  arena.bytes = bytes;
  arena.text = Buffer.from(bytes.buffer);
  arena.view = new DataView(bytes.buffer);
}
