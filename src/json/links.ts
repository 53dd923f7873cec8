/** How spans hang together: adopting, appending, taking out and copying values. */
import { arena, slotsPerSpan } from "./arena.ts";
import { compareKeys } from "./keys.ts";
import {
  addSpan,
  arrayKind,
  endAt,
  firstAt,
  flagsAt,
  invalidate,
  keyEndAt,
  keyStartAt,
  kindOf,
  nextAt,
  parentAt,
  sorted,
  startAt,
} from "./tape.ts";

/**
 * Makes `slot` a child of `parent` and returns the slot to be linked: the value itself, or a copy
 * when it already belongs to something or holds `parent`, so that documents stay trees.
 */
export function adopt(slot: number, parent: number): number {
  const isFree = arena.tape[slot + parentAt] === 0 && slot !== rootOf(parent);
  const child = isFree ? slot : copyTree(slot);
  arena.tape[child + parentAt] = parent;
  arena.tape[child + nextAt] = 0;
  return child;
}

/** Links a child behind `previous`, or as the first when that is 0. */
export function linkAfter(parent: number, previous: number, child: number): void {
  const { tape } = arena;
  tape[previous === 0 ? parent + firstAt : previous + nextAt] = child;
}

/** The same for a member that has its key; notes whether the keys still ascend. */
export function linkMemberAfter(object: number, previous: number, member: number): void {
  if (previous !== 0 && compareKeys(previous, member) >= 0) clearSorted(object);
  linkAfter(object, previous, member);
}

/** Puts a member in the place of those with its key, or behind the last. */
export function putMember(object: number, member: number): void {
  const { tape } = arena;
  let previous = 0;
  let isPlaced = false;
  let next: number;
  for (let at = tape[object + firstAt]!; at !== 0; at = next) {
    next = tape[at + nextAt]!;
    if (compareKeys(at, member) !== 0) {
      previous = at;
      continue;
    }
    linkAfter(object, previous, isPlaced ? next : member);
    if (isPlaced) continue;
    tape[member + nextAt] = next;
    previous = member;
    isPlaced = true;
  }
  if (!isPlaced) linkMemberAfter(object, previous, member);
}

/** Takes a value out of the object or array that holds it. */
export function detach(slot: number): void {
  const { tape } = arena;
  const parent = tape[slot + parentAt]!;
  let previous = 0;
  let at = tape[parent + firstAt]!;
  while (at !== slot && at !== 0) {
    previous = at;
    at = tape[at + nextAt]!;
  }
  if (at === slot) linkAfter(parent, previous, tape[slot + nextAt]!);
  invalidate(parent);
  tape[slot + parentAt] = 0;
  tape[slot + nextAt] = 0;
}

/** A copy of a value with everything in it; the texts are shared. */
export function copyTree(slot: number): number {
  const copy = addSpan(0, 0, 0);
  const { tape } = arena;
  tape.copyWithin(copy, slot, slot + slotsPerSpan);
  tape[copy + firstAt] = 0;
  tape[copy + nextAt] = 0;
  tape[copy + parentAt] = 0;
  // The texts may now be written a second time.
  arena.expansionBytes += (tape[copy + keyEndAt]! - tape[copy + keyStartAt]!) * 6;
  if (kindOf(slot) > arrayKind) {
    arena.expansionBytes += (tape[copy + endAt]! - tape[copy + startAt]!) * 6;
  }
  copyChildren(slot, copy);
  return copy;
}

/** Says that an object's keys need sorting. */
export function clearSorted(object: number): void {
  const { tape } = arena;
  tape[object + flagsAt] = tape[object + flagsAt]! & ~sorted;
}

function copyChildren(slot: number, copy: number): void {
  let previous = 0;
  for (let at = arena.tape[slot + firstAt]!; at !== 0; at = arena.tape[at + nextAt]!) {
    const child = copyTree(at);
    arena.tape[child + parentAt] = copy;
    linkAfter(copy, previous, child);
    previous = child;
  }
}

function rootOf(slot: number): number {
  const { tape } = arena;
  let at = slot;
  while (tape[at + parentAt] !== 0) at = tape[at + parentAt]!;
  return at;
}
