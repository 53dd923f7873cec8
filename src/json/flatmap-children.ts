/**
 * Children under the labels that flatmap knows them by: keys of members, and positions of items
 * that stay what they were for a whole list of operations.
 *
 * The items of an array get their labels, where an item's key would stand, when the array changes
 * for the first time: a position n as `-1 - n` at both ends of an empty key, a name as a key.
 */
import { arena } from "./arena.ts";
import type { PathStep } from "./flatmap-plan.ts";
import { hasKeyBytes, setKey } from "./keys.ts";
import { linkAfter, putMember } from "./links.ts";
import { addLiteral, addObject } from "./make.ts";
import { membersInOrder, popMembers, pushMembers } from "./member-order.ts";
import {
  arrayKind,
  bornEmpty,
  copyable,
  emptied,
  endAt,
  firstAt,
  flagsAt,
  invalidate,
  keyEndAt,
  keyFlags,
  keyStartAt,
  kindOf,
  labelled,
  made,
  nextAt,
  nullKind,
  objectKind,
  opaque,
  ordered,
  parentAt,
  sorted,
  startAt,
  tight,
} from "./tape.ts";

/** Forgets the marks of a run that did not come to its end. */
export function openLabels(): void {
  marked = marked.length > RETAINED_MARKS ? [] : marked;
  marked.length = 0;
  lastTail = 0;
  lastLike = 0;
}

/** Makes what lost all its children `null`, and takes the labels away. */
export function closeLabels(): void {
  let nothing = 0;
  for (const slot of marked) {
    if (isEmptied(slot)) {
      if (nothing === 0) nothing = addLiteral(null);
      becomeNull(slot, nothing);
    }
    clearFlags(slot, labelled | emptied | bornEmpty);
  }
}

/** Whether paths lead into the value: an object or array that is not sealed. */
export function isOpen(slot: number): boolean {
  return kindOf(slot) <= arrayKind && !hasFlags(slot, opaque);
}

/** Whether it is an array to `append`; one that lost all its items counts as `null`. */
export function isList(slot: number): boolean {
  return slot !== 0 && kindOf(slot) === arrayKind && isOpen(slot) && !isEmptied(slot);
}

/** First child of those that a wildcard meets; in an object the keys ascend and none is there twice. */
export function firstChild(slot: number): number {
  if (!isOpen(slot)) return 0;
  if (kindOf(slot) === objectKind && !hasFlags(slot, sorted | ordered)) sortMembers(slot);
  return arena.tape[slot + firstAt]!;
}

/** The child at one step of a path, wildcards taken literally; of a key that is there twice the last; 0: none. */
export function findChild(slot: number, step: PathStep): number {
  if (!isOpen(slot)) return 0;
  if (kindOf(slot) === arrayKind) return findItem(slot, step);

  const { tape } = arena;
  const isUnique = hasFlags(slot, sorted);
  let found = 0;
  for (let member = tape[slot + firstAt]!; member !== 0; member = tape[member + nextAt]!) {
    if (!hasKeyBytes(member, step.key.bytes)) continue;
    found = member;
    if (isUnique) break;
  }
  return found;
}

/** Takes the child at one step of a path out, with all of its key; returns it, or 0. */
export function takeChild(slot: number, step: PathStep): number {
  const found = findChild(slot, step);
  if (found === 0) return 0;
  if (kindOf(slot) === arrayKind) label(slot);
  const { tape } = arena;
  const isMember = kindOf(slot) === objectKind;
  let previous = 0;
  for (let child = tape[slot + firstAt]!; child !== 0; child = tape[child + nextAt]!) {
    const goes = child === found || (isMember && hasKeyBytes(child, step.key.bytes));
    if (goes) linkAfter(slot, previous, tape[child + nextAt]!);
    else previous = child;
    if (child === found) break;
  }
  tape[found + parentAt] = 0;
  tape[found + nextAt] = 0;
  afterRemoval(slot);
  return found;
}

/** Takes all children out. */
export function dropChildren(slot: number): void {
  const { tape } = arena;
  if (tape[slot + firstAt] === 0) return;
  tape[slot + firstAt] = 0;
  if (kindOf(slot) === arrayKind) label(slot);
  lastTail = 0;
  lastLike = 0;
  afterRemoval(slot);
}

/** A new object for what a path needs on its way: without children it is `null`. */
export function addParent(): number {
  const object = addObject();
  mark(object, emptied);
  return object;
}

/** Puts a free value under a label: in place of the member with this key, behind the items of an array. A scalar becomes an object. */
export function putChild(slot: number, child: number, { key, index }: PathStep): void {
  openForChildren(slot);
  invalidate(slot);
  arena.tape[child + parentAt] = slot;
  arena.tape[child + nextAt] = 0;
  if (kindOf(slot) !== arrayKind) {
    setKey(child, key);
    putMember(slot, child);
    return;
  }
  label(slot);
  if (index === -1) setKey(child, key);
  else setPosition(child, index);
  linkItem(slot, child);
}

/** Gives an item of an array another label, which shows only in later operations. */
export function relabelItem(array: number, from: PathStep, to: PathStep): void {
  const item = findItem(array, from);
  if (item === 0) return;
  label(array);
  if (to.index === -1) setKey(item, to.key);
  else setPosition(item, to.index);
}

/** Puts free values behind the items of an array; their positions count on from `position`. */
export function putItems(array: number, items: readonly number[], position: number): void {
  if (items.length === 0) return;
  openForChildren(array);
  invalidate(array);
  for (const [offset, item] of items.entries()) {
    arena.tape[item + parentAt] = array;
    arena.tape[item + nextAt] = 0;
    setPosition(item, position + offset);
    linkItem(array, item);
  }
}

/** The position behind the last of an array's. */
export function nextPosition(array: number): number {
  label(array);
  const { tape } = arena;
  let next = 0;
  for (let item = tape[array + firstAt]!; item !== 0; item = tape[item + nextAt]!) {
    next = Math.max(next, positionOf(item) + 1);
  }
  return next;
}

/** The child that has the same label in `slot` as `like` has in `parent`; 0: none. Items that are looked up in their order are found at once. */
export function findLike(slot: number, parent: number, like: number): number {
  if (!isOpen(slot)) return 0;
  if (kindOf(parent) === arrayKind) label(parent);
  const position = kindOf(parent) === arrayKind ? positionOf(like) : -1;
  const { bytes, tape } = arena;
  const step: PathStep = {
    key: {
      bytes:
        position === -1
          ? bytes.slice(tape[like + keyStartAt]!, tape[like + keyEndAt]!)
          : Buffer.from(String(position)),
      isCopyable: false,
    },
    index: position,
    isWildcard: false,
  };
  if (kindOf(slot) !== arrayKind || position === -1) return findChild(slot, step);
  label(slot);
  const follower = lastLike === 0 ? 0 : tape[lastLike + nextAt]!;
  const isFollower = follower !== 0 && tape[follower + parentAt] === slot;
  lastLike = isFollower && positionOf(follower) === position ? follower : findItem(slot, step);
  return lastLike;
}

const RETAINED_MARKS = 64 * 1024;

/** Slots of what has labels or lost its children. */
let marked: number[] = [];
/** The item that was linked last: behind it the next one goes, if it is still the last of its array. */
let lastTail = 0;
/** The item that was looked up last. */
let lastLike = 0;

function findItem(array: number, step: PathStep): number {
  const { tape } = arena;
  let item = tape[array + firstAt]!;
  if (!hasFlags(array, labelled)) {
    if (step.index === -1) return 0;
    for (let position = 0; position < step.index && item !== 0; position++) {
      item = tape[item + nextAt]!;
    }
    return item;
  }
  for (; item !== 0; item = tape[item + nextAt]!) {
    if (hasLabel(item, step)) return item;
  }
  return 0;
}

function hasLabel(item: number, { index, key }: PathStep): boolean {
  const position = positionOf(item);
  return index === -1 ? position === -1 && hasKeyBytes(item, key.bytes) : position === index;
}

/** -1: the item has a name. */
function positionOf(item: number): number {
  const start = arena.tape[item + keyStartAt]!;
  return start < 0 ? -1 - start : -1;
}

function setPosition(item: number, position: number): void {
  const { tape } = arena;
  tape[item + keyStartAt] = -1 - position;
  tape[item + keyEndAt] = -1 - position;
}

function label(array: number): void {
  if (hasFlags(array, labelled)) return;
  mark(array, labelled);
  const { tape } = arena;
  let position = 0;
  for (let item = tape[array + firstAt]!; item !== 0; item = tape[item + nextAt]!) {
    setPosition(item, position++);
  }
}

function linkItem(array: number, item: number): void {
  const { tape } = arena;
  let tail = lastTail;
  if (tail === 0 || tape[tail + parentAt] !== array || tape[tail + nextAt] !== 0) {
    tail = 0;
    for (let at = tape[array + firstAt]!; at !== 0; at = tape[at + nextAt]!) tail = at;
  }
  linkAfter(array, tail, item);
  lastTail = item;
}

function openForChildren(slot: number): void {
  const { tape } = arena;
  if (kindOf(slot) > arrayKind) {
    // The text is not the value's any more: those around it must not be copied with it.
    invalidate(slot);
    const key = tape[slot + flagsAt]! & keyFlags & ~tight;
    tape[slot + flagsAt] = objectKind | sorted | made | key;
    tape[slot + firstAt] = 0;
    mark(slot, emptied);
  } else if (tape[slot + firstAt] === 0 && !hasFlags(slot, emptied)) {
    mark(slot, bornEmpty);
  }
}

function afterRemoval(slot: number): void {
  invalidate(slot);
  // `[]` and `{}` of the backend are that again once they have lost what was moved into them.
  if (arena.tape[slot + firstAt] === 0 && !hasFlags(slot, bornEmpty)) mark(slot, emptied);
}

function isEmptied(slot: number): boolean {
  return arena.tape[slot + firstAt] === 0 && hasFlags(slot, emptied);
}

function becomeNull(slot: number, nothing: number): void {
  const { tape } = arena;
  tape[slot + startAt] = tape[nothing + startAt]!;
  tape[slot + endAt] = tape[nothing + endAt]!;
  const key = tape[slot + flagsAt]! & keyFlags & ~tight;
  tape[slot + flagsAt] = nullKind | copyable | made | key;
  // One text for all of them, which is written more than once.
  arena.expansionBytes += 4;
}

function sortMembers(object: number): void {
  const base = membersInOrder.count;
  pushMembers(object);
  const { slots, count } = membersInOrder;
  const { tape } = arena;
  let previous = 0;
  for (let index = base; index < count; index++) {
    linkAfter(object, previous, slots[index]!);
    previous = slots[index]!;
  }
  linkAfter(object, previous, 0);
  popMembers(base);
  tape[object + flagsAt] = tape[object + flagsAt]! | sorted;
}

function mark(slot: number, flag: number): void {
  const { tape } = arena;
  if (!hasFlags(slot, labelled | emptied | bornEmpty)) marked.push(slot);
  tape[slot + flagsAt] = tape[slot + flagsAt]! | flag;
}

function hasFlags(slot: number, flags: number): boolean {
  return (arena.tape[slot + flagsAt]! & flags) !== 0;
}

function clearFlags(slot: number, flags: number): void {
  const { tape } = arena;
  tape[slot + flagsAt] = tape[slot + flagsAt]! & ~flags;
}
