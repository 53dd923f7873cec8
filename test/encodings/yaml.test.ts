import { expect, test } from "bun:test";
import { parse } from "yaml";
import { type JsonBlock, type Value, withJsonBlock } from "../../src/json/block.ts";
import { writeYaml } from "../../src/yaml/write.ts";
import { createDice, type Dice, randomDocument, randomList } from "../json/random-documents.ts";

const documents = 6_000;
const timeoutMs = 60_000;

test(
  "YAML says what the JSON said, to a reader that was written by others",
  () => {
    const dice = createDice(0x7a31);
    for (let made = 0; made < documents; made++) {
      const json = dice.below(2) === 0 ? randomDocument(dice) : oddTexts(dice);
      withJsonBlock((block) => {
        const value = block.scan(json);
        if (typeof value === "object") throw new Error(value.message);
        const expected = plain(block, value);
        const text = block.write(value, writeYaml).toString();
        const read = parse(text, { mapAsMap: true, logLevel: "error" });
        if (!Bun.deepEquals(read, expected, true)) expect(read, text).toEqual(expected);
      });
    }
    expect.assertions(0);
  },
  timeoutMs,
);

/** Objects as maps; numbers as the texts that they are written as, but for those that stay plain. */
function plain(block: JsonBlock, value: Value): unknown {
  switch (block.kind(value)) {
    case "object":
      return new Map(
        block.members(value).map(({ key, value: inner }) => [key, plain(block, inner)]),
      );
    case "array":
      return block.items(value).map((item) => plain(block, item));
    case "string":
      return block.text(value);
    case "number": {
      const text = block.text(value);
      return /^-?\d+[eE]\d+$/.test(text) ? Number(text) : text;
    }
    default:
      return block.kind(value) === "null" ? null : block.text(value) === "true";
  }
}

/** Keys and texts of characters that mean something to YAML. */
function oddTexts(dice: Dice): Buffer {
  const text = () => randomList(dice, 0, 6, () => dice.oneOf(pieces)).join("");
  const members = randomList(dice, 1, 4, () => [
    text(),
    dice.oneOf<unknown>([text(), [text(), [text()]], { [text()]: text() }]),
  ]);
  return Buffer.from(JSON.stringify(Object.fromEntries(members)));
}

const pieces = [
  ..."ab01-:#?!&*{}[],|>%@`'\"\\ \n\t.~_=<+eExo",
  ...[
    "\r",
    "\u0085",
    "\u2028",
    "\ufeff",
    "\u0000",
    "é",
    "😀",
    "---",
    "...",
    "- ",
    ": ",
    " #",
    "\n\n",
    "null",
    "2020-01-01",
    "yes",
  ],
];
