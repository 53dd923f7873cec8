/**
 * Labels of an array's items: positions that stay what they were for a whole list of operations.
 *
 * The items get them, where an item's key would stand, when the array changes for the first time:
 * a position n as `-1 - n` at both ends of an empty key, a name as a key.
 */
import { arena } from "./arena.ts";
import { hasFlag, mark } from "./flatmap-marks.ts";
import type { PathStep } from "./flatmap-plan.ts";
import { hasKeyBytes, setKey } from "./keys.ts";
import { linkAfter } from "./links.ts";
import { firstAt, keyEndAt, keyStartAt, labelled, nextAt, parentAt } from "./tape.ts";

/** Forgets where the last item went. */
export function forgetTail(): void {
  lastTail = 0;
}

/** Gives the items the labels that they have by their places, unless they have labels. */
export function labelItems(array: number): void {
  if (hasFlag(array, labelled)) return;
  mark(array, labelled);
  const { tape } = arena;
  let position = 0;
  for (let item = tape[array + firstAt]!; item !== 0; item = tape[item + nextAt]!) {
    setPosition(item, position++);
  }
}

/** The first item with this label; 0: none. */
export function findItem(array: number, step: PathStep): number {
  const { tape } = arena;
  let item = tape[array + firstAt]!;
  if (!hasFlag(array, labelled)) {
    if (step.index === -1) return 0;
    for (let position = 0; position < step.index && item !== 0; position++) {
      item = tape[item + nextAt]!;
    }
    return item;
  }
  while (item !== 0 && !hasLabel(item, step)) item = tape[item + nextAt]!;
  return item;
}

/** Gives an item another label, which shows only in later operations. */
export function relabelItem(array: number, from: PathStep, to: PathStep): void {
  const item = findItem(array, from);
  if (item === 0) return;
  labelItems(array);
  setLabel(item, to);
}

/** Of an array with labels. */
export function setLabel(item: number, { index, key }: PathStep): void {
  if (index === -1) setKey(item, key);
  else setPosition(item, index);
}

/** The position of an item of an array with labels; -1: it has a name. */
export function positionOf(item: number): number {
  const start = arena.tape[item + keyStartAt]!;
  return start < 0 ? -1 - start : -1;
}

/** The position behind the last. */
export function nextPosition(array: number): number {
  labelItems(array);
  const { tape } = arena;
  let next = 0;
  for (let item = tape[array + firstAt]!; item !== 0; item = tape[item + nextAt]!) {
    next = Math.max(next, positionOf(item) + 1);
  }
  return next;
}

/** Sets the position as the label. */
export function setPosition(item: number, position: number): void {
  const { tape } = arena;
  tape[item + keyStartAt] = -1 - position;
  tape[item + keyEndAt] = -1 - position;
}

/** Links an item of the array, which has its label, behind the last; many in a row cost no walk. */
export function linkItem(array: number, item: number): void {
  const { tape } = arena;
  let tail = lastTail === item ? 0 : lastTail;
  if (tail === 0 || tape[tail + parentAt] !== array || tape[tail + nextAt] !== 0) {
    tail = 0;
    for (let at = tape[array + firstAt]!; at !== 0; at = tape[at + nextAt]!) tail = at;
  }
  linkAfter(array, tail, item);
  lastTail = item;
}

/** The item that was linked last: behind it the next one goes, if it is still the last of its array. */
let lastTail = 0;

function hasLabel(item: number, { index, key }: PathStep): boolean {
  const position = positionOf(item);
  return index === -1 ? position === -1 && hasKeyBytes(item, key.bytes) : position === index;
}
