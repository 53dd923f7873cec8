import { describe, expect, test } from "bun:test";
import { withJsonBlock } from "../json/block.ts";
import { writeXml } from "./write.ts";

/** The XML of a JSON text. */
function xml(json: string): string {
  return withJsonBlock((block) => {
    const value = block.scan(Buffer.from(json));
    if (typeof value === "object") throw new Error(value.message);
    return block.write(value, writeXml).toString();
  });
}

describe("a document", () => {
  test.each([
    ["{}", "<doc/>"],
    ['{"b":2,"a":"one","t":true,"f":1.50}', "<doc><a>one</a><b>2</b><f>1.50</f><t>true</t></doc>"],
    [
      '{"a":1,"l":["x","y"],"o":{"-id":"7","#text":"t&"}}',
      '<doc><a>1</a><l>x</l><l>y</l><o id="7">t&amp;</o></doc>',
    ],
    ['{"user":{"-b":1,"-a":"v","n":"A","#text":"t"}}', '<user a="v" b="1">t<n>A</n></user>'],
    ['{"item":[{"a":1},{"a":2}]}', "<item><a>1</a></item><item><a>2</a></item>"],
    ['{"item":[{"a":1},2]}', "<doc><item><a>1</a></item><item>2</item></doc>"],
    ['{"item":[]}', "<item/>"],
    ['{"item":"x"}', "<item>x</item>"],
    ['{"a":{},"b":"","c":null,"d":[],"e":[null,""]}', "<doc><a/><b/><c/><d/><e/><e/></doc>"],
    ['{"a":[[1,2],[3,[4]]],"b":1}', "<doc><a>1</a><a>2</a><a>3</a><a>4</a><b>1</b></doc>"],
    ['{"q":{"-n":null,"#text":null},"r":1}', '<doc><q n=""/><r>1</r></doc>'],
    ['{"a":1,"a":2}', "<a>2</a>"],
    ['{"a":"\\u003c\\u0026>\\"\'é😀"}', "<a>&lt;&amp;&gt;&quot;&apos;é😀</a>"],
  ])("%s is %s", (json, text) => {
    expect(xml(json)).toBe(text);
  });
});

describe("what XML has no form for is written so that the document stays well-formed:", () => {
  test.each([
    ["a key with markup", '{"a><b":"c"}', "<a_x003E__x003C_b>c</a_x003E__x003C_b>"],
    [
      "an attribute with markup",
      '{"a":{"-b=\\"\\" c":"d"}}',
      '<a b_x003D__x0022__x0022__x0020_c="d"/>',
    ],
    ["a number as key", '{"1":"a"}', "<_x0031_>a</_x0031_>"],
    ["an empty key", '{"":"a"}', "<_>a</_>"],
    ["a lone hyphen", '{"-":"a"}', "<_x002D_>a</_x002D_>"],
    ["a text at the root", '{"#text":"a"}', "<_x0023_text>a</_x0023_text>"],
    ["a container as attribute", '{"a":{"-b":{"c":1}}}', "<a><_x002D_b><c>1</c></_x002D_b></a>"],
    ["a container as text", '{"a":{"#text":[1]}}', "<a><_x0023_text>1</_x0023_text></a>"],
    ["a control character", '{"a":"b\\u0000\\u001f\\uffff\\n"}', "<a>b\ufffd\ufffd\ufffd\n</a>"],
    ["half a pair", '{"a":"\\ud800"}', "<a>\ufffd</a>"],
    ["a key above U+EFFFF", '{"a\\udb80\\udc00":"b"}', "<a_xDB80__xDC00_>b</a_xDB80__xDC00_>"],
    ["a key that looks written so", '{"a_x0020_":"b"}', "<a_x005F_x0020_>b</a_x005F_x0020_>"],
  ])("%s: %s", (_name, json, text) => {
    expect(xml(json)).toBe(text);
  });

  test.each(["a:b", "é", "_x", "a-b.c1", "日本", "a😀"])("%s stays", (name) => {
    expect(xml(JSON.stringify({ [name]: "c" }))).toBe(`<${name}>c</${name}>`);
  });

  test.each([":a", "a:", "a:b:c", "a:1"])("the colons of %s go", (name) => {
    expect(xml(JSON.stringify({ [name]: "c" }))).not.toContain(":");
  });
});
