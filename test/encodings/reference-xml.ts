/**
 * XML a second time, slow and obvious: random documents as trees, their text, and what KrakenD's
 * library makes of them. The scanner must agree byte for byte.
 */
import { type Dice, randomList } from "../json/random-documents.ts";
import { objectOf, type Tree } from "../json/reference.ts";

/** What stands in an element. */
export type Node =
  | { readonly kind: "text" | "cdata"; readonly text: string }
  | { readonly kind: "aside"; readonly written: string }
  | Element;

/** An element with its attributes in order. */
export interface Element {
  readonly kind: "element";
  readonly prefix: string;
  readonly name: string;
  readonly attributes: readonly { prefix: string; name: string; value: string }[];
  readonly content: readonly Node[];
}

/** A random element. */
export function randomElement(dice: Dice, depth = 0): Element {
  const most = depth === 0 && dice.below(30) === 0 ? 60 : 5;
  return {
    kind: "element",
    prefix: prefix(dice),
    name: dice.oneOf(names),
    attributes: randomList(dice, 0, dice.below(3), () => ({
      prefix: prefix(dice),
      name: dice.oneOf(names),
      value: randomText(dice),
    })),
    content: randomList(dice, 0, most, () => randomNode(dice, depth + 1)),
  };
}

/** The document's text, with as many forms of the same thing as there are. */
export function writeElement(dice: Dice, element: Element): string {
  const name = element.prefix + element.name;
  let tag = `<${name}`;
  let gap = dice.oneOf([" ", "\n", "\t  "]);
  for (const { prefix, name, value } of element.attributes) {
    const quote = dice.oneOf(["'", '"']);
    const equals = dice.oneOf(["=", " = ", "=\n"]);
    tag += `${gap}${prefix}${name}${equals}${quote}${escaped(dice, value, quote)}${quote}`;
    gap = dice.oneOf(["", " ", "\n"]);
  }
  const content = element.content.map((node) => writeNode(dice, node)).join("");
  if (content === "" && dice.below(2) === 0) return `${tag}/>`;
  return `${tag}>${content}</${name}${dice.oneOf(["", " "])}>`;
}

/** What mxj makes of it: one key with the element's value. */
export function treeOf(element: Element): Tree {
  return objectOf([element.name, elementTree(element)]);
}

const names = [
  ...["a", "b", "c", "id", "item", "x.y", "_", "__proto__", "constructor", "é", "日", "a-b1"],
  ...["toString", "A", "text"],
];

function elementTree({ attributes, content }: Element): Tree {
  const members = new Map<string, Tree>();
  for (const { name, value } of attributes) members.set(`-${name}`, string(value));
  let alone: string | undefined;
  let beside: string | undefined;
  for (const node of content) {
    if (node.kind === "aside") continue;
    if (node.kind === "element") {
      const known = members.get(node.name);
      const value = elementTree(node);
      if (known === undefined) members.set(node.name, value);
      else if (known.kind === "array") known.items.push(value);
      else members.set(node.name, { kind: "array", items: [known, value] });
      continue;
    }
    const text = node.text.replace(/^[\t\r\n ]+|[\t\r\n ]+$/g, "");
    if (text === "") continue;
    if (members.size === 0) alone = text;
    else beside = text;
  }
  const text = alone ?? beside;
  if (members.size === 0) return string(text ?? "");
  if (text !== undefined) members.set("#text", string(text));
  return { kind: "object", members };
}

function string(text: string): Tree {
  return { kind: "string", text };
}

function prefix(dice: Dice): string {
  return dice.oneOf(["", "", "", "p:", "ns:"]);
}

function randomNode(dice: Dice, depth: number): Node {
  const choice = dice.below(depth > 4 ? 5 : 9);
  if (choice >= 5) return randomElement(dice, depth);
  if (choice === 4) return { kind: "aside", written: dice.oneOf(asides) };
  if (choice === 3) return { kind: "cdata", text: randomText(dice) };
  // Two texts side by side would be one: something stands between them.
  return { kind: "text", text: randomText(dice) };
}

const asides = ["<!-- a > b & c -->", "<?pi some > thing?>", "<!ELEMENT a '>' >", "<!---->"];

function randomText(dice: Dice): string {
  return randomList(dice, 0, 4, () => dice.oneOf(pieces)).join("");
}

const pieces = [
  ..."abc <>&\"'\\]\n\t/=",
  ..."é日😀\u2028\ufffd\u007f",
  ...["text", "1.50", "  ", "]]", "&amp;", "<b>", "\u00a0"],
];

function writeNode(dice: Dice, node: Node): string {
  switch (node.kind) {
    case "element":
      return writeElement(dice, node);
    case "aside":
      return node.written;
    case "cdata":
      return `<![CDATA[${node.text}]]>`;
    default:
      return escaped(dice, node.text, "");
  }
}

function escaped(dice: Dice, text: string, quote: string): string {
  let written = "";
  for (const character of text) {
    const mustGo = "<&>".includes(character) || character === quote;
    written += mustGo || dice.below(12) === 0 ? entity(dice, character) : lineEnd(dice, character);
  }
  return written;
}

function lineEnd(dice: Dice, character: string): string {
  return character === "\n" ? dice.oneOf(["\n", "\r\n"]) : character;
}

function entity(dice: Dice, character: string): string {
  const code = character.codePointAt(0)!;
  const named = new Map([
    ...Object.entries({ "<": "lt", ">": "gt", "&": "amp", '"': "quot", "'": "apos" }),
  ]);
  const name = named.get(character) ?? `#${code}`;
  return dice.oneOf([`&${name};`, `&#${code};`, `&#x${code.toString(16)};`]);
}
