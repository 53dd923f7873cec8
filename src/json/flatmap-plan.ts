/** The operations of a `flatmap_filter`, compiled once at start: paths as bytes of keys and numbers. */
import { compileMapping, type Mapping } from "./filters.ts";
import { encodeKey, type KeyBytes } from "./keys.ts";

/** One element of a path. */
export interface PathStep {
  readonly key: KeyBytes;
  /** The same as the position in an array, -1: it is none. */
  readonly index: number;
  /** `*`; where a path makes something new, it is a key like any other. */
  readonly isWildcard: boolean;
}

/** The elements of a path; at least one. */
export type StepPath = readonly PathStep[];

/** `del` */
export interface Removal {
  readonly kind: "remove";
  readonly paths: readonly StepPath[];
}

/** `move` between paths of one length: the last element gets another name; those before it do not count. */
export interface Renaming {
  readonly kind: "rename";
  /** Path of the objects and arrays that hold the element; may be empty. */
  readonly parents: StepPath;
  readonly from: PathStep;
  readonly to: PathStep;
  readonly mapping: Mapping;
}

/** `move` to a longer path: below the parent of the element, whatever the destination calls that. */
export interface Embedding {
  readonly kind: "embed";
  readonly parents: StepPath;
  readonly from: PathStep;
  /** From the parent down; what is missing is made. */
  readonly into: StepPath;
  readonly to: PathStep;
}

/** `move` to a shorter path. */
export interface Lifting {
  readonly kind: "lift";
  readonly parents: StepPath;
  readonly from: PathStep;
  /** How many elements of the source's path lead to where `into` starts. */
  readonly sharedCount: number;
  /** Followed as far as it exists; a wildcard is what the source has at this place. */
  readonly into: StepPath;
  readonly to: PathStep;
  /** Whether `into` leads from one start to one end always. */
  readonly isFixed: boolean;
}

/** `append` */
export interface Appending {
  readonly kind: "append";
  readonly from: StepPath;
  readonly to: StepPath;
}

/** The operations, in their order. */
export type FlatmapPlan = readonly (Removal | Renaming | Embedding | Lifting | Appending)[];

/** An operation as the configuration has it: dotted paths. */
export interface WrittenOperation {
  readonly type: "move" | "del" | "append";
  readonly args: readonly string[];
}

/** Compiles the operations; those that can never have an effect are left out. */
export function compileFlatmap(operations: readonly WrittenOperation[]): FlatmapPlan {
  return operations.flatMap(({ type, args }) => {
    const [from, to] = args;
    if (type === "del") return [{ kind: "remove", paths: args.map(compilePath) } as const];
    if (from === undefined || to === undefined) return [];
    return type === "move" ? compileMove(from, to) : compileAppend(from, to);
  });
}

/** More items than this no array has. */
const MAX_INDEX = 2 ** 26;

function compilePath(path: string): StepPath {
  return path.split(".").map((text) => ({
    key: encodeKey(text),
    index: toIndex(text),
    isWildcard: text === "*",
  }));
}

function toIndex(text: string): number {
  return /^(?:0|[1-9][0-9]{0,7})$/.test(text) && Number(text) < MAX_INDEX ? Number(text) : -1;
}

function compileMove(source: string, destination: string): FlatmapPlan {
  const sourceKeys = source.split(".");
  const targetKeys = destination.split(".");
  const steps = compilePath(source);
  const targetSteps = compilePath(destination);
  const parents = steps.slice(0, -1);
  const from = steps.at(-1)!;
  const to = targetSteps.at(-1)!;
  if (steps.length === targetSteps.length) {
    const names = [sourceKeys.at(-1)!, targetKeys.at(-1)!] as const;
    if (names[0] === names[1]) return [];
    return [{ kind: "rename", parents, from, to, mapping: compileMapping([names]) }];
  }
  if (steps.length < targetSteps.length) {
    return [{ kind: "embed", parents, from, into: targetSteps.slice(parents.length, -1), to }];
  }
  const between = targetKeys.slice(0, -1);
  const differsAt = between.findIndex((key, index) => key !== "*" && key !== sourceKeys[index]);
  const sharedCount = differsAt === -1 ? between.length : differsAt;
  const into = targetSteps.slice(sharedCount, -1);
  const isFixed = !into.some(({ isWildcard }) => isWildcard);
  return [{ kind: "lift", parents, from, sharedCount, into, to, isFixed }];
}

function compileAppend(source: string, destination: string): FlatmapPlan {
  const to = compilePath(destination);
  // Differs from KrakenD: it adds a copy of all that the wildcard meets, as one item.
  if (to.some(({ isWildcard }) => isWildcard)) return [];
  return [{ kind: "append", from: compilePath(source), to }];
}
