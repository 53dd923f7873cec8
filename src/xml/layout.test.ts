import { describe, expect, test } from "bun:test";
import { withJsonBlock } from "../json/block.ts";
import { layOutXml } from "./layout.ts";

/** The data of a document as JSON, or what is wrong with it. */
function decoded(xml: string | Uint8Array): string {
  return withJsonBlock((block) => {
    const body = typeof xml === "string" ? Buffer.from(xml) : xml;
    const value = block.layOut(() => layOutXml(body));
    return typeof value === "object" ? value.message : block.emit(value).toString();
  });
}

const SYNTAX = "xml.Decoder.Token() - XML syntax error on line";

describe("a document", () => {
  test.each([
    [
      '<book lang="en"><t>Q</t><tag>a</tag><tag>b</tag><n p="1">x</n><e/></book>',
      '{"book":{"-lang":"en","e":"","n":{"#text":"x","-p":"1"},"t":"Q","tag":["a","b"]}}',
    ],
    ["<a/>", '{"a":""}'],
    ["<a></a>", '{"a":""}'],
    ["<a> \n\t </a>", '{"a":""}'],
    ["<a> 1 </a>", '{"a":"1"}'],
    ["<a>1</a><b>2</b>", '{"a":"1"}'],
    ["<a>1</a><", '{"a":"1"}'],
    ["text <a>1</a>", '{"a":"1"}'],
    ["\ufeff<a>1</a>", '{"a":"1"}'],
    ["<a><b/><c/><b>2</b><b>3</b></a>", '{"a":{"b":["","2","3"],"c":""}}'],
    [
      "<a><b><c>1</c></b><b x='y'><c>2</c><c>3</c></b></a>",
      '{"a":{"b":[{"c":"1"},{"-x":"y","c":["2","3"]}]}}',
    ],
    ["<a><b><b><b/></b></b></a>", '{"a":{"b":{"b":{"b":""}}}}'],
    ["<__proto__><constructor/></__proto__>", '{"__proto__":{"constructor":""}}'],
    ["<é ü='ö'>日本😀</é>", '{"é":{"#text":"日本😀","-ü":"ö"}}'],
  ])("%s is %s", (xml, json) => {
    expect(decoded(xml)).toBe(json);
  });

  test.each([
    [
      "<a:b xmlns='u' xmlns:a='v' a:c='1'><a:d/></a:b>",
      '{"b":{"-a":"v","-c":"1","-xmlns":"u","d":""}}',
    ],
    ["<a x:b='1' y:b='2' b='3'/>", '{"a":{"-b":"3"}}'],
    ["<a b='1' c='2' b='3'/>", '{"a":{"-b":"3","-c":"2"}}'],
    ["<a b='1'c=\"2\"/>", '{"a":{"-b":"1","-c":"2"}}'],
    ["<a b = '1'\n\tc\n=\n'2' />", '{"a":{"-b":"1","-c":"2"}}'],
    ["<a: :b='1'/>", '{"a:":{"-:b":"1"}}'],
  ])("without its prefixes: %s is %s", (xml, json) => {
    expect(decoded(xml)).toBe(json);
  });

  test.each([
    ["<q>A<i>B</i>C</q>", '{"q":{"#text":"A","i":"B"}}'],
    ['<q z="1">A<i>B</i>C</q>', '{"q":{"#text":"C","-z":"1","i":"B"}}'],
    ["<q><i>B</i>C<i/>D</q>", '{"q":{"#text":"D","i":["B",""]}}'],
    ["<q>A<!-- -->B</q>", '{"q":"B"}'],
    ["<q>A<![CDATA[B]]> <![CDATA[]]> </q>", '{"q":"B"}'],
    ["<q>A<?pi x?>B<i/></q>", '{"q":{"#text":"B","i":""}}'],
    ["<q>A<!-- --> <i/> </q>", '{"q":{"#text":"A","i":""}}'],
  ])("with a text in pieces: %s is %s", (xml, json) => {
    expect(decoded(xml)).toBe(json);
  });

  test.each([
    ["<t>&lt;&gt;&amp;&quot;&apos;&#65;&#x42;</t>", '{"t":"\\u003c\\u003e\\u0026\\"\'AB"}'],
    ["<t a='&#x1F600;&#xd800;'/>", '{"t":{"-a":"😀\ufffd"}}'],
    ["<t>a\r\nb\rc\r\r\n\nd</t>", '{"t":"a\\nb\\nc\\n\\n\\nd"}'],
    ['<t>&#13;a&#10;&#9;b\\"</t>', '{"t":"a\\n\\tb\\\\\\""}'],
    ["<t><![CDATA[<b>&amp;]]]]></t>", '{"t":"\\u003cb\\u003e\\u0026amp;]]"}'],
    ["<t>a]b]]c ]> '\"</t>", '{"t":"a]b]]c ]\\u003e \'\\""}'],
    ["<t a='\"'>\u2028</t>", '{"t":{"#text":"\\u2028","-a":"\\""}}'],
    ["<t a='1\n2>]]>'/>", '{"t":{"-a":"1\\n2\\u003e]]\\u003e"}}'],
  ])("with characters of its own: %j is %s", (xml, json) => {
    expect(decoded(xml)).toBe(json);
  });

  test.each([
    [
      "<?xml version='1.0'?><!-- <b> --><!DOCTYPE a [<!ENTITY x '>'><!-- ' --> ]><a>1</a>",
      '{"a":"1"}',
    ],
    ["<a><!DOCTYPE b><?p <c>?><b/></a>", '{"a":{"b":""}}'],
  ])("with what does not count: %s is %s", (xml, json) => {
    expect(decoded(xml)).toBe(json);
  });
});

test("the same name in attributes, elements and texts is kept apart, and every text survives", () => {
  const names = Array.from({ length: 100 }, (_, index) => `n${index % 50}`);
  const attributes = names.slice(0, 50).map((name) => ` ${name}='${name}'`);
  const xml = `<r${attributes.join("")}>t${names.map((name) => `<${name}>${name}</${name}>`).join("")}</r>`;

  const { r } = JSON.parse(decoded(xml));
  expect(Object.keys(r).length).toBe(101);
  expect(r["-n49"]).toBe("n49");
  expect(r.n49).toEqual(["n49", "n49"]);
});

describe("other encodings:", () => {
  const declared = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?>`;

  test.each([
    ["iso-8859-1", Buffer.from(`${declared("ISO-8859-1")}<a b="\xe9">\xfc</a>`, "latin1")],
    ["windows-1252", Buffer.from(`${declared("windows-1252")}<a b="\xe9">\xfc</a>`, "latin1")],
    ["UTF-8", Buffer.from(`${declared("UTF-8")}<a b="é">ü</a>`)],
    ["no declaration", Buffer.from('<a b="é">ü</a>')],
    [
      "UTF-16, little end first",
      Buffer.from(`\ufeff${declared("utf-16")}<a b="é">ü</a>`, "utf16le"),
    ],
    ["UTF-16, big end first", Buffer.from('\ufeff<a b="é">ü</a>', "utf16le").swap16()],
  ])("%s", (_name, xml) => {
    expect(decoded(xml)).toBe('{"a":{"#text":"ü","-b":"é"}}');
  });

  test("one that nobody knows is refused", () => {
    expect(decoded(`${declared("klingon")}<a/>`)).toBe(
      'xml.Decoder.Token() - xml: opening charset "klingon": unsupported charset: "klingon"',
    );
  });
});

describe("no document:", () => {
  test.each([
    ["", "EOF"],
    ["just text", "EOF"],
    ['{"a":1}', "EOF"],
    ["<!-- a -->", "EOF"],
    ["<a><b>1</b>", `${SYNTAX} 1: unexpected EOF`],
    ["<a>\n<b>\n</a>", `${SYNTAX} 3: element <b> closed by </a>`],
    ["<x:a></y:a>", `${SYNTAX} 1: element <x:a> closed by </y:a>`],
    ["</a>", `${SYNTAX} 1: unexpected end element </a>`],
    ["<a>&nbsp;</a>", `${SYNTAX} 1: invalid character entity &nbsp;`],
    ["<a>x & y</a>", `${SYNTAX} 1: invalid character entity & (no semicolon)`],
    ["<a>&#x110000;</a>", `${SYNTAX} 1: invalid character entity &#x110000;`],
    ["<a>&#0;</a>", `${SYNTAX} 1: illegal character code U+0000`],
    ["<a>\u0001</a>", `${SYNTAX} 1: illegal character code U+0001`],
    ["<a>\0</a>", `${SYNTAX} 1: illegal character code U+0000`],
    ["<a>\uffff</a>", `${SYNTAX} 1: illegal character code U+FFFF`],
    ["<a>]]></a>", `${SYNTAX} 1: unescaped ]]> not in CDATA section`],
    ["<a b='<'/>", `${SYNTAX} 1: unescaped < inside quoted string`],
    ["<a b=c/>", `${SYNTAX} 1: unquoted or missing attribute value in element`],
    ["<a b/>", `${SYNTAX} 1: attribute name without = in element`],
    ["<a 1='2'/>", `${SYNTAX} 1: expected attribute name in element`],
    ["<a / >", `${SYNTAX} 1: expected /> in element`],
    ["< a>", `${SYNTAX} 1: expected element name after <`],
    ["<a:b:c/>", `${SYNTAX} 1: expected element name after <`],
    ["<a></ a>", `${SYNTAX} 1: expected element name after </`],
    ["<a></a b>", `${SYNTAX} 1: invalid characters between </a and >`],
    ["<a><!-x></a>", `${SYNTAX} 1: invalid sequence <!- not part of <!--`],
    ["<a><!-- -- --></a>", `${SYNTAX} 1: invalid sequence "--" not allowed in comments`],
    ["<a><![CDAT[</a>", `${SYNTAX} 1: invalid <![ sequence`],
    ["<a><![CDATA[</a>", `${SYNTAX} 1: unexpected EOF in CDATA section`],
    ["<? a?>", `${SYNTAX} 1: expected target name after <?`],
    [
      "<?xml version='1.1'?><a/>",
      'xml.Decoder.Token() - xml: unsupported version "1.1"; only version 1.0 is supported',
    ],
    ["<×/>", `${SYNTAX} 1: expected element name after <`],
  ])("%j: %s", (xml, problem) => {
    expect(decoded(xml)).toBe(problem);
  });

  test("broken UTF-8", () => {
    expect(decoded(Buffer.from("<a>\xff</a>", "latin1"))).toBe(`${SYNTAX} 1: invalid UTF-8`);
  });

  test("what a document declares for itself is never expanded", () => {
    const bomb = "<!DOCTYPE a [<!ENTITY b 'bbbbbbbbbb'><!ENTITY c '&b;&b;&b;'>]><a>&c;</a>";
    expect(decoded(bomb)).toBe(`${SYNTAX} 1: invalid character entity &c;`);
  });

  test("elements that nest too deep are refused, and not with the stack's end", () => {
    expect(decoded("<a>".repeat(512) + "</a>".repeat(512))).toStartWith('{"a":');
    expect(decoded("<a>".repeat(513))).toBe(`${SYNTAX} 1: exceeded max depth`);
    expect(decoded("<a>".repeat(1_000_000))).toBe(`${SYNTAX} 1: exceeded max depth`);
  });
});

test("a document that ends in a text is cut off, whatever an earlier document left in memory", () => {
  for (const left of ["<", "</a>", "x</a>", "&", '"', "<a>".repeat(3)]) {
    withJsonBlock((block) => block.stringBytes(Buffer.from(left.repeat(50_000))));
    expect(decoded("<a b='1'>c")).toBe(`${SYNTAX} 1: unexpected EOF`);
    expect(decoded("<a b='1'>c<!--x-->d")).toBe(`${SYNTAX} 1: unexpected EOF`);
  }
});

test("a whole document cut at any byte is either read or a failure with a text", () => {
  const xml = Buffer.from(
    "<?xml version='1.0'?><!DOCTYPE r [<!-- '> -->]>\n<r a=\"é&lt;\" b='2'c='3'>t&#65;\r\n<x:y><![CDATA[z]]></x:y><e/><!-- c --></r> <tail/>",
  );
  const rootEnd = xml.indexOf("</r>") + 4;
  for (let length = 0; length <= xml.length; length++) {
    expect(decoded(xml.subarray(0, length)).startsWith("{")).toBe(length >= rootEnd);
  }
});

test("a whole document with any byte replaced never throws", () => {
  const xml = Buffer.from(
    "<r a=\"1\" b='2'c='3'>&#65;\r<x:y><![CDATA[z]]></x:y><e/><e/><!-- c --></r>",
  );
  for (let at = 0; at < xml.length; at++) {
    for (const byte of [
      0, 0x09, 0x20, 0x22, 0x26, 0x27, 0x2d, 0x3c, 0x3e, 0x2f, 0x5d, 0x61, 0x80, 0xe9, 0xff,
    ]) {
      const broken = Buffer.from(xml);
      broken[at] = byte;
      expect(typeof decoded(broken)).toBe("string");
    }
  }
});

test.each([
  ["a text", (signs: string) => `<a>${signs}</a>`, '{"a":"…"}'],
  ["an attribute", (signs: string) => `<a b='${signs}'/>`, '{"a":{"-b":"…"}}'],
])("%s that JSON writes six times as long has room", (_where, document, json) => {
  const count = 1_000_000;
  expect(decoded(document(">".repeat(count)))).toBe(json.replace("…", "\\u003e".repeat(count)));
});

test("many members of different names take no longer than as many of one name", () => {
  const names = Array.from({ length: 100_000 }, (_, index) => `<n${index}/>`).join("");
  const start = performance.now();
  expect(decoded(`<r>${names}${names}</r>`).length).toBeGreaterThan(1_000_000);
  expect(performance.now() - start).toBeLessThan(5000);
});
