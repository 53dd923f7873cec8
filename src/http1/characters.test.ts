import { expect, test } from "bun:test";
import { CONTROL, endOfToken, isHexDigit, isToken } from "./characters.ts";

test.each(["X-Id", "a", "!#$%&'*+-.^_`|~09AZaz"])("%j is a token", (text) => {
  expect(isToken(text)).toBe(true);
});

test.each(["", "X Id", "X:", "X\r\n", "X\0", "Xé", "X\u010a", "(", "a/b", "a=b", "a@b", '"'])(
  "%j is no token (RFC 9110 section 5.6.2)",
  (text) => {
    expect(isToken(text)).toBe(false);
  },
);

test.each([
  ["Host: a", 0, 4],
  ["a b", 1, 1],
  ["a:bc", 2, 4],
] as const)("in %j a token from %p ends at %p", (text, from, end) => {
  expect(endOfToken(text, from)).toBe(end);
});

test("control characters are those below blank but TAB, and DEL (RFC 9110 section 5.5)", () => {
  const codes = Array.from(CONTROL.keys()).filter((code) => CONTROL[code] === 1);

  expect(codes).toEqual([...Array(32).keys(), 127].filter((code) => code !== 9));
});

test("hexadecimal digits are digits and six letters in either case", () => {
  const digits = Array.from({ length: 256 }, (_, code) => code).filter(isHexDigit);

  expect(String.fromCharCode(...digits)).toBe("0123456789ABCDEFabcdef");
  expect(isHexDigit(Number.NaN)).toBe(false);
});
