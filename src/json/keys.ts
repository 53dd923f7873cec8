import { arena, reserveBytes, writeText } from "./arena.ts";
import { textFlags } from "./scan-string.ts";
import { copyable, flagsAt, keyCopyable, keyEndAt, keyFlags, keyMade, keyStartAt } from "./tape.ts";

/** A key as the configuration has it, ready to be compared with and written into documents. */
export interface KeyBytes {
  /** UTF-8. */
  readonly bytes: Uint8Array;
  /** Whether JSON text can hold the key as it stands. */
  readonly isCopyable: boolean;
}

/** Encodes a key once, at start. */
export function encodeKey(key: string): KeyBytes {
  // The zero byte behind the text keeps the check within it.
  const terminated = encoder.encode(`${key}\0`);
  const length = terminated.length - 1;
  return {
    bytes: terminated.slice(0, length),
    isCopyable: (textFlags(terminated, 0, length) & copyable) !== 0,
  };
}

/** Orders the keys of two members by their decoded bytes: negative, zero or positive. */
export function compareKeys(left: number, right: number): number {
  const { tape } = arena;
  return compareKeyWith(left, tape[right + keyStartAt]!, tape[right + keyEndAt]!);
}

/** The same with a key that stands in the arena but belongs to no member yet. */
export function compareKeyWith(left: number, rightStart: number, rightEnd: number): number {
  const { bytes, tape } = arena;
  const leftStart = tape[left + keyStartAt]!;
  const leftLength = tape[left + keyEndAt]! - leftStart;
  const rightLength = rightEnd - rightStart;
  const shared = Math.min(leftLength, rightLength);
  for (let index = 0; index < shared; index++) {
    const difference = bytes[leftStart + index]! - bytes[rightStart + index]!;
    if (difference !== 0) return difference;
  }
  return leftLength - rightLength;
}

/** Whether the member at `slot` has this key. */
export function hasKeyBytes(slot: number, key: Uint8Array): boolean {
  const { bytes, tape } = arena;
  const start = tape[slot + keyStartAt]!;
  const length = key.length;
  if (tape[slot + keyEndAt]! - start !== length) return false;
  for (let index = 0; index < length; index++) {
    if (bytes[start + index] !== key[index]) return false;
  }
  return true;
}

/** Whether the member at `slot` has this key; encodes it only when it is not ASCII. */
export function hasKey(slot: number, key: string): boolean {
  const { bytes, tape } = arena;
  const start = tape[slot + keyStartAt]!;
  const length = tape[slot + keyEndAt]! - start;
  if (length < key.length) return false;
  for (let index = 0; index < key.length; index++) {
    const code = key.charCodeAt(index);
    if (code >= 0x80) return hasKeyBytes(slot, encoder.encode(key));
    if (bytes[start + index] !== code) return false;
  }
  return length === key.length;
}

/** Gives a member a key; the bytes are copied. */
export function setKey(slot: number, key: KeyBytes): void {
  const { length } = key.bytes;
  reserveBytes(length + 1);
  arena.bytes.set(key.bytes, arena.tail);
  placeKey(slot, length, key.isCopyable);
}

/** Gives a member a key that is not known before the request. */
export function setKeyText(slot: number, key: string): void {
  reserveBytes(key.length * 3 + 1);
  const { bytes, tail } = arena;
  const length = writeText(key, tail);
  bytes[tail + length] = quote;
  placeKey(slot, length, (textFlags(bytes, tail, tail + length) & copyable) !== 0);
}

const quote = 0x22;
const encoder = new TextEncoder();

// The key's bytes are at the tail already; behind every text stands a quote.
function placeKey(slot: number, length: number, isCopyable: boolean): void {
  const { bytes, tape, tail } = arena;
  bytes[tail + length] = quote;
  arena.tail = tail + length + 1;
  if (!isCopyable) arena.expansionBytes += length * 5;

  tape[slot + keyStartAt] = tail;
  tape[slot + keyEndAt] = tail + length;
  const flags = isCopyable ? keyMade | keyCopyable : keyMade;
  tape[slot + flagsAt] = (tape[slot + flagsAt]! & ~keyFlags) | flags;
}
