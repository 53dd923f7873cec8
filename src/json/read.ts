import { arena, reserveBytes } from "./arena.ts";
import { JsonNumber } from "./json-number.ts";
import { hasKey } from "./keys.ts";
import { readsEscapes, rewriteString } from "./string-text.ts";
import {
  arrayKind,
  booleanKind,
  endAt,
  firstAt,
  flagsAt,
  keyEndAt,
  keyMade,
  keyStartAt,
  kindMask,
  kindOf,
  made,
  nextAt,
  nullKind,
  numberKind,
  objectKind,
  plain,
  raw,
  sorted,
  startAt,
  stringKind,
  type ValueKind,
} from "./tape.ts";

/** The kind of the value at `slot`, by name. */
export function kindName(slot: number): ValueKind {
  return kindNames[kindOf(slot)]!;
}

/** Decoded characters of a string, source text of any other scalar. Throws for objects and arrays. */
export function scalarText(slot: number): string {
  const { text, tape } = arena;
  const flags = tape[slot + flagsAt]!;
  const start = tape[slot + startAt]!;
  const end = tape[slot + endAt]!;
  const kind = flags & kindMask;
  if (kind <= arrayKind) throw new TypeError(`a JSON ${kindNames[kind]} has no text`);
  if (kind !== stringKind) return text.toString("latin1", start, end);
  if ((flags & plain) !== 0) return text.toString("utf8", start + 1, end - 1);
  const written = rewriteBehindTail(start + 1, end - 1, (flags & raw) !== 0 ? 0 : readsEscapes);
  return arena.text.toString("utf8", arena.tail, written);
}

/** A string's characters as bytes of their own; broken UTF-8 stays only where the string was made of bytes. */
export function stringContent(slot: number): Uint8Array {
  const { bytes, tape } = arena;
  if (kindOf(slot) !== stringKind) throw new TypeError(`a JSON ${kindName(slot)} has no bytes`);
  const from = tape[slot + startAt]! + 1;
  const to = tape[slot + endAt]! - 1;
  if ((tape[slot + flagsAt]! & (plain | raw)) !== 0) return bytes.slice(from, to);
  const end = rewriteBehindTail(from, to, readsEscapes);
  return arena.bytes.slice(arena.tail, end);
}

/** The decoded key of a member. */
export function keyText(slot: number): string {
  const { text, tape } = arena;
  return text.toString("utf8", tape[slot + keyStartAt]!, tape[slot + keyEndAt]!);
}

/** Slot of the member with this key, of several the last; 0 when there is none or `slot` is no object. */
export function findMember(slot: number, key: string): number {
  if (kindOf(slot) !== objectKind) return 0;
  const { tape } = arena;
  const isUnique = (tape[slot + flagsAt]! & sorted) !== 0;
  let found = 0;
  for (let member = tape[slot + firstAt]!; member !== 0; member = tape[member + nextAt]!) {
    if (!hasKey(member, key)) continue;
    found = member;
    if (isUnique) break;
  }
  return found;
}

/** Slot at the end of a path of keys, 0 when there is none. Arrays are not entered. */
export function findPath(slot: number, path: readonly string[]): number {
  let found = slot;
  for (let index = 0; index < path.length && found !== 0; index++) {
    found = findMember(found, path[index]!);
  }
  return found;
}

/** Slots of the children, in the order of the document; a key that is there twice comes twice. */
export function childrenOf(slot: number): number[] {
  const { tape } = arena;
  const children: number[] = [];
  for (let child = tape[slot + firstAt]!; child !== 0; child = tape[child + nextAt]!) {
    children.push(child);
  }
  return children;
}

/** How many children there are; a key that is there twice counts twice. */
export function countChildren(slot: number): number {
  const { tape } = arena;
  let count = 0;
  for (let child = tape[slot + firstAt]!; child !== 0; child = tape[child + nextAt]!) count++;
  return count;
}

/** Where the value starts in its input; -1 when it was made. */
export function sourceOffset(slot: number): number {
  const { tape } = arena;
  return (tape[slot + flagsAt]! & made) !== 0 ? -1 : inputOffset(tape[slot + startAt]!);
}

/** Where the opening quote of a member's key stands in the input; -1 when the key was made. */
export function keySourceOffset(slot: number): number {
  const { tape } = arena;
  if ((tape[slot + flagsAt]! & keyMade) !== 0) return -1;
  const direct = inputOffset(tape[slot + keyStartAt]! - 1);
  return direct !== -1 ? direct : inputOffset(findKeyBefore(tape[slot + startAt]!));
}

/** The value as plain JavaScript: objects without prototype, numbers as numbers or as `JsonNumber`. */
export function toPlainValue(slot: number, numbers: "number" | "text"): unknown {
  switch (kindOf(slot)) {
    case objectKind:
      return toPlainObject(slot, numbers);
    case arrayKind:
      return childrenOf(slot).map((item) => toPlainValue(item, numbers));
    case stringKind:
      return scalarText(slot);
    case numberKind:
      return numbers === "text" ? new JsonNumber(scalarText(slot)) : Number(scalarText(slot));
    case nullKind:
      return null;
    default:
      return scalarText(slot) === "true";
  }
}

const kindNames: readonly ValueKind[] = (() => {
  const names: ValueKind[] = [];
  names[objectKind] = "object";
  names[arrayKind] = "array";
  names[stringKind] = "string";
  names[numberKind] = "number";
  names[booleanKind] = "boolean";
  names[nullKind] = "null";
  return names;
})();

// What stands behind the tail is forgotten at the next writing.
function rewriteBehindTail(from: number, to: number, form: number): number {
  // A broken byte becomes three.
  reserveBytes((to - from) * 3);
  return rewriteString(arena.bytes, from, to, arena.tail, form);
}

function toPlainObject(slot: number, numbers: "number" | "text"): Record<string, unknown> {
  const plainObject: Record<string, unknown> = Object.create(null);
  for (const member of childrenOf(slot)) {
    plainObject[keyText(member)] = toPlainValue(member, numbers);
  }
  return plainObject;
}

function inputOffset(place: number): number {
  const { sources } = arena;
  for (let index = sources.length - 2; index >= 0; index -= 2) {
    const start = sources[index]!;
    if (place >= start && place < sources[index + 1]!) return place - start;
  }
  return -1;
}

// The decoded key stands elsewhere: walk back from the value over blanks and the colon to the
// closing quote, and on to the quote that is not escaped.
function findKeyBefore(valueStart: number): number {
  const { bytes } = arena;
  let at = valueStart - 1;
  while (at > 0 && bytes[at] !== 0x22) at--;
  for (at--; at > 0; at--) {
    if (bytes[at] === 0x22 && countBackslashesBefore(at) % 2 === 0) return at;
  }
  return 0;
}

function countBackslashesBefore(place: number): number {
  const { bytes } = arena;
  let at = place;
  while (bytes[at - 1] === 0x5c) at--;
  return place - at;
}
