import { describe, expect, test } from "bun:test";
import { withJsonBlock } from "./block.ts";

describe("a body comes out in canonical form", () => {
  test.each([
    [
      "keys sorted by bytes",
      '{"b":1,"a":2,"B":3,"_":4,"10":5,"9":6,"é":7,"\u{1f600}":8,"\uffee":9,"":0}',
      '{"":0,"10":5,"9":6,"B":3,"_":4,"a":2,"b":1,"é":7,"\uffee":9,"\u{1f600}":8}',
    ],
    [
      "keys sorted at every level",
      '[{"z":{"y":1,"x":2},"a":[{"d":1,"c":2}]}]',
      '[{"a":[{"c":2,"d":1}],"z":{"x":2,"y":1}}]',
    ],
    [
      "the shorter of two keys first",
      '{"abcde":1,"abcd":2,"abc":3}',
      '{"abc":3,"abcd":2,"abcde":1}',
    ],
    [
      "keys that begin alike",
      '{"prefix_b":1,"prefix_a":2,"prefix":3}',
      '{"prefix":3,"prefix_a":2,"prefix_b":1}',
    ],
    [
      "the last of equal keys",
      '{"a":1,"b":[{"k":1,"k":2}],"a":{"x":1},"a":"last"}',
      '{"a":"last","b":[{"k":2}]}',
    ],
    ["a key and its escaped form are equal", '{"\\u0061":1,"a":2,"\\u0062":3}', '{"a":2,"b":3}'],
    ["blanks gone", ' \r\n\t{ "a" :\n[ 1 , { } , [ ] ] } \n', '{"a":[1,{},[]]}'],
    [
      "numbers as written",
      "[12345678901234567890,1.0,1E3,1e+3,-0,-0.0,1.500,1e400]",
      "[12345678901234567890,1.0,1E3,1e+3,-0,-0.0,1.500,1e400]",
    ],
    [
      "HTML characters escaped",
      '{"a":"<b>&","<k>":"\u2028\u2029"}',
      '{"\\u003ck\\u003e":"\\u2028\\u2029","a":"\\u003cb\\u003e\\u0026"}',
    ],
    [
      "canonical escapes kept",
      '"\\b\\f\\n\\r\\t\\"\\\\\\u0000\\u001f\\u003c\\u2028"',
      '"\\b\\f\\n\\r\\t\\"\\\\\\u0000\\u001f\\u003c\\u2028"',
    ],
    [
      "other escapes rewritten",
      '"\\/\\u0041\\u00e9\\u0008\\u000A\\u0022\\u005c\\u003C\\u001F\\u007f"',
      '"/Aé\\b\\n\\"\\\\\\u003c\\u001f\x7f"',
    ],
    ["surrogate pairs joined", '"\\ud83d\\ude00 \\uD83D\\uDE00"', '"\u{1f600} \u{1f600}"'],
    [
      "lone surrogates replaced",
      '"\\ud800x \\ude00 \\ud83d\\u0041 \\ud83d\\ud83d\\ude00"',
      '"\ufffdx \ufffd \ufffdA \ufffd\u{1f600}"',
    ],
    [
      "prototype keys are data",
      '{"constructor":{"prototype":{"p":1}},"__proto__":{"polluted":1}}',
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"p":1}}}',
    ],
    ["a bare string", ' "text" ', '"text"'],
  ])("%s", (_, body, expected) => {
    expect(rewritten(body)).toBe(expected);
    expect(rewritten(expected)).toBe(expected);
  });
});

test.each([
  ["ff", "\ufffd"],
  ["c3", "\ufffd"],
  ["e282", "\ufffd\ufffd"],
  ["c0af", "\ufffd\ufffd"],
  ["eda080", "\ufffd\ufffd\ufffd"],
  ["f4908080", "\ufffd\ufffd\ufffd\ufffd"],
  ["e282ac", "€"],
  ["efbbbf", "\ufeff"],
])("each broken byte of %s becomes U+FFFD, as in Go", (hex, expected) => {
  const body = Buffer.concat([Buffer.from('"'), Buffer.from(hex, "hex"), Buffer.from('"')]);

  expect(rewritten(body)).toBe(`"${expected}"`);
});

test("more members than are sorted by insertion come out sorted, the last of equal ones", () => {
  const names = Array.from({ length: 300 }, (_, index) => `k${(index * 7919) % 300}`);
  const members = [...names, ...names].map((name, index) => `"${name}":${index}`);
  const expected = names.map((name, index) => `"${name}":${index + 300}`);
  expected.sort((a, b) => (a.split(":")[0]! < b.split(":")[0]! ? -1 : 1));

  expect(rewritten(`{${members.join(",")}}`)).toBe(`{${expected.join(",")}}`);
});

test("a text that grows sixfold finds room", () => {
  const body = JSON.stringify({ b: "<".repeat(50_000), a: [">".repeat(50_000)] });

  const text = rewritten(body);

  expect(text).toBe(`{"a":["${"\\u003e".repeat(50_000)}"],"b":"${"\\u003c".repeat(50_000)}"}`);
});

test("broken bytes that grow threefold in keys and values find room", () => {
  const broken = Buffer.alloc(60_000, 0xff);
  const body = Buffer.concat([
    Buffer.from('{"'),
    broken,
    Buffer.from('":"'),
    broken,
    Buffer.from('"}'),
  ]);
  const replaced = "\ufffd".repeat(60_000);

  expect(rewritten(body)).toBe(`{"${replaced}":"${replaced}"}`);
});

test("what was emitted outlives its block and is nobody else's memory", () => {
  const first = withJsonBlock((block) => block.emit(block.fromPlain({ a: 1 })));
  withJsonBlock((block) => block.emit(block.fromPlain({ b: 2 })));

  expect(Buffer.from(first).toString()).toBe('{"a":1}');
  expect(first.buffer.byteLength).toBe(first.length);
});

function rewritten(body: string | Uint8Array): string {
  return withJsonBlock((block) => {
    const value = block.scan(typeof body === "string" ? Buffer.from(body) : body);
    if (typeof value === "object") throw new Error(value.message);
    return Buffer.from(block.emit(value)).toString();
  });
}
