/** What flatmap notes on the tape while it runs: which arrays have labels, and what is `null` without children. */
import { arena } from "./arena.ts";
import { addLiteral } from "./make.ts";
import {
  bornEmpty,
  copyable,
  emptied,
  endAt,
  firstAt,
  flagsAt,
  keyFlags,
  labelled,
  made,
  nullKind,
  startAt,
  tight,
} from "./tape.ts";

/** Starts a run; forgets the marks of one that did not come to its end. */
export function openMarks(): void {
  if (marked.length > RETAINED_MARKS) marked = [];
  marked.length = 0;
}

/** Makes what lost all its children `null`, and takes the marks away. */
export function closeMarks(): void {
  let nothing = 0;
  for (const slot of marked) {
    if (isEmptied(slot)) {
      if (nothing === 0) nothing = addLiteral(null);
      becomeNull(slot, nothing);
    }
    arena.tape[slot + flagsAt] = arena.tape[slot + flagsAt]! & ~marks;
  }
}

/** Sets one of the marks; `closeMarks` finds it again. */
export function mark(slot: number, flag: number): void {
  const { tape } = arena;
  if (!hasFlag(slot, marks)) marked.push(slot);
  tape[slot + flagsAt] = tape[slot + flagsAt]! | flag;
}

/** Whether one of the flags is set. */
export function hasFlag(slot: number, flags: number): boolean {
  return (arena.tape[slot + flagsAt]! & flags) !== 0;
}

/** Whether it had children and has none any more: the same as `null`. */
export function isEmptied(slot: number): boolean {
  return arena.tape[slot + firstAt] === 0 && hasFlag(slot, emptied);
}

const marks = labelled | emptied | bornEmpty;
const RETAINED_MARKS = 64 * 1024;

let marked: number[] = [];

function becomeNull(slot: number, nothing: number): void {
  const { tape } = arena;
  tape[slot + startAt] = tape[nothing + startAt]!;
  tape[slot + endAt] = tape[nothing + endAt]!;
  const key = tape[slot + flagsAt]! & keyFlags & ~tight;
  tape[slot + flagsAt] = nullKind | copyable | made | key;
  // One text for all of them, which is written more than once.
  arena.expansionBytes += 4;
}
