import { expect, test } from "bun:test";
import { compileHeaderFilter } from "./header-filter.ts";

const HEADERS = ["X-A", "1", "X-B", "2", "User-Agent", "u", "X-A", "3", "X-Forwarded-For", "ip"];

test.each([
  [["X-A"], ["X-A", "1", "X-A", "3"]],
  [
    ["x-b", "USER-AGENT"],
    ["X-B", "2", "User-Agent", "u"],
  ],
  [["X-Nothing"], []],
  [["*"], []],
  [[""], []],
])("keeps for the list %p the headers %p", (names, kept) => {
  expect(compileHeaderFilter(names)!([...HEADERS])).toEqual(kept);
});

test("is absent without a list", () => {
  expect(compileHeaderFilter([])).toBeUndefined();
});
