import { describe, expect, test } from "bun:test";
import {
  decodePercent,
  decodeQueryText,
  encodeAllBut,
  encodePercent,
  escapedByte,
  findMalformedEscape,
  toByteText,
} from "./percent.ts";

describe("decoding", () => {
  test.each([
    ["/plain", "/plain"],
    ["%41%62", "Ab"],
    ["a%20b+c", "a b+c"],
    ["caf%C3%A9", "caf\u00c3\u00a9"],
    ["%ff", "\u00ff"],
    ["%252F", "%2F"],
    ["%zz%4", "%zz%4"],
  ])("turns the path text %p into bytes", (text, decoded) => {
    expect(decodePercent(text)).toBe(decoded);
  });

  test.each([
    ["a+b%2B", "a b+"],
    ["%zz", undefined],
    ["a%", undefined],
    ["", ""],
  ])("reads the query text %p", (text, decoded) => {
    expect(decodeQueryText(text)).toBe(decoded as string);
  });

  test.each([
    ["%41", 0x41],
    ["%fF", 0xff],
    ["%4", -1],
    ["%", -1],
    ["%g1", -1],
    ["%1g", -1],
    ["%\u0141\u0141", -1],
  ])("reads the escape %p", (text, byte) => {
    expect(escapedByte(text, 0)).toBe(byte);
  });
});

test.each([
  ["", undefined],
  ["%41/%42", undefined],
  ["%41%zzz", "%zz"],
  ["%%41", "%%4"],
  ["a%4", "%4"],
])("names the first malformed escape of %p", (text, malformed) => {
  expect(findMalformedEscape(text)).toBe(malformed as string);
});

test("encodes each byte that the table does not leave alone", () => {
  const table = encodeAllBut("-._~");

  expect(encodePercent("a b/\u00c3\u00a9~", table)).toBe("a%20b%2F%C3%A9~");
  expect(encodePercent("abc", table)).toBe("abc");
});

test("gives back every byte that was encoded", () => {
  const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));

  expect(decodePercent(encodePercent(bytes, encodeAllBut("")))).toBe(bytes);
});

test("keeps a text as its UTF-8 bytes", () => {
  expect(toByteText("é🍋")).toBe("\u00c3\u00a9\u00f0\u009f\u008d\u008b");
});
