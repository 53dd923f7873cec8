import { expect, test } from "bun:test";
import { nearestName } from "./nearest.ts";

const known = ["timeout", "cache_ttl", "host", "port", "endpoints", "url_pattern"];

test.each([
  ["timeoutt", "timeout"],
  ["tiemout", "timeout"],
  ["Cache_TTL", "cache_ttl"],
  ["hosts", "host"],
  ["urlpattern", "url_pattern"],
])("finds %s near %s", (name, nearest) => {
  expect(nearestName(name, known)).toBe(nearest);
});

test.each(["surprising", "x", "abcd", ""])("finds nothing near %p", (name) => {
  expect(nearestName(name, known)).toBeUndefined();
});

test("prefers the nearer of two names", () => {
  expect(nearestName("backendd", ["backends", "backend"])).toBe("backends");
  expect(nearestName("backendxx", ["backends", "backend"])).toBe("backends");
  expect(nearestName("bakend", ["backends", "backend"])).toBe("backend");
});
