/**
 * A configuration document with positions, the same for JSON, YAML and TOML.
 *
 * Offsets are those of the parser that made the node; `ConfigDocument.locate` understands them.
 */
import type { PositionIndex } from "./positions.ts";

/** A value of a configuration file with its place in it, whatever the format. */
export type ConfigNode = ObjectNode | ListNode | ScalarNode;

interface Located {
  readonly offset: number;
  /** The environment variable that set this value; then `offset` means nothing. */
  readonly variable: string | undefined;
}

/** Members in the order of the file; of repeated keys the last one. */
export interface ObjectNode extends Located {
  readonly kind: "object";
  /** Names are unique: of duplicates the last one is kept. */
  readonly members: readonly ConfigMember[];
}

/** Items in their order. */
export interface ListNode extends Located {
  readonly kind: "list";
  readonly items: readonly ConfigNode[];
}

/** A text, number, truth value or null. */
export interface ScalarNode extends Located {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** As the file has it: set for a number beyond the range of numbers, of which `value` says little. */
  readonly written?: string;
}

/** One key with its value, each with its own place. */
export interface ConfigMember {
  readonly key: string;
  readonly keyOffset: number;
  readonly node: ConfigNode;
}

/** A parsed file. */
export interface ConfigDocument {
  readonly root: ConfigNode;
  readonly locate: PositionIndex;
  /** Oddities of the syntax that do not hinder reading. */
  readonly notes: readonly SyntaxNote[];
}

/** Something about the text itself; `offset` is `undefined` for the file as a whole. */
export interface SyntaxNote {
  readonly message: string;
  readonly offset: number | undefined;
}

/** A file that cannot be read. */
export interface SyntaxProblem {
  readonly kind: "syntax-problem";
  readonly message: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly expected: string | undefined;
}

/** Steps from the root to a value: keys and list positions. */
export type NodePath = readonly (string | number)[];

/** A member by its name: the exact spelling first, else the first one that differs in letter case only. */
export function memberNamed(object: ObjectNode, key: string): ConfigMember | undefined {
  const exact = object.members.find((member) => member.key === key);
  if (exact !== undefined) return exact;
  const folded = key.toLowerCase();
  return object.members.find((member) => member.key.toLowerCase() === folded);
}

/** What was found on a path, and how far the document goes along with it. */
export interface FoundNode {
  /** The value at the path, else its nearest ancestor. */
  readonly node: ConfigNode;
  /** Where the key of that value stands, `undefined` for list items and the root. */
  readonly keyOffset: number | undefined;
  readonly isWhole: boolean;
}

/** Follows a path; names match in any letter case. */
export function findNode(root: ConfigNode, path: NodePath): FoundNode {
  let found: FoundNode = { node: root, keyOffset: undefined, isWhole: true };
  for (const step of path) {
    const next = descend(found.node, step);
    if (next === undefined) return { ...found, isWhole: false };
    found = next;
  }
  return found;
}

/** A value of a file at its place, from the parsed value and the text that stands there. */
export function scalarNode(
  offset: number,
  value: ScalarNode["value"],
  written: string | undefined,
): ScalarNode {
  const node = { kind: "scalar", offset, variable: undefined, value } as const;
  const isBeyond = typeof value === "number" && !Number.isFinite(value);
  return isBeyond ? { ...node, written: written ?? String(value) } : node;
}

/** Plain values: null-prototype objects, arrays, strings, numbers, booleans and `null`. */
export function toPlain(node: ConfigNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(toPlain);
  const object: Record<string, unknown> = Object.create(null);
  for (const member of node.members) object[member.key] = toPlain(member.node);
  return object;
}

function descend(node: ConfigNode, step: string | number): FoundNode | undefined {
  if (typeof step === "number") {
    // A lone value where a list belongs is read as a list of one.
    const item = node.kind === "list" ? node.items[step] : step === 0 ? node : undefined;
    return item && { node: item, keyOffset: undefined, isWhole: true };
  }
  const member = node.kind === "object" ? memberNamed(node, step) : undefined;
  return member && { node: member.node, keyOffset: member.keyOffset, isWhole: true };
}
