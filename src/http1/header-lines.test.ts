import { describe, expect, test } from "bun:test";
import { HeaderLines, isBlank, trimmedSlice } from "./header-lines.ts";

const start = "HTTP/1.1 200 OK\r\n";
const text = `${start}X-a: 1\r\nEmpty:\r\nx-A:\t2 \r\nY:a:b\r\n`;

describe("header lines", () => {
  test("are listed in their order, with their spelling and without the blanks around values", () => {
    const lines = new HeaderLines(text, start.length);

    expect(lines.list()).toEqual(["X-a", "1", "Empty", "", "x-A", "2", "Y", "a:b"]);
  });

  test("are taken apart once", () => {
    const lines = new HeaderLines(text, start.length);

    expect(lines.list()).toBe(lines.list());
  });

  test.each([
    ["x-a", "1"],
    ["empty", ""],
    ["y", "a:b"],
    ["x", undefined],
    ["http/1.1 200 ok", undefined],
  ])("have for %j the first value: %j", (name, value) => {
    expect(new HeaderLines(text, start.length).get(name)).toBe(value);
  });

  test("may be none", () => {
    expect(new HeaderLines(start, start.length).list()).toEqual([]);
  });

  test("may be a list already", () => {
    const list = ["A", "1"];
    const lines = HeaderLines.of(list);

    expect(lines.list()).toBe(list);
    expect(lines.get("a")).toBe("1");
  });
});

test.each([
  ["  a b \t", "a b"],
  ["\t \t", ""],
  ["", ""],
  ["\x0ba\xa0", "\x0ba\xa0"],
])("of %j the blanks at both ends go: %j (RFC 9112 section 5.1)", (value, trimmed) => {
  expect(trimmedSlice(`<${value}>`, 1, value.length + 1)).toBe(trimmed);
});

test("blanks are SP and HTAB alone (RFC 9110 section 5.6.3)", () => {
  const blanks = Array.from({ length: 256 }, (_, code) => code).filter(isBlank);

  expect(blanks).toEqual([9, 32]);
});
