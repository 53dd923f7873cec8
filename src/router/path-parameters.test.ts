import { describe, expect, test } from "bun:test";
import { checkDangerousParameter, checkPathParameter } from "./path-parameters.ts";

const ENCODED = "error: encoded url params";

describe("the check of path parameters", () => {
  test.each([
    [""],
    ["a b"],
    ["a+b"],
    ["caf\u00c3\u00a9"],
    ["\u00ff"],
    ["a;b=c"],
    ["a:b@c,d=e&f!"],
    ["@evil.test"],
    [";x=1"],
    ["~x!$'()*"],
    ["a\\b"],
    ["..."],
    ["a..b"],
    [".a"],
    ["1.2.3"],
  ])("lets %p pass", (value) => {
    expect(checkPathParameter(value)).toBeUndefined();
  });

  test.each([
    ["50%", 'error: invalid URL escape "%"'],
    ["100%zz", 'error: invalid URL escape "%zz"'],
    ["100%4", 'error: invalid URL escape "%4"'],
    ["%41%x", 'error: invalid URL escape "%x"'],
    ["a%\u00c3\u00a9", 'error: invalid URL escape "%é"'],
    ['%"x', 'error: invalid URL escape "%\\"x"'],
  ])("names the malformed escape of %p", (value, text) => {
    expect(checkPathParameter(value)).toBe(text);
  });

  test.each([
    ["x%2Fy"],
    ["%2e%2e"],
    ["a%20b"],
    ["%25"],
    ["x?y"],
    ["x#y"],
    ["."],
    [".."],
    ["..\\..\\x"],
    ["a\\.\\b"],
    ["a\u0000b"],
    ["a\r\nX-Evil:1"],
    ["a\u007fb"],
    ["/../x"],
  ])("refuses %p as encoded", (value) => {
    expect(checkPathParameter(value)).toBe(ENCODED);
  });
});

describe("what holds also without the check", () => {
  test.each([["x%2Fy"], ["x?y"], ["x#y"], ["50%"], ["a b"], ["%41"], ["a\\b"], ["%2e%2ex"]])(
    "lets %p pass",
    (value) => {
      expect(checkDangerousParameter(value)).toBeUndefined();
    },
  );

  test.each([["."], [".."], ["%2e"], ["%2E%2e"], [".%2e"], ["..%2fx"], ["a%5C..%5Cb"], ["a\nb"]])(
    "refuses %p",
    (value) => {
      expect(checkDangerousParameter(value)).toBe(ENCODED);
    },
  );
});
