import { encodeKey, type KeyBytes } from "./keys.ts";

/** Paths of keys as a tree of hash tables over UTF-8 bytes, compiled once at start. */
export interface PathFilter {
  /** As many as a power of two; see `bucketOf`. */
  readonly buckets: readonly (readonly FilterEntry[])[];
}

/** One key of a level. */
export interface FilterEntry {
  readonly key: Uint8Array;
  /** The level below; `null`: the path ends here. */
  readonly below: PathFilter | null;
  /** Number of the walk that met the key last, and the member it met: a key may be there twice. */
  lastWalk: number;
  lastMember: number;
}

/** Old and new top-level names, compiled once at start. */
export type Mapping = readonly MappingEntry[];

/** One renaming. */
export interface MappingEntry {
  readonly from: Uint8Array;
  readonly to: KeyBytes;
  /** KrakenD writes the new name, then deletes the old one: equal names remove the member. */
  readonly isRemoval: boolean;
}

/** Compiles an `allow` list of dotted paths; where one path continues another, the later of them decides. */
export function compileAllow(paths: readonly string[]): PathFilter {
  const root: Level = new Map();
  for (const path of paths) {
    const keys = path.split(".");
    const leaf = keys.pop()!;
    let level = root;
    for (const key of keys) level = enter(level, key);
    level.set(leaf, null);
  }
  return compileLevel(root);
}

/** Compiles a `deny` list of dotted paths; a path that another one continues decides for both. */
export function compileDeny(paths: readonly string[]): PathFilter {
  const root: Level = new Map();
  const byLength = paths.map((path) => path.split(".")).sort((a, b) => b.length - a.length);
  for (const keys of byLength) {
    const leaf = keys.pop()!;
    let level = root;
    for (const key of keys) level = enter(level, key);
    level.set(leaf, null);
  }
  return compileLevel(root);
}

/** Compiles `mapping` entries of old and new names. They are applied in this order; KrakenD's order is random. */
export function compileMapping(entries: readonly (readonly [string, string])[]): Mapping {
  return entries.map(([from, to]) => ({
    from: encoder.encode(from),
    to: encodeKey(to),
    isRemoval: from === to,
  }));
}

/** The bucket of the key that stands between `start` and `end`: length, first and last byte tell most keys apart. */
export function bucketOf(
  filter: PathFilter,
  bytes: Uint8Array,
  start: number,
  end: number,
): readonly FilterEntry[] {
  const { buckets } = filter;
  return buckets[hashKey(bytes, start, end) & (buckets.length - 1)]!;
}

const encoder = new TextEncoder();

/** `null`: a path ends here. */
type Level = Map<string, Level | null>;

function enter(level: Level, key: string): Level {
  const known = level.get(key);
  if (known) return known;
  const below: Level = new Map();
  level.set(key, below);
  return below;
}

function compileLevel(level: Level): PathFilter {
  const bucketCount = 2 ** Math.ceil(Math.log2(Math.max(level.size, 1) * 2));
  const buckets: FilterEntry[][] = [];
  while (buckets.length < bucketCount) buckets.push([]);
  for (const [name, below] of level) {
    const key = encoder.encode(name);
    buckets[hashKey(key, 0, key.length) & (bucketCount - 1)]!.push({
      key,
      below: below === null ? null : compileLevel(below),
      lastWalk: 0,
      lastMember: 0,
    });
  }
  return { buckets };
}

function hashKey(bytes: Uint8Array, start: number, end: number): number {
  return end === start ? 0 : end - start + bytes[start]! * 31 + bytes[end - 1]! * 7;
}
