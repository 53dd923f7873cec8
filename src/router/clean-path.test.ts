import { expect, test } from "bun:test";
import { cleanPath } from "./clean-path.ts";

test.each([
  ["", "/"],
  ["/", "/"],
  ["a", "/a"],
  ["/a/b", "/a/b"],
  ["/a/b/", "/a/b/"],
  ["//a", "/a"],
  ["/a//b", "/a/b"],
  ["/a/b//", "/a/b/"],
  ["///", "/"],
  ["/./a", "/a"],
  ["/a/.", "/a/"],
  ["/a/./", "/a/"],
  ["/a/../b", "/b"],
  ["/a/..", "/"],
  ["/a/b/..", "/a"],
  ["/a/b/../", "/a/"],
  ["/../../a", "/a"],
  ["/..", "/"],
  ["/.a/..b/c.", "/.a/..b/c."],
  ["/.../a", "/.../a"],
])("cleans %p to %p", (path, cleaned) => {
  expect(cleanPath(path)).toBe(cleaned);
});

test("returns a clean path as the same path when cleaned again", () => {
  for (const path of ["/a/..//b/.", "//x//", "/a/b/c/../../d"]) {
    const once = cleanPath(path);

    expect(cleanPath(once)).toBe(once);
  }
});
