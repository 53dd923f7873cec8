import { describe, expect, test } from "bun:test";
import { parse } from "yaml";
import { withJsonBlock } from "../json/block.ts";
import { writeYaml } from "./write.ts";

/** The YAML of a JSON text. */
function yaml(json: string): string {
  return withJsonBlock((block) => {
    const value = block.scan(Buffer.from(json));
    if (typeof value === "object") throw new Error(value.message);
    return block.write(value, writeYaml).toString();
  });
}

describe("a document", () => {
  test.each([
    [
      '{"u":{"-t":"adm","n":"Al"},"a":{"b":{"c":"d"}}}',
      'a:\n  b:\n    c: d\nu:\n  -t: adm\n  "n": Al\n',
    ],
    [
      '{"l":["x",{"k":"v","j":["w"]}],"m":[["a"],[]]}',
      "l:\n- x\n- j:\n  - w\n  k: v\nm:\n- - a\n- []\n",
    ],
    ['{"l":[[["a"],{"b":{"c":"d"}}]]}', "l:\n- - - a\n  - b:\n      c: d\n"],
    ['{"a":{},"b":"","c":null,"d":[],"e":false}', 'a: {}\nb: ""\nc: null\nd: []\ne: false\n'],
    ["{}", "{}\n"],
    ['{"a":1,"b":2}', 'a: "1"\nb: "2"\n'],
    ['{"a":1,"a":3}', 'a: "3"\n'],
    ['{"b":"x","a":"one\\ntwo\\n"}', "a: |\n  one\n  two\nb: x\n"],
    ['{"a":["one\\n\\ntwo"]}', "a:\n- |-\n  one\n\n  two\n"],
    ['{"a":{"b":"one\\n\\n"},"c":"d"}', "a:\n  b: |+\n    one\n\nc: d\n"],
    ['{"a\\nb":"c"}', '"a\\nb": c\n'],
  ])("%s is %j", (json, text) => {
    expect(yaml(json)).toBe(text);
  });

  test("has its long keys in a form that readers accept", () => {
    const key = "k".repeat(2000);
    expect(parse(yaml(`{"${key}":{"a":"b"},"x":"y"}`))).toEqual({ [key]: { a: "b" }, x: "y" });
  });
});

describe("a text", () => {
  test.each([
    "",
    "true",
    "No",
    "y",
    "OFF",
    "null",
    "~",
    "12",
    "-1.5",
    "0x1f",
    "1_000",
    "2020-01-01",
    "15:4",
    "2020-01-01T10:00:00Z",
    "- x",
    "a - b",
    "a: b",
    "# c",
    "a#b",
    "a\\b",
    "a:",
    "'",
    "`",
    "@x",
    " a",
    "a ",
    "<<",
    "---",
    "a\u0000b",
    "a\u2028b",
    "\ufeff",
    "a\rb",
    " a\nb",
    "2E5",
    ".inf",
    "?",
    "é\u0085",
  ])("%j is quoted", (text) => {
    expect(yaml(JSON.stringify({ a: text }))).toStartWith('a: "');
  });

  test.each([
    "-t",
    "a,b",
    "a[0]",
    "tab\there",
    "http://a.test/b",
    "1.2.3",
    "é",
    "😀",
    "a'b",
    "2020-13-01",
    "x y",
  ])("%j stands as it is", (text) => {
    expect(yaml(JSON.stringify({ a: text }))).toBe(`a: ${text}\n`);
  });
});

describe("a number", () => {
  test.each([
    ["1", '"1"'],
    ["1.50", '"1.50"'],
    ["1.5e10", '"1.5e10"'],
    ["2E+5", '"2E+5"'],
    ["2E5", "2E5"],
    ["12345678901234567890", '"12345678901234567890"'],
  ])("of a backend: %s is %s", (number, text) => {
    expect(yaml(`{"a":${number}}`)).toBe(`a: ${text}\n`);
  });

  test("that gw made is plain", () => {
    const text = withJsonBlock((block) =>
      block.write(block.group(block.number("1.50"), "a"), writeYaml).toString(),
    );
    expect(text).toBe("a: 1.50\n");
  });
});
