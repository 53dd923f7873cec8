import { expect, test } from "bun:test";
import { type JsonBlock, type Value, withJsonBlock } from "../../src/json/block.ts";
import { compileAllow, compileDeny, compileMapping } from "../../src/json/filters.ts";
import {
  createDice,
  type Dice,
  damage,
  keys,
  randomDocument,
  randomList,
  randomPath,
} from "./random-documents.ts";
import {
  allowTree,
  denyTree,
  mergeTrees,
  objectOf,
  parseTree,
  printTree,
  renameTree,
  type Tree,
  targetTree,
} from "./reference.ts";

const shapedDocuments = 21_000;
const editedDocuments = 6_000;
const damagedDocuments = 15_000;
const timeoutMs = 60_000;

test(
  "shapes, merges and writes documents as the reference does",
  () => {
    const dice = createDice(0x5eed);

    for (let made = 0; made < shapedDocuments; ) {
      const members = randomList(dice, 1, 3, () => randomMember(dice));
      made += members.length;

      const expected = printTree(mergeTrees(members.map(shapeTree)));

      const text = mergedText(members);
      if (text !== expected) expect(text, describeMembers(members)).toBe(expected);
    }
  },
  timeoutMs,
);

test(
  "sets, copies and lists values as the reference does",
  () => {
    const dice = createDice(0xc0de);

    for (let index = 0; index < editedDocuments; index++) {
      const bytes = randomDocument(dice);
      const edits = randomList(dice, 1, 4, () => randomEdit(dice));
      const tree = parseTree(bytes)!;
      for (const edit of edits) editTree(tree, edit);

      const texts = withJsonBlock((block) => {
        const root = scanned(block, bytes);
        for (const edit of edits) editValue(block, root, edit);
        const members = block.members(root).map(({ value }) => textOf(block, value));
        return [textOf(block, root), ...members.sort()];
      });

      const members = tree.kind === "object" ? [...tree.members.values()].map(printTree) : [];
      const expected = [printTree(tree), ...members.sort()];
      if (texts.join() === expected.join()) continue;
      expect(texts, `${describe(bytes)} ${JSON.stringify(edits)}`).toEqual(expected);
    }
  },
  timeoutMs,
);

test(
  "takes and refuses damaged documents as the reference and JSON.parse do",
  () => {
    const dice = createDice(0xbad);
    let accepted = 0;

    for (let index = 0; index < damagedDocuments; index++) {
      const bytes = damage(dice, randomDocument(dice));
      const tree = parseTree(bytes);

      const { first, isWhole } = withJsonBlock((block) => {
        const value = block.scan(bytes);
        return { first: textOf(block, value), isWhole: typeof block.scanWhole(bytes) === "number" };
      });

      if (tree) accepted++;
      expect(first, describe(bytes)).toBe(tree && printTree(tree));
      expect(isWhole, describe(bytes)).toBe(isJson(bytes));
    }
    expect(accepted).toBeGreaterThan(damagedDocuments / 100);
    expect(accepted).toBeLessThan(damagedDocuments / 2);
  },
  timeoutMs,
);

interface Member {
  readonly bytes: Uint8Array;
  readonly target: string[];
  readonly allow: string[];
  readonly deny: string[];
  readonly mapping: [string, string][];
  readonly group: string;
}

function randomMember(dice: Dice): Member {
  const document = randomDocument(dice);
  const isCanonical = dice.below(4) === 0;
  return {
    bytes: isCanonical ? Buffer.from(printTree(parseTree(document)!)) : document,
    target: dice.below(6) === 0 ? randomPath(dice).split(".") : [],
    allow: dice.below(3) === 0 ? randomList(dice, 1, 9, () => randomPath(dice)) : [],
    deny: dice.below(3) === 0 ? randomList(dice, 1, 6, () => randomPath(dice)) : [],
    mapping: randomList(dice, 0, 2, () => [dice.oneOf(keys), dice.oneOf(keys)]),
    group: dice.below(4) === 0 ? dice.oneOf(keys) : "",
  };
}

function shapeTree(member: Member): Tree {
  let tree = targetTree(parseTree(member.bytes)!, member.target);
  if (member.allow.length > 0) tree = allowTree(tree, member.allow);
  else tree = denyTree(tree, member.deny);
  tree = renameTree(tree, member.mapping);
  return member.group === "" ? tree : objectOf([member.group, tree]);
}

function shapeValue(block: JsonBlock, member: Member): Value {
  const value = block.target(scanned(block, member.bytes), member.target);
  if (member.allow.length > 0) block.allow(value, compileAllow(member.allow));
  else block.deny(value, compileDeny(member.deny));
  block.rename(value, compileMapping(member.mapping));
  return member.group === "" ? value : block.group(value, member.group);
}

/** Puts the value at one path, or a text, under a key of the object at another. */
interface Edit {
  readonly from: string[];
  readonly to: string[];
  readonly key: string;
}

function randomEdit(dice: Dice): Edit {
  const path = () => randomList(dice, 0, 2, () => dice.oneOf(keys));
  return { from: path(), to: path(), key: dice.oneOf(keys) };
}

function editTree(root: Tree, { from, to, key }: Edit): void {
  const target = treeAt(root, to);
  if (target?.kind !== "object") return;
  const value = treeAt(root, from) ?? { kind: "string", text: from.join("/") };
  target.members.set(key, structuredClone(value));
}

function editValue(block: JsonBlock, root: Value, { from, to, key }: Edit): void {
  const target = block.at(root, to);
  if (target === undefined || block.kind(target) !== "object") return;
  block.set(target, key, block.at(root, from) ?? block.string(from.join("/")));
}

function treeAt(root: Tree, path: readonly string[]): Tree | undefined {
  let found: Tree | undefined = root;
  for (const key of path) found = found?.kind === "object" ? found.members.get(key) : undefined;
  return found;
}

function scanned(block: JsonBlock, bytes: Uint8Array): Value {
  const value = block.scan(bytes);
  if (typeof value === "object") throw new Error(value.message);
  return value;
}

function mergedText(members: readonly Member[]): string {
  return withJsonBlock((block) => {
    const merged = block.merge(members.map((member) => shapeValue(block, member)));
    return Buffer.from(block.emit(merged)).toString();
  });
}

function textOf(block: JsonBlock, value: ReturnType<JsonBlock["scan"]>): string | undefined {
  return typeof value === "number" ? Buffer.from(block.emit(value)).toString() : undefined;
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

function describe(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

function describeMembers(members: readonly Member[]): string {
  return members
    .map(({ bytes, ...settings }) => `${describe(bytes)} ${JSON.stringify(settings)}`)
    .join("\n");
}
