import { arena } from "./arena.ts";
import { compareKeys } from "./keys.ts";
import {
  firstAt,
  flagsAt,
  keyEndAt,
  keyStartAt,
  kindOf,
  nextAt,
  objectKind,
  ordered,
  sorted,
} from "./tape.ts";

/**
 * Slots of the members being written, those of an inner object behind those of the outer one.
 * Whoever holds `slots` while an inner object is pushed may hold an array that has been replaced;
 * what it read below its own `count` stays as it was.
 */
export const membersInOrder = {
  slots: new Int32Array(1024),
  /** First four bytes of each key, as a number that sorts as the bytes do. */
  prefixes: new Int32Array(1024),
  count: 0,
};

/** Pushes the members of an object in the order in which they are written; of equal keys only the last. */
export function pushMembers(object: number): void {
  const { tape } = arena;
  const base = membersInOrder.count;
  if ((tape[object + flagsAt]! & (sorted | ordered)) !== 0) {
    for (let at = tape[object + firstAt]!; at !== 0; at = tape[at + nextAt]!) push(at, 0);
    return;
  }

  for (let at = tape[object + firstAt]!; at !== 0; at = tape[at + nextAt]!) push(at, keyPrefix(at));
  if (membersInOrder.count - base <= insertionSortLimit) sortFew(base);
  else sortMany(base);
}

/** Slots of an object's members in the order in which they are written, for other notations than JSON; empty for other kinds. */
export function orderedMembers(slot: number): Int32Array {
  if (kindOf(slot) !== objectKind) return NO_MEMBERS;
  const base = membersInOrder.count;
  pushMembers(slot);
  const members = membersInOrder.slots.slice(base, membersInOrder.count);
  popMembers(base);
  return members;
}

/** Takes back what was pushed since the count was `base`. */
export function popMembers(base: number): void {
  membersInOrder.count = base;
  if (base === 0 && membersInOrder.slots.length > retainedMembers) resize(retainedMembers);
}

const NO_MEMBERS = new Int32Array(0);
const insertionSortLimit = 24;
const retainedMembers = 64 * 1024;

function push(slot: number, prefix: number): void {
  const { count } = membersInOrder;
  if (count === membersInOrder.slots.length) resize(count * 2);
  membersInOrder.slots[count] = slot;
  membersInOrder.prefixes[count] = prefix;
  membersInOrder.count = count + 1;
}

function keyPrefix(member: number): number {
  const { tape, view } = arena;
  const start = tape[member + keyStartAt]!;
  const length = tape[member + keyEndAt]! - start;
  // Behind a key stand at least its quote, and behind the last text of the arena its slack.
  const bytes = view.getInt32(start);
  const prefix = length >= 4 ? bytes : bytes & ~(0xffffffff >>> (length * 8));
  // Numbers on the tape are signed, bytes are not.
  return prefix ^ 0x80000000;
}

/** Sorts by insertion; of equal keys the later member takes the earlier one's place. */
function sortFew(base: number): void {
  const { slots, prefixes, count } = membersInOrder;
  let end = base;
  for (let index = base; index < count; index++) {
    const slot = slots[index]!;
    const prefix = prefixes[index]!;
    const place = findPlace(base, end, slot, prefix);
    if (place < 0) {
      slots[~place] = slot;
      continue;
    }
    for (let at = end; at > place; at--) {
      slots[at] = slots[at - 1]!;
      prefixes[at] = prefixes[at - 1]!;
    }
    slots[place] = slot;
    prefixes[place] = prefix;
    end++;
  }
  membersInOrder.count = end;
}

/** Where the member goes; the complement of the place of a member with the same key. */
function findPlace(base: number, end: number, slot: number, prefix: number): number {
  const { slots, prefixes } = membersInOrder;
  let at = end;
  for (; at > base; at--) {
    const before = prefixes[at - 1]!;
    if (before < prefix) return at;
    if (before > prefix) continue;
    const order = compareKeys(slots[at - 1]!, slot);
    if (order < 0) return at;
    if (order === 0) return ~(at - 1);
  }
  return at;
}

function sortMany(base: number): void {
  const { slots, count } = membersInOrder;
  // Stable: of equal keys the last is the last in the document.
  slots.subarray(base, count).sort(compareKeys);
  let end = base;
  for (let index = base; index < count; index++) {
    const slot = slots[index]!;
    if (index + 1 < count && compareKeys(slot, slots[index + 1]!) === 0) continue;
    slots[end++] = slot;
  }
  membersInOrder.count = end;
}

function resize(length: number): void {
  const { slots, prefixes, count } = membersInOrder;
  membersInOrder.slots = new Int32Array(length);
  membersInOrder.slots.set(slots.subarray(0, count));
  membersInOrder.prefixes = new Int32Array(length);
  membersInOrder.prefixes.set(prefixes.subarray(0, count));
}
