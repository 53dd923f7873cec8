import { expect, test } from "bun:test";
import { NO_QUERY } from "../lib/query.ts";
import { compileInputQuery } from "./input-query.ts";

test("forwards nothing without a list", () => {
  const inputQuery = compileInputQuery([]);

  expect(inputQuery("a=1")).toBe(NO_QUERY);
  expect(inputQuery(undefined)).toBe(NO_QUERY);
});

test("forwards listed names exactly as they are written", () => {
  const inputQuery = compileInputQuery(["a", "sp ace", "Case", "é"]);

  expect(inputQuery("case=1&Case=2&sp+ace=3&%C3%A9=4&b=5&a")).toEqual([
    "Case",
    "2",
    "sp ace",
    "3",
    "\u00c3\u00a9",
    "4",
    "a",
    "",
  ]);
});

test("forwards everything with an asterisk anywhere in the list", () => {
  expect(compileInputQuery(["a", "*"])("b=1&a=2")).toEqual(["b", "1", "a", "2"]);
});

test("forwards nothing of an empty query", () => {
  expect(compileInputQuery(["*"])("")).toBe(NO_QUERY);
  expect(compileInputQuery(["*"])(undefined)).toBe(NO_QUERY);
});
