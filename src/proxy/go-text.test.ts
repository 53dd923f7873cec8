import { expect, test } from "bun:test";
import { withJsonBlock } from "../json/block.ts";
import { toGoText } from "./go-text.ts";

function printed(document: string): string {
  return withJsonBlock((block) => {
    const value = block.scan(Buffer.from(document));
    if (typeof value === "object") throw new Error(value.message);
    return toGoText(block, value);
  });
}

test.each([
  ['"plain"', "plain"],
  ['""', ""],
  ['"a\\"b\\u00e9"', 'a"b\xc3\xa9'],
  ['"<&>"', "<&>"],
  ["42", "42"],
  ["1.50", "1.50"],
  ["1E3", "1E3"],
  ["-0", "-0"],
  ["9223372036854775808", "9223372036854775808"],
  ["true", "true"],
  ["false", "false"],
  ["null", "<nil>"],
  ["[]", ""],
  ["[1,2.0]", "1,2.0"],
  ['["a",null,true]', "a,<nil>,true"],
  ["[[1,[2,null]],[]]", "[1 [2 <nil>]],[]"],
  ['[{"b":1,"a":"x"}]', "map[a:x b:1]"],
  ["{}", "map[]"],
  ['{"b":[1,2],"a":{"d":null,"c":"é"}}', "map[a:map[c:\xc3\xa9 d:<nil>] b:[1 2]]"],
  ['{"\uffff":1,"\u{10000}":2,"a":3}', "map[a:3 \xef\xbf\xbf:1 \xf0\x90\x80\x80:2]"],
  ['{"a":1,"a":2}', "map[a:2]"],
  ['{"__proto__":1,"constructor":2}', "map[__proto__:1 constructor:2]"],
])("the value %s is put into a URL as %p", (document, text) => {
  expect(printed(document)).toBe(text);
});

test("bytes of a text that are no UTF-8 stay what they are", () => {
  const text = withJsonBlock((block) =>
    toGoText(block, block.stringBytes(Buffer.from([0xff, 0x61]))),
  );

  expect(text).toBe("\xffa");
});
