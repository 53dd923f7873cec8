/** KrakenD's shaping of a backend's data: target, allow, deny and mapping, edited in place. */
import { arena } from "./arena.ts";
import {
  bucketOf,
  type FilterEntry,
  type Mapping,
  type MappingEntry,
  type PathFilter,
} from "./filters.ts";
import { hasKeyBytes, setKey } from "./keys.ts";
import { clearSorted, copyTree, detach, linkAfter } from "./links.ts";
import { addObject } from "./make.ts";
import { findMember } from "./read.ts";
import {
  copyable,
  firstAt,
  flagsAt,
  invalidate,
  keyEndAt,
  keyStartAt,
  kindMask,
  kindOf,
  nextAt,
  objectKind,
  opaque,
  parentAt,
  sorted,
} from "./tape.ts";

/** The object at the end of the path, taken out of its document; a new empty one when there is none. */
export function takeTarget(slot: number, path: readonly string[]): number {
  let found = slot;
  for (const key of path) {
    if (found !== 0) found = isOpenObject(found) ? findMember(found, key) : 0;
  }
  if (found === 0 || !isOpenObject(found)) return addObject();
  if (arena.tape[found + parentAt] !== 0) detach(found);
  return found;
}

/** Keeps what the filter names. A nested object that keeps nothing goes too, as does a value with a path below it. */
export function keepAllowed(object: number, filter: PathFilter): void {
  if (kindOf(object) !== objectKind) return;
  keepMembers(object, filter);
  if (!isCopyable(object)) invalidate(arena.tape[object + parentAt]!);
}

/** Removes what the filter names; the objects around it stay, empty perhaps. */
export function removeDenied(object: number, filter: PathFilter): void {
  if (kindOf(object) !== objectKind) return;
  if (removeMembers(object, filter)) invalidate(arena.tape[object + parentAt]!);
}

/** Renames top-level members; one that has the new name already gives way. */
export function renameMembers(object: number, mapping: Mapping): void {
  if (kindOf(object) !== objectKind) return;
  for (const entry of mapping) {
    if (hasMember(object, entry.from)) renameMember(object, entry);
  }
}

/** One object with the members of all, later ones first in right; the given objects are used up. */
export function mergeObjects(slots: readonly number[]): number {
  if (slots.length === 1) return slots[0]!;

  const merged = addObject();
  let previous = 0;
  for (const slot of slots) {
    const source = arena.tape[slot + parentAt] === 0 ? slot : copyTree(slot);
    previous = moveMembers(source, merged, previous);
  }
  clearSorted(merged);
  return merged;
}

/** Counts the objects that were filtered, over all blocks: tells a key's first sight from its second. */
let walks = 0;

// Returns whether something is left. The list is linked anew while it is walked.
function keepMembers(object: number, filter: PathFilter): boolean {
  const { tape } = arena;
  const walk = ++walks;
  const isUnique = (tape[object + flagsAt]! & sorted) !== 0;
  let isWhole = true;
  let previous = 0;
  let next: number;
  let member = tape[object + firstAt]!;
  tape[object + firstAt] = 0;
  for (; member !== 0; member = next) {
    next = tape[member + nextAt]!;
    const entry = findEntry(filter, member);
    if (entry !== undefined && !isUnique) {
      if (entry.lastWalk === walk) previous = unlink(object, entry.lastMember, previous);
      entry.lastWalk = walk;
      entry.lastMember = member;
    }
    if (entry === undefined || !isKept(member, entry)) {
      isWhole = false;
      continue;
    }
    linkAfter(object, previous, member);
    tape[member + nextAt] = 0;
    previous = member;
    if (!isCopyable(member)) isWhole = false;
  }
  if (!isWhole) clearCopyable(object);
  return previous !== 0;
}

function isKept(member: number, entry: FilterEntry): boolean {
  if (entry.below === null) return true;
  return isOpenObject(member) && keepMembers(member, entry.below);
}

// Returns whether something went or changed.
function removeMembers(object: number, filter: PathFilter): boolean {
  const { tape } = arena;
  let isChanged = false;
  let previous = 0;
  for (let member = tape[object + firstAt]!; member !== 0; member = tape[member + nextAt]!) {
    const entry = findEntry(filter, member);
    if (entry !== undefined && entry.below === null) {
      linkAfter(object, previous, tape[member + nextAt]!);
      isChanged = true;
      continue;
    }
    previous = member;
    if (entry?.below && isOpenObject(member) && removeMembers(member, entry.below)) {
      isChanged = true;
    }
  }
  if (isChanged) clearCopyable(object);
  return isChanged;
}

function findEntry(filter: PathFilter, member: number): FilterEntry | undefined {
  const { bytes, tape } = arena;
  const bucket = bucketOf(filter, bytes, tape[member + keyStartAt]!, tape[member + keyEndAt]!);
  for (let index = 0; index < bucket.length; index++) {
    if (hasKeyBytes(member, bucket[index]!.key)) return bucket[index];
  }
  return undefined;
}

// Of a key that is there twice the last member counts. Returns what is the end of the list now.
function unlink(object: number, member: number, end: number): number {
  const { tape } = arena;
  let previous = 0;
  let at = tape[object + firstAt]!;
  while (at !== 0 && at !== member) {
    previous = at;
    at = tape[at + nextAt]!;
  }
  if (at === 0) return end;
  linkAfter(object, previous, tape[member + nextAt]!);
  return member === end ? previous : end;
}

function hasMember(object: number, key: Uint8Array): boolean {
  const { tape } = arena;
  for (let member = tape[object + firstAt]!; member !== 0; member = tape[member + nextAt]!) {
    if (hasKeyBytes(member, key)) return true;
  }
  return false;
}

function renameMember(object: number, entry: MappingEntry): void {
  const { tape } = arena;
  clearSorted(object);
  invalidate(object);
  let previous = 0;
  for (let member = tape[object + firstAt]!; member !== 0; member = tape[member + nextAt]!) {
    const isOld = hasKeyBytes(member, entry.from);
    if (isOld && !entry.isRemoval) {
      setKey(member, entry.to);
    } else if (isOld || hasKeyBytes(member, entry.to.bytes)) {
      linkAfter(object, previous, tape[member + nextAt]!);
      continue;
    }
    previous = member;
  }
}

function moveMembers(source: number, target: number, end: number): number {
  const { tape } = arena;
  if (kindOf(source) !== objectKind) throw new TypeError("only JSON objects can be merged");

  const first = tape[source + firstAt]!;
  if (first === 0) return end;
  linkAfter(target, end, first);
  let last = end;
  for (let member = first; member !== 0; member = tape[member + nextAt]!) {
    tape[member + parentAt] = target;
    last = member;
  }
  tape[source + firstAt] = 0;
  clearCopyable(source);
  return last;
}

/** An object that is not sealed. */
function isOpenObject(slot: number): boolean {
  return (arena.tape[slot + flagsAt]! & (kindMask | opaque)) === objectKind;
}

function isCopyable(slot: number): boolean {
  return (arena.tape[slot + flagsAt]! & copyable) !== 0;
}

function clearCopyable(slot: number): void {
  const { tape } = arena;
  tape[slot + flagsAt] = tape[slot + flagsAt]! & ~copyable;
}
