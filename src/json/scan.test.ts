import { describe, expect, test } from "bun:test";
import { withJsonBlock } from "./block.ts";
import type { JsonFailure } from "./json-failure.ts";

describe("a body that is no document fails with the text of Go's encoding/json", () => {
  test.each([
    ["", "EOF", 0],
    [" \n\t ", "EOF", 4],
    ['{"a":[1,2', "unexpected EOF", 9],
    ['{"a":"unfinis', "unexpected EOF", 13],
    ["-", "unexpected EOF", 1],
    ["tru", "unexpected EOF", 3],
    ["<html>", "invalid character '<' looking for beginning of value", 0],
    ["[1,]", "invalid character ']' looking for beginning of value", 3],
    ["{'a':1}", "invalid character '\\'' looking for beginning of object key string", 1],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string", 7],
    ['{"a" 1}', "invalid character '1' after object key", 5],
    ['{"a":1 "b":2}', "invalid character '\"' after object key:value pair", 7],
    ["[1 2]", "invalid character '2' after array element", 3],
    ['{"a":01}', "invalid character '1' after object key:value pair", 6],
    ['"a\nb"', "invalid character '\\n' in string literal", 2],
    ['"\x00"', "invalid character '\\x00' in string literal", 1],
    ['"\\x"', "invalid character 'x' in string escape code", 2],
    ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape", 5],
    ["-x", "invalid character 'x' in numeric literal", 1],
    ["1.x", "invalid character 'x' after decimal point in numeric literal", 2],
    ["1e+x", "invalid character 'x' in exponent of numeric literal", 3],
    ["trux", "invalid character 'x' in literal true (expecting 'e')", 3],
    ["nulL", "invalid character 'L' in literal null (expecting 'l')", 3],
    ["\ufeff{}", "invalid character 'ï' looking for beginning of value", 0],
    ["\u00a0", "invalid character 'Â' looking for beginning of value", 0],
    ["\x7f", "invalid character '\\x7f' looking for beginning of value", 0],
  ])("%j", (body, message, offset) => {
    expect(failureOf(body)).toEqual({ kind: "json-failure", message, offset });
  });

  test("a byte that has no print form is named by its code point", () => {
    const message = "invalid character '\\u0080' looking for beginning of value";

    expect(failureOf(Uint8Array.of(0x80))?.message).toBe(message);
  });
});

test("what follows the first value is ignored", () => {
  for (const body of ['{"a":1} and more', '{"a":1}{"a":2}', "12x", '"t"x', "true,"]) {
    expect(failureOf(body), body).toBeUndefined();
  }
});

test("a whole scan refuses what follows, except blanks", () => {
  withJsonBlock((block) => {
    expect(block.scanWhole(utf8("{} \r\n\t"))).toBeNumber();
    expect(block.scanWhole(utf8("{} x"))).toMatchObject({
      message: "invalid character 'x' after top-level value",
      offset: 3,
    });
    expect(block.scanWhole(utf8("{}\0"))).toMatchObject({
      message: "invalid character '\\x00' after top-level value",
    });
  });
});

test("512 levels are read and 513 are not", () => {
  const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

  expect(failureOf(nested(512))).toBeUndefined();
  expect(failureOf(nested(513))).toMatchObject({ message: "exceeded max depth", offset: 512 });
});

test("depth counts open levels, not the levels that were opened", () => {
  expect(failureOf(`[${Array(1000).fill('{"a":[]}').join(",")}]`)).toBeUndefined();
});

test.each(["[", '{"a":', "[[{}],"])("100,000 times %j fails and leaves the stack alone", (part) => {
  expect(failureOf(part.repeat(100_000))?.message).toBe("exceeded max depth");
});

test("a failed scan leaves nothing behind in its block", () => {
  withJsonBlock((block) => {
    const before = block.scan(utf8('{"b":[1,{"x":"<"}],"a":2}'));
    block.scan(utf8('{"b":[1,{"x":"<"}],"a":2'));
    const after = block.scan(utf8('{"k":"v"}'));
    if (typeof before === "object" || typeof after === "object") throw new Error("no document");

    expect(text(block.emit(before))).toBe('{"a":2,"b":[1,{"x":"\\u003c"}]}');
    expect(text(block.emit(after))).toBe('{"k":"v"}');
  });
});

function failureOf(body: string | Uint8Array): JsonFailure | undefined {
  return withJsonBlock((block) => {
    const scanned = block.scan(typeof body === "string" ? utf8(body) : body);
    return typeof scanned === "object" ? scanned : undefined;
  });
}

function utf8(body: string): Uint8Array {
  return new TextEncoder().encode(body);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
