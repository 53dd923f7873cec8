import { expect, test } from "bun:test";
import { indexBytes, indexText } from "./positions.ts";

const TEXT = 'äö\n{"ü": 1, "a😀": 2}\n\nlast';

test.each([
  ["ascending", [0, 2, 4, 10, 21, 27]],
  ["descending", [27, 21, 10, 4, 2, 0]],
  ["mixed", [21, 4, 10, 27, 2, 10, 0]],
])("columns count characters, asked in %s order", (_order, offsets) => {
  const bytes = Buffer.from(TEXT);
  const locate = indexBytes(bytes);

  const found = offsets.map((offset) => locate(offset));

  expect(found).toEqual(offsets.map((offset) => counted(bytes.toString("utf8", 0, offset))));
});

test("offsets of a text count its units", () => {
  const locate = indexText(TEXT);

  const found = [TEXT.indexOf("2"), TEXT.indexOf("a"), TEXT.indexOf("last")].map(locate);

  expect(found).toEqual([
    { line: 2, column: 16 },
    { line: 2, column: 11 },
    { line: 4, column: 1 },
  ]);
});

/** The slow and obvious way. */
function counted(before: string): { line: number; column: number } {
  const lines = before.split("\n");
  return { line: lines.length, column: [...lines.at(-1)!].length + 1 };
}
