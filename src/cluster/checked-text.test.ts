import { expect, test } from "bun:test";
import { CheckedText } from "./checked-text.ts";

test.each([
  ["abc", /^[a-z]+$/, true],
  ["abc\n", /^[a-z]+$/, false],
  ["a\nb", /^[a-z]+$/m, false],
  ["abc!", /^[a-z]+/, false],
  ["a\u2028b", /^[^x]+$/, false],
  ["", /^[a-z]+$/, false],
])("%j against %s is checked as a whole", (text, pattern, isTaken) => {
  expect(CheckedText.from(text, pattern)?.cfg()).toBe(isTaken ? text : undefined);
});
