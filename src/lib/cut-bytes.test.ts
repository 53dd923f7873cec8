import { expect, test } from "bun:test";
import { cutBytes } from "./cut-bytes.ts";

const bytes = Buffer.from(Array.from({ length: 6000 }, (_, index) => index & 0xff));

test.each([
  [0, 0],
  [10, 10],
  [0, 1],
  [5999, 6000],
  [100, 2148],
  [100, 2149],
  [1, 6000],
  [0, 6000],
])("holds exactly the bytes from %i to %i", (from, to) => {
  expect(cutBytes(bytes, from, to).equals(bytes.subarray(from, to))).toBe(true);
});

test("is no copy where the part is the whole, or large", () => {
  expect(cutBytes(bytes, 0, 6000)).toBe(bytes);
  expect(cutBytes(bytes, 1, 6000).buffer).toBe(bytes.buffer);
});
