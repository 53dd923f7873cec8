/** Children under the labels that flatmap's paths know them by: found, taken out and put in. */
import { arena } from "./arena.ts";
import {
  findItem,
  forgetTail,
  labelItems,
  linkItem,
  positionOf,
  setLabel,
  setPosition,
} from "./flatmap-labels.ts";
import { hasFlag, isEmptied, mark } from "./flatmap-marks.ts";
import type { PathStep } from "./flatmap-plan.ts";
import { hasKeyBytes, setKey } from "./keys.ts";
import { linkAfter, putMember } from "./links.ts";
import { addObject } from "./make.ts";
import { membersInOrder, popMembers, pushMembers } from "./member-order.ts";
import {
  arrayKind,
  bornEmpty,
  emptied,
  firstAt,
  flagsAt,
  invalidate,
  keyEndAt,
  keyFlags,
  keyStartAt,
  kindOf,
  made,
  nextAt,
  objectKind,
  opaque,
  ordered,
  parentAt,
  sorted,
} from "./tape.ts";

/** Forgets which children were met last: to be called before a run. */
export function forgetPlaces(): void {
  forgetTail();
  lastLike = 0;
}

/** Whether paths lead into the value: an object or array that is not sealed. */
export function isOpen(slot: number): boolean {
  return kindOf(slot) <= arrayKind && !hasFlag(slot, opaque);
}

/** Whether it is an array to `append`; one that lost all its items counts as `null`. */
export function isList(slot: number): boolean {
  return slot !== 0 && kindOf(slot) === arrayKind && isOpen(slot) && !isEmptied(slot);
}

/** First child of those that a wildcard meets; in an object the keys ascend and none is there twice. */
export function firstChild(slot: number): number {
  if (!isOpen(slot)) return 0;
  if (kindOf(slot) === objectKind && !hasFlag(slot, sorted | ordered)) sortMembers(slot);
  return arena.tape[slot + firstAt]!;
}

/** The child at one step of a path, wildcards taken literally; of a key that is there twice the last; 0: none. */
export function findChild(slot: number, step: PathStep): number {
  if (!isOpen(slot)) return 0;
  if (kindOf(slot) === arrayKind) return findItem(slot, step);

  const { tape } = arena;
  const isUnique = hasFlag(slot, sorted);
  let found = 0;
  for (let member = tape[slot + firstAt]!; member !== 0; member = tape[member + nextAt]!) {
    if (!hasKeyBytes(member, step.key.bytes)) continue;
    found = member;
    if (isUnique) break;
  }
  return found;
}

/** The child that has the same label in `slot` as `like` has in `parent`; 0: none. Items that are looked up in their order are found at once. */
export function findLike(slot: number, parent: number, like: number): number {
  if (!isOpen(slot)) return 0;
  const step = stepTo(parent, like);
  if (kindOf(slot) !== arrayKind || step.index === -1) return findChild(slot, step);

  labelItems(slot);
  const { tape } = arena;
  const follower = lastLike === 0 ? 0 : tape[lastLike + nextAt]!;
  const isNext = follower !== 0 && tape[follower + parentAt] === slot;
  lastLike = isNext && positionOf(follower) === step.index ? follower : findItem(slot, step);
  return lastLike;
}

/** Takes the child at one step of a path out, with all of its key; returns it, or 0. */
export function takeChild(slot: number, step: PathStep): number {
  const found = findChild(slot, step);
  if (found === 0) return 0;
  const isMember = kindOf(slot) === objectKind;
  if (!isMember) labelItems(slot);
  const { tape } = arena;
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
  if (kindOf(slot) === arrayKind) labelItems(slot);
  forgetPlaces();
  afterRemoval(slot);
}

/** A new object for what a path needs on its way: without children it is `null`. */
export function addParent(): number {
  const object = addObject();
  mark(object, emptied);
  return object;
}

/** Puts a free value under a label: in place of the member with this key, behind the items of an array. A scalar becomes an object. */
export function putChild(slot: number, child: number, step: PathStep): void {
  openForChildren(slot);
  adoptFree(slot, child);
  if (kindOf(slot) !== arrayKind) {
    setKey(child, step.key);
    putMember(slot, child);
    return;
  }
  labelItems(slot);
  setLabel(child, step);
  linkItem(slot, child);
}

/** Puts free values behind the items of an array; their positions count on from `position`. */
export function putItems(array: number, items: readonly number[], position: number): void {
  if (items.length === 0) return;
  openForChildren(array);
  for (const [offset, item] of items.entries()) {
    adoptFree(array, item);
    setPosition(item, position + offset);
    linkItem(array, item);
  }
}

/** The item that was looked up last. */
let lastLike = 0;

/** The step from `parent` to its child. */
function stepTo(parent: number, child: number): PathStep {
  const isItem = kindOf(parent) === arrayKind;
  if (isItem) labelItems(parent);
  const index = isItem ? positionOf(child) : -1;
  const { bytes, tape } = arena;
  const key =
    index === -1
      ? bytes.slice(tape[child + keyStartAt]!, tape[child + keyEndAt]!)
      : Buffer.from(String(index));
  return { key: { bytes: key, isCopyable: false }, index, isWildcard: false };
}

function openForChildren(slot: number): void {
  const { tape } = arena;
  if (kindOf(slot) > arrayKind) {
    const key = tape[slot + flagsAt]! & keyFlags;
    // The text is not the value's any more: those around it must not be copied with it.
    invalidate(slot);
    tape[slot + flagsAt] = objectKind | sorted | made | key;
    tape[slot + firstAt] = 0;
    mark(slot, emptied);
  } else if (tape[slot + firstAt] === 0 && !hasFlag(slot, emptied)) {
    mark(slot, bornEmpty);
  }
}

function adoptFree(slot: number, child: number): void {
  invalidate(slot);
  const { tape } = arena;
  tape[child + parentAt] = slot;
  tape[child + nextAt] = 0;
}

function afterRemoval(slot: number): void {
  invalidate(slot);
  // `[]` and `{}` of the backend are that again once they have lost what was moved into them.
  if (arena.tape[slot + firstAt] === 0 && !hasFlag(slot, bornEmpty)) mark(slot, emptied);
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
