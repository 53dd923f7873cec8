import { expect, test } from "bun:test";
import { PathSet } from "./path-set.ts";

test.each([
  [["endpoints", 3], true],
  [["endpoints", 3, "backend", 0], true],
  [["endpoints"], false],
  [["endpoints", 30], false],
  [["endpoints", "3"], false],
  [[], false],
])("a set with one path covers %j: %p", (path, isCovered) => {
  const set = new PathSet();

  set.add(["endpoints", 3]);

  expect(set.covers(path)).toBe(isCovered);
});

test("the empty path covers all", () => {
  const set = new PathSet();

  set.add([]);

  expect(set.covers(["port"])).toBe(true);
});
