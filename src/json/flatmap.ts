/** KrakenD's `flatmap_filter`: operations on the paths of a document, run in place one after the other. */
import { arena } from "./arena.ts";
import {
  addParent,
  dropChildren,
  findChild,
  findLike,
  firstChild,
  forgetPlaces,
  isList,
  isOpen,
  putChild,
  putItems,
  takeChild,
} from "./flatmap-children.ts";
import { nextPosition, relabelItem } from "./flatmap-labels.ts";
import { closeMarks, hasFlag, openMarks } from "./flatmap-marks.ts";
import type {
  Appending,
  Embedding,
  FlatmapPlan,
  Lifting,
  PathStep,
  Renaming,
  StepPath,
} from "./flatmap-plan.ts";
import { addArray, addLiteral } from "./make.ts";
import { childrenOf } from "./read.ts";
import { renameMembers } from "./shape.ts";
import { arrayKind, kindOf, nextAt, opaque, parentAt } from "./tape.ts";

/** Runs the operations. An object or array that lost all it had is `null` afterwards, the root too. */
export function runFlatmap(root: number, plan: FlatmapPlan): void {
  openMarks();
  forgetPlaces();
  for (const operation of plan) {
    switch (operation.kind) {
      case "remove":
        for (const path of operation.paths) remove(root, path, 0);
        break;
      case "append":
        append(root, operation);
        break;
      case "lift":
        lift(root, operation);
        break;
      case "rename":
        eachParent([root], operation.parents, (trail) => rename(trail.at(-1)!, operation));
        break;
      case "embed":
        eachParent([root], operation.parents, (trail) => embed(trail.at(-1)!, operation));
    }
  }
  closeMarks();
}

function remove(slot: number, path: StepPath, depth: number): void {
  if (!isOpen(slot)) return;
  const step = path[depth]!;
  const isLast = depth === path.length - 1;
  if (!step.isWildcard) {
    if (isLast) {
      takeChild(slot, step);
      return;
    }
    const child = findChild(slot, step);
    if (child !== 0) remove(child, path, depth + 1);
    return;
  }
  if (isLast) {
    dropChildren(slot);
    return;
  }
  for (let child = firstChild(slot); child !== 0; child = arena.tape[child + nextAt]!) {
    remove(child, path, depth + 1);
  }
}

/** Calls `visit` with the slots on each way along the path, from that of the root to its end. */
function eachParent(
  trail: number[],
  path: StepPath,
  visit: (trail: readonly number[]) => void,
): void {
  if (trail.length > path.length) {
    visit(trail);
    return;
  }
  const slot = trail.at(-1)!;
  const step = path[trail.length - 1]!;
  let child = step.isWildcard ? firstChild(slot) : findChild(slot, step);
  while (child !== 0) {
    trail.push(child);
    eachParent(trail, path, visit);
    trail.pop();
    child = step.isWildcard ? arena.tape[child + nextAt]! : 0;
  }
}

function rename(parent: number, { from, to, mapping }: Renaming): void {
  if (!isOpen(parent)) return;
  if (kindOf(parent) === arrayKind) relabelItem(parent, from, to);
  else renameMembers(parent, mapping);
}

function embed(parent: number, { from, into, to }: Embedding): void {
  const value = findChild(parent, from);
  if (value === 0 || meetsSealed(parent, into, value)) return;
  takeChild(parent, from);
  let slot = parent;
  for (const step of into) {
    let next = findChild(slot, step);
    if (next === 0) {
      next = addParent();
      putChild(slot, next, step);
    }
    slot = next;
  }
  putChild(slot, value, to);
}

/** Whether a path that exists so far ends in a sealed value; `value` is on its way elsewhere. */
function meetsSealed(parent: number, path: StepPath, value: number): boolean {
  let slot = parent;
  for (const step of path) {
    slot = findChild(slot, step);
    if (slot === 0 || slot === value) return false;
    if (hasFlag(slot, opaque)) return true;
  }
  return false;
}

/** Takes all matches out first, then puts them in: what is put in must not be met. */
function lift(root: number, operation: Lifting): void {
  const { parents, from, to } = operation;
  const holders: number[] = [];
  const targets: number[] = [];
  let start = 0;
  let target = 0;
  eachParent([root], parents, (trail) => {
    const holder = trail.at(-1)!;
    if (findChild(holder, from) === 0) return;
    if (!operation.isFixed || start !== trail[operation.sharedCount]) {
      start = trail[operation.sharedCount]!;
      target = findTarget(trail, operation);
    }
    if (hasFlag(target, opaque)) return;
    holders.push(holder);
    targets.push(target);
  });
  const values = holders.map((holder) => takeChild(holder, from));
  for (const [index, value] of values.entries()) {
    const slot = targets[index]!;
    // In an object the next one would replace it.
    const isReplaced = targets[index + 1] === slot && kindOf(slot) !== arrayKind;
    if (!isReplaced) putChild(slot, value, to);
  }
}

/** Where a match goes: as far along the path as there is something. */
function findTarget(trail: readonly number[], { sharedCount, into }: Lifting): number {
  let slot = trail[sharedCount]!;
  for (const [offset, step] of into.entries()) {
    const at = sharedCount + offset;
    const next = step.isWildcard
      ? findLike(slot, trail[at]!, trail[at + 1]!)
      : findChild(slot, step);
    if (next === 0) break;
    slot = next;
  }
  return slot;
}

/** What an `append` found: a value (0: there is none), or for a wildcard all that it met. */
type Found = number | readonly Found[];

function append(root: number, { from, to }: Appending): void {
  const target = find(root, to);
  if (!isList(target)) return;
  const found = from.some(({ isWildcard }) => isWildcard)
    ? gather(root, from, 0)
    : find(root, from);
  // Differs from KrakenD: what holds the destination is not appended to it and lost with it.
  if (found === 0 || holds(found, target)) return;
  if (typeof found === "number" && !isList(found)) return;
  const position = nextPosition(target);
  remove(root, from, 0);
  const items = typeof found === "number" ? childrenOf(found) : found.map(toValue);
  putItems(target, items, position);
}

function find(root: number, path: StepPath): number {
  let slot = root;
  for (const step of path) {
    if (slot === 0) return 0;
    slot = findChild(slot, step);
  }
  return slot;
}

function gather(slot: number, path: StepPath, depth: number): Found {
  if (depth === path.length) return slot;
  const step: PathStep = path[depth]!;
  if (!step.isWildcard) {
    const child = findChild(slot, step);
    return child === 0 ? 0 : gather(child, path, depth + 1);
  }
  const found: Found[] = [];
  for (let child = firstChild(slot); child !== 0; child = arena.tape[child + nextAt]!) {
    found.push(gather(child, path, depth + 1));
  }
  return found.length === 0 ? 0 : found;
}

function holds(found: Found, target: number): boolean {
  if (typeof found !== "number") return found.some((one) => holds(one, target));
  const { tape } = arena;
  let at = target;
  while (at !== 0 && at !== found) at = tape[at + parentAt]!;
  return at !== 0;
}

/** A free value of what was found: it has been taken out already. */
function toValue(found: Found): number {
  if (found === 0) return addLiteral(null);
  if (typeof found !== "number") return addArray(found.map(toValue));
  arena.tape[found + parentAt] = 0;
  return found;
}
