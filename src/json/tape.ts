/**
 * The layout of a span, the tape's unit: one value together with its key when it is a member.
 * A span is named by its first slot; 0 is "none". Children of one parent form a linked list, so
 * that cutting, moving and regrouping never copies text.
 */
import { arena, growTape, slotsPerSpan } from "./arena.ts";

/** The kinds of JSON values. */
export type ValueKind = "object" | "array" | "string" | "number" | "boolean" | "null";

/** Kind and flags. */
export const flagsAt = 0;
/** First byte of the value's text in the arena, quotes and brackets included. */
export const startAt = 1;
/** End of the value's text. */
export const endAt = 2;
/** The next value of the same parent. */
export const nextAt = 3;
/** An object's or array's first value. */
export const firstAt = 4;
/** The object or array that holds the value. */
export const parentAt = 5;
/** First byte of the key, decoded, without quotes. */
export const keyStartAt = 6;
/** End of the key; a quote stands there. */
export const keyEndAt = 7;

/** The bits of `flagsAt` that hold the kind. */
export const kindMask = 7;
/** Kind: object. */
export const objectKind = 1;
/** Kind: array. */
export const arrayKind = 2;
/** Kind: string. */
export const stringKind = 3;
/** Kind: number. */
export const numberKind = 4;
/** Kind: `true` or `false`; the text tells which. */
export const booleanKind = 5;
/** Kind: `null`. */
export const nullKind = 6;

/** The value's text can be written as it stands: for a container, with everything in it. */
export const copyable = 1 << 3;
/** String: the text between the quotes holds no escapes and no broken UTF-8. */
export const plain = 1 << 4;
/** Object: the keys ascend strictly, so none is there twice. */
export const sorted = 1 << 5;
/** Object: members are written in the order of the list. */
export const ordered = 1 << 6;
/** String: any bytes, a backslash among them means itself. */
export const raw = 1 << 7;
/** The value was not scanned; it has no place in an input. */
export const made = 1 << 8;
/** Key: can be written as it stands. */
export const keyCopyable = 1 << 9;
/** Key, colon and value stand side by side in the arena, and the key can be written as it stands. */
export const tight = 1 << 10;

/** Key: was set, so it has no place in an input. */
export const keyMade = 1 << 11;

/** Array, while flatmap runs: its items have labels. */
export const labelled = 1 << 12;
/** Object or array, while flatmap runs: without children it is `null`. */
export const emptied = 1 << 13;
/** Object or array, while flatmap runs: without children it is `{}` or `[]`, as it came. */
export const bornEmpty = 1 << 14;
/** Sealed: paths of filters do not lead into it. */
export const opaque = 1 << 15;

/** The flags that belong to the key rather than to the value. */
export const keyFlags: number = keyCopyable | tight | keyMade;

/** Appends a span without key, parent and children; returns its slot. */
export function addSpan(flags: number, start: number, end: number): number {
  const slot = arena.top;
  let tape = arena.tape;
  if (slot + slotsPerSpan > tape.length) tape = growTape();
  arena.top = slot + slotsPerSpan;

  tape[slot + flagsAt] = flags;
  tape[slot + startAt] = start;
  tape[slot + endAt] = end;
  tape[slot + nextAt] = 0;
  tape[slot + firstAt] = 0;
  tape[slot + parentAt] = 0;
  tape[slot + keyStartAt] = 0;
  tape[slot + keyEndAt] = 0;
  return slot;
}

/** The kind of the value at `slot`. */
export function kindOf(slot: number): number {
  return arena.tape[slot + flagsAt]! & kindMask;
}

/** Says that the text of a container no longer tells what it holds, nor that of those around it. */
export function invalidate(slot: number): void {
  const tape = arena.tape;
  // A container is copyable only if all within it are: the first that is not ends the walk.
  for (let at = slot; at !== 0 && (tape[at]! & copyable) !== 0; at = tape[at + parentAt]!) {
    tape[at] = tape[at]! & ~copyable;
  }
}
