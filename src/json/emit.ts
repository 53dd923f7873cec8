import { arena, reserveBytes } from "./arena.ts";
import { compareKeys } from "./keys.ts";
import { readsEscapes, rewriteString, writesEscapes } from "./string-text.ts";
import {
  arrayKind,
  copyable,
  endAt,
  firstAt,
  flagsAt,
  keyCopyable,
  keyEndAt,
  keyStartAt,
  kindMask,
  nextAt,
  objectKind,
  ordered,
  plain,
  raw,
  sorted,
  startAt,
  tight,
} from "./tape.ts";

/** The value's canonical text as bytes of its own. */
export function emitDocument(slot: number): Uint8Array {
  const { tape } = arena;
  if ((tape[slot + flagsAt]! & copyable) !== 0) {
    return arena.bytes.slice(tape[slot + startAt]!, tape[slot + endAt]!);
  }

  // Every text is written once at most, grown by its escapes; brackets, quotes, colons and commas
  // are eight bytes per span at most. So nothing below has to look for the arena's end.
  const spans = arena.top >> 3;
  reserveBytes(arena.tail + arena.expansionBytes + spans * 8);
  const start = arena.tail;
  const end = writeValue(slot, start);
  if (end > arena.bytes.length) throw new Error("a JSON document outgrew its estimate");
  return arena.bytes.slice(start, end);
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;

/** Slots of the children being written, of all open containers one behind the other. */
let children = new Int32Array(1024);
let childCount = 0;

function writeValue(slot: number, out: number): number {
  const { bytes, tape } = arena;
  const flags = tape[slot + flagsAt]!;
  if ((flags & copyable) !== 0) {
    return copyRange(bytes, tape[slot + startAt]!, tape[slot + endAt]!, out);
  }

  const kind = flags & kindMask;
  if (kind === objectKind) return writeObject(slot, out);
  if (kind === arrayKind) return writeArray(slot, out);

  bytes[out] = quote;
  const from = tape[slot + startAt]! + 1;
  const to = tape[slot + endAt]! - 1;
  const hasEscapes = (flags & (plain | raw)) === 0;
  const form = hasEscapes ? readsEscapes | writesEscapes : writesEscapes;
  const end = rewriteString(bytes, from, to, out + 1, form);
  bytes[end] = quote;
  return end + 1;
}

function writeArray(slot: number, start: number): number {
  const { bytes, tape } = arena;
  let out = start;
  bytes[out++] = 0x5b;
  let item = tape[slot + firstAt]!;
  while (item !== 0) {
    let last = item;
    if ((tape[item + flagsAt]! & copyable) !== 0) {
      // Neighbours leave together.
      let next = tape[last + nextAt]!;
      while (next !== 0 && isNextItem(last, next)) {
        last = next;
        next = tape[last + nextAt]!;
      }
      out = copyRange(bytes, tape[item + startAt]!, tape[last + endAt]!, out);
    } else {
      out = writeValue(item, out);
    }
    item = tape[last + nextAt]!;
    if (item !== 0) bytes[out++] = comma;
  }
  bytes[out] = 0x5d;
  return out + 1;
}

function isNextItem(item: number, next: number): boolean {
  const { bytes, tape } = arena;
  const end = tape[item + endAt]!;
  return (
    (tape[next + flagsAt]! & copyable) !== 0 &&
    tape[next + startAt] === end + 1 &&
    bytes[end] === comma
  );
}

function writeObject(slot: number, start: number): number {
  const { bytes } = arena;
  const base = childCount;
  collectMembers(slot);
  const count = childCount;
  let out = start;
  bytes[out++] = 0x7b;
  let index = base;
  while (index < count) {
    const member = children[index]!;
    let last = member;
    index++;
    if (isRange(member)) {
      while (index < count && isNextMember(last, children[index]!)) last = children[index++]!;
      const { tape } = arena;
      out = copyRange(bytes, tape[member + keyStartAt]! - 1, tape[last + endAt]!, out);
    } else {
      out = writeValue(member, writeKey(member, out));
    }
    if (index < count) bytes[out++] = comma;
  }
  bytes[out] = 0x7d;
  childCount = base;
  return out + 1;
}

function isRange(member: number): boolean {
  return (arena.tape[member + flagsAt]! & (copyable | tight)) === (copyable | tight);
}

function isNextMember(member: number, next: number): boolean {
  const { bytes, tape } = arena;
  const end = tape[member + endAt]!;
  return isRange(next) && tape[next + keyStartAt] === end + 2 && bytes[end] === comma;
}

function writeKey(member: number, start: number): number {
  const { bytes, tape } = arena;
  const from = tape[member + keyStartAt]!;
  const to = tape[member + keyEndAt]!;
  bytes[start] = quote;
  const end =
    (tape[member + flagsAt]! & keyCopyable) !== 0
      ? copyRange(bytes, from, to, start + 1)
      : rewriteString(bytes, from, to, start + 1, writesEscapes);
  bytes[end] = quote;
  bytes[end + 1] = colon;
  return end + 2;
}

/** Puts an object's members behind `childCount`, in the order in which they are written. */
function collectMembers(slot: number): void {
  const { tape } = arena;
  const base = childCount;
  for (let member = tape[slot + firstAt]!; member !== 0; member = tape[member + nextAt]!) {
    if (childCount === children.length) growChildren();
    children[childCount++] = member;
  }
  if ((tape[slot + flagsAt]! & (sorted | ordered)) !== 0) return;
  if (childCount - base <= insertionSortLimit) sortFew(base);
  else sortMany(base);
}

const insertionSortLimit = 24;

/** Sorts by insertion; of equal keys the later member takes the earlier one's place. */
function sortFew(base: number): void {
  let end = base;
  for (let index = base; index < childCount; index++) {
    const member = children[index]!;
    let at = end;
    let order = 1;
    while (at > base) {
      order = compareKeys(children[at - 1]!, member);
      if (order <= 0) break;
      at--;
    }
    if (at > base && order === 0) {
      children[at - 1] = member;
      continue;
    }
    for (let moved = end; moved > at; moved--) children[moved] = children[moved - 1]!;
    children[at] = member;
    end++;
  }
  childCount = end;
}

function sortMany(base: number): void {
  // Stable: of equal keys the last is the last in the document.
  children.subarray(base, childCount).sort(compareKeys);
  let end = base;
  for (let index = base; index < childCount; index++) {
    const member = children[index]!;
    if (index + 1 < childCount && compareKeys(member, children[index + 1]!) === 0) continue;
    children[end++] = member;
  }
  childCount = end;
}

function growChildren(): void {
  const grown = new Int32Array(children.length * 2);
  grown.set(children);
  children = grown;
}

function copyRange(bytes: Uint8Array, from: number, to: number, out: number): number {
  const length = to - from;
  // Below this a loop is cheaper than the call: 15 ns.
  if (length > 24) {
    bytes.copyWithin(out, from, to);
    return out + length;
  }
  for (let index = 0; index < length; index++) bytes[out + index] = bytes[from + index]!;
  return out + length;
}
