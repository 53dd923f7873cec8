import { expect, test } from "bun:test";
import { countDotSegments } from "./dot-segments.ts";

test.each([
  ["", 0],
  ["/", 0],
  ["/a/b", 0],
  [".", 1],
  ["..", 1],
  ["/a/../b/./c", 2],
  ["/a/..", 1],
  ["/a/.../b", 0],
  ["/a/..b/.c/d.", 0],
  ["/%2e", 1],
  ["/%2E%2e/", 1],
  ["/.%2e/%2E./", 2],
  ["/a%2f..%2Fb", 1],
  ["\\..\\", 1],
  ["a%5c.%5Cb", 1],
  ["%2", 0],
  ["/.%2", 0],
  ["/..%20", 0],
  ["/x.%2e", 0],
  ["/..;", 1],
  ["/..;a=b/c", 1],
  ["/.;x", 1],
  ["..%3Bx", 1],
  ["..%3b..", 1],
  ["..%00", 1],
  ["..\0x", 1],
  ["/a;..", 0],
  ["/a;b=../c", 0],
  ["/...;", 0],
])("finds in %p %d dot segments", (path, count) => {
  expect(countDotSegments(path)).toBe(count);
});
