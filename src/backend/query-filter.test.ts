import { expect, test } from "bun:test";
import { compileQueryFilter } from "./query-filter.ts";

const QUERY = ["a", "1", "b", "2", "a", "3"];

test.each([
  [["a"], ["a", "1", "a", "3"]],
  [
    ["b", "d"],
    ["b", "2"],
  ],
  [["A"], []],
  [["*"], []],
  [[""], []],
])("keeps for the list %p the values %p", (names, kept) => {
  expect(compileQueryFilter(names)(QUERY)).toEqual(kept);
});

test("keeps everything without a list, uncopied", () => {
  expect(compileQueryFilter([])(QUERY)).toBe(QUERY);
});
