import { expect, test } from "bun:test";
import { withJsonBlock } from "../../src/json/block.ts";
import { compileFlatmap, type WrittenOperation } from "../../src/json/flatmap-plan.ts";
import { createDice, type Dice, keys, randomDocument, randomList } from "./random-documents.ts";
import { parseTree, printTree, type Tree } from "./reference.ts";
import { flatmapTree } from "./reference-flatmap.ts";

const documents = 10_000;
const timeoutMs = 60_000;

test(
  "moves, removes and appends as the reference does, twice over",
  () => {
    const dice = createDice(0xf1a7);
    let changed = 0;

    for (let made = 0; made < documents; made++) {
      const bytes = dice.below(2) === 0 ? randomDocument(dice) : Buffer.from(listsText(dice));
      const tree = parseTree(bytes)!;
      const lists = [randomOperations(dice, tree), randomOperations(dice, tree)];

      const text = reshape(bytes, lists);

      const expected = printTree(lists.reduce(reshapeTree, tree));
      const where = `${Buffer.from(bytes).toString("latin1")} ${JSON.stringify(lists)}`;
      if (text !== expected) expect(text, where).toBe(expected);
      if (!numbersOf(text).isSubsetOf(numbersOf(printTree(tree)))) expect(text, where).toBe("");
      if (text !== printTree(tree)) changed++;
    }
    expect(changed).toBeGreaterThan(documents / 2);
  },
  timeoutMs,
);

/** Two lists: the second meets an array that the first one left with gaps. */
function reshape(bytes: Uint8Array, lists: readonly WrittenOperation[][]): string {
  return withJsonBlock((block) => {
    let value = block.scan(bytes);
    if (typeof value === "object") throw new Error(value.message);
    for (const operations of lists) {
      const left = block.flatmap(value, compileFlatmap(operations));
      if (left === null) return "null";
      value = left;
    }
    return block.emit(value).toString();
  });
}

function reshapeTree(tree: Tree, operations: readonly WrittenOperation[]): Tree {
  return tree.kind === "object" ? flatmapTree(tree, operations) : tree;
}

function randomOperations(dice: Dice, tree: Tree): WrittenOperation[] {
  return randomList(dice, 1, 5, () => {
    const type = dice.oneOf(["move", "move", "move", "del", "append"] as const);
    const source = pathInto(dice, tree);
    if (type === "del") return { type, args: [source, pathInto(dice, tree)] };
    if (type === "append") return { type, args: [source, pathInto(dice, tree)] };
    const destination = dice.below(2) === 0 ? pathInto(dice, tree) : alike(dice, source);
    return { type, args: [source, destination] };
  });
}

/** Mostly the way to something, with wildcards, now and then with an element that is not there. */
function pathInto(dice: Dice, tree: Tree): string {
  const steps: string[] = [];
  let at: Tree | undefined = tree;
  do {
    const labels: string[] = labelsOf(at);
    const label = labels.length === 0 || dice.below(8) === 0 ? anyLabel(dice) : dice.oneOf(labels);
    steps.push(dice.below(4) === 0 ? "*" : label);
    at = childAt(at, label);
  } while (steps.length < 5 && dice.below(3) > 0);
  return steps.join(".");
}

/** The same path with its end cut off, changed or prolonged. */
function alike(dice: Dice, path: string): string {
  const steps = path.split(".");
  steps.length = Math.max(0, steps.length - 1 - dice.below(2));
  return [...steps, ...randomList(dice, 1, 3, () => anyLabel(dice))].join(".");
}

function anyLabel(dice: Dice): string {
  return dice.oneOf([...keys, "0", "1", "2", "7", "00", "-1", "*", "any"]);
}

function labelsOf(tree: Tree | undefined): string[] {
  if (tree?.kind === "object") return [...tree.members.keys()];
  return tree?.kind === "array" ? tree.items.map((_, index) => `${index}`) : [];
}

function childAt(tree: Tree | undefined, label: string): Tree | undefined {
  if (tree?.kind === "object") return tree.members.get(label);
  return tree?.kind === "array" ? tree.items[Number(label)] : undefined;
}

/** An object full of lists of lists and of rows with the same few keys, some of them twice. */
function listsText(dice: Dice): string {
  return objectText(dice, 0);
}

function valueText(dice: Dice, depth: number): string {
  const choice = dice.below(depth > 3 ? 2 : 6);
  if (choice === 0) return dice.oneOf(["1.0", "-0", "1E3", "12345678901234567890", "null"]);
  if (choice === 1) return dice.oneOf(['"s"', '"<"', "[]", "{}", "true"]);
  if (choice <= 3) return objectText(dice, depth + 1);
  return `[${randomList(dice, 0, 4, () => valueText(dice, depth + 1)).join(dice.oneOf([",", ", "]))}]`;
}

function objectText(dice: Dice, depth: number): string {
  const member = () => `"${dice.oneOf(["a", "b", "c", "__proto__", "0", "1"])}":`;
  const members = randomList(dice, 0, 5, () => member() + valueText(dice, depth));
  return `{${members.join(dice.oneOf([",", " ,"]))}}`;
}

function numbersOf(text: string): Set<string> {
  const bare = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, "");
  return new Set(bare.match(/-?[0-9][-+.0-9eE]*/g));
}
