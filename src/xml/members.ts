import { arena, slotsPerSpan } from "../json/arena.ts";
import { compareKeys, compareKeyWith } from "../json/keys.ts";
import { clearSorted, linkAfter } from "../json/links.ts";
import {
  addSpan,
  arrayKind,
  endAt,
  firstAt,
  flagsAt,
  keyEndAt,
  keyFlags,
  keyStartAt,
  kindOf,
  made,
  nextAt,
  parentAt,
} from "../json/tape.ts";
import { maxElementDepth } from "./scanner.ts";

/** Up to here members are looked for one by one; more of them get a table, or an element of 100,000 names would take minutes. */
const SCAN_LIMIT = 32;

// One document is read at a time: these are made once.
const lastMembers = new Int32Array(maxElementDepth + 1);
/** Found or added last: the next sibling has the same name most of the time. */
const latestMembers = new Int32Array(maxElementDepth + 1);
const counts = new Int32Array(maxElementDepth + 1);

/** The members of the open elements, one for each depth. */
export class Members {
  readonly #tables: (Map<string, number> | null)[] = [];

  /** Begins with the members of an element at this depth. */
  open(depth: number): void {
    lastMembers[depth] = 0;
    latestMembers[depth] = 0;
    counts[depth] = 0;
    this.#tables[depth] = null;
  }

  isEmpty(depth: number): boolean {
    return counts[depth] === 0;
  }

  /** Adds an element, whose key is set: the second of a name makes an array of both. */
  add(depth: number, parent: number, slot: number): void {
    const { tape } = arena;
    const known = this.find(depth, parent, tape[slot + keyStartAt]!, tape[slot + keyEndAt]!);
    if (known === 0) {
      this.append(depth, parent, slot);
      return;
    }
    latestMembers[depth] = known;
    // Of names `a` and `-a` only attributes have the second: what is found is an element or their array.
    if (kindOf(known) !== arrayKind) wrap(known);
    addItem(known, slot);
  }

  /** Slot of the member with the key that stands between these places; 0: none. */
  find(depth: number, parent: number, keyStart: number, keyEnd: number): number {
    const count = counts[depth]!;
    if (count === 0) return 0;
    const latest = latestMembers[depth]!;
    if (compareKeyWith(latest, keyStart, keyEnd) === 0) return latest;
    if (count > SCAN_LIMIT) return this.#table(depth, parent).get(keyOf(keyStart, keyEnd)) ?? 0;
    const { tape } = arena;
    for (let at = tape[parent + firstAt]!; at !== 0; at = tape[at + nextAt]!) {
      if (compareKeyWith(at, keyStart, keyEnd) === 0) return at;
    }
    return 0;
  }

  /** Adds a member whose key is set and new. */
  append(depth: number, parent: number, slot: number): void {
    const { tape } = arena;
    const previous = lastMembers[depth]!;
    if (previous !== 0 && compareKeys(previous, slot) >= 0) clearSorted(parent);
    linkAfter(parent, previous, slot);
    tape[slot + parentAt] = parent;
    lastMembers[depth] = slot;
    latestMembers[depth] = slot;
    counts[depth] = counts[depth]! + 1;
    this.#tables[depth]?.set(keyOf(tape[slot + keyStartAt]!, tape[slot + keyEndAt]!), slot);
  }

  #table(depth: number, parent: number): Map<string, number> {
    const known = this.#tables[depth];
    if (known) return known;
    const table = new Map<string, number>();
    const { tape } = arena;
    for (let at = tape[parent + firstAt]!; at !== 0; at = tape[at + nextAt]!) {
      table.set(keyOf(tape[at + keyStartAt]!, tape[at + keyEndAt]!), at);
    }
    this.#tables[depth] = table;
    return table;
  }
}

/** Makes a member an array, with what it was as the first item. */
function wrap(slot: number): void {
  const item = addSpan(0, 0, 0);
  const { tape } = arena;
  tape.copyWithin(item, slot, slot + slotsPerSpan);
  for (let at = tape[item + firstAt]!; at !== 0; at = tape[at + nextAt]!)
    tape[at + parentAt] = item;
  tape[slot + flagsAt] = arrayKind | made | (tape[slot + flagsAt]! & keyFlags);
  tape[slot + firstAt] = 0;
  tape[slot + endAt] = 0;
  addItem(slot, item);
}

/** Adds an item to an array, which has no text: where a text's end would stand it remembers its last item. */
function addItem(array: number, slot: number): void {
  const { tape } = arena;
  tape[slot + flagsAt] = tape[slot + flagsAt]! & ~keyFlags;
  tape[slot + keyStartAt] = 0;
  tape[slot + keyEndAt] = 0;
  tape[slot + nextAt] = 0;
  tape[slot + parentAt] = array;
  linkAfter(array, tape[array + endAt]!, slot);
  tape[array + endAt] = slot;
}

function keyOf(start: number, end: number): string {
  return arena.text.toString("latin1", start, end);
}
