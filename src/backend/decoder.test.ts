import { describe, expect, test } from "bun:test";
import { isFailure } from "../errors.ts";
import { withJsonBlock } from "../json/block.ts";
import { encodingOf } from "./decoder.ts";

/** The data as JSON, or what is wrong with the body. */
function decoded(encoding: string, body: string, isCollection = false): string {
  const { decode } = encodingOf(encoding, isCollection);
  return withJsonBlock((block) => {
    const value = decode(block, Buffer.from(body, "latin1"));
    if (value === null) return "null";
    if (typeof value === "number") return block.emit(value).toString();
    return isFailure(value) ? `${value.code}: ${value.message}` : "";
  });
}

const CANNOT = "invalid_body: json: cannot unmarshal";
const MAP = "into Go value of type map[string]interface {}";
const LIST = "into Go value of type []interface {}";

describe("a body", () => {
  test.each([
    ["json", '{"b":1.0,"a":[]}', '{"a":[],"b":1.0}'],
    ["json", '{"a":1} and more', '{"a":1}'],
    ["json", "null", "null"],
    ["json", "[1]", `${CANNOT} array ${MAP}`],
    ["json", '"a"', `${CANNOT} string ${MAP}`],
    ["json", "true", `${CANNOT} bool ${MAP}`],
    ["json", "1", `${CANNOT} number ${MAP}`],
    ["safejson", '{"a":1}', '{"a":1}'],
    ["safejson", "[1,2]", '{"collection":[1,2]}'],
    ["safejson", "1.50", '{"content":1.50}'],
    ["safejson", "null", '{"content":null}'],
    ["string", '{"a":1}', '{"content":"{\\"a\\":1}"}'],
    ["string", "", '{"content":""}'],
    ["string", "\xff", '{"content":"\\ufffd"}'],
    ["JSON", '{"a":1}', '{"a":1}'],
    ["SafeJSON", "1", '{"content":1}'],
    ["STRING", "1", '{"content":"1"}'],
    ["unheard of", '{"a":1}', '{"a":1}'],
    ["xml", "<a b='1'>2</a>", '{"a":{"#text":"2","-b":"1"}}'],
    ["XML", "<a/><b/>", '{"a":""}'],
    ["xml", "", "invalid_body: EOF"],
    ["rss", "<html/>", "invalid_body: Failed to detect feed type"],
    [
      "RSS",
      "<rss><channel><title>t</title><image><url>u</url></image><item><title>i</title></item></channel></rss>",
      '{"author":null,"categories":null,"copyright":"","custom":null,"description":"","img_url":"u",' +
        '"items":[{"title":"i"}],"language":"","published":"","title":"t","type":"rss","updated":""}',
    ],
  ])("of the encoding %s: %j is %s", (encoding, body, data) => {
    expect(decoded(encoding, body)).toBe(data);
  });

  test.each([
    ["json", "[1,2]", '{"collection":[1,2]}'],
    ["json", "null", '{"collection":null}'],
    ["json", '{"a":1}', `${CANNOT} object ${LIST}`],
    ["safejson", '{"a":1}', '{"a":1}'],
    ["string", "[]", '{"content":"[]"}'],
    ["xml", "<a>1</a>", '{"collection":{"a":"1"}}'],
  ])("of the encoding %s that is a collection: %j is %s", (encoding, body, data) => {
    expect(decoded(encoding, body, true)).toBe(data);
  });

  test.each([
    ["json", false],
    ["json", true],
    ["safejson", false],
  ])(
    "of the encoding %s that is no JSON is refused (a collection: %p)",
    (encoding, isCollection) => {
      expect(decoded(encoding, "<html>", isCollection)).toStartWith("invalid_body: ");
    },
  );
});

test("no path leads into an XML body that is a collection", () => {
  const { decode } = encodingOf("xml", true);
  const text = withJsonBlock((block) => {
    const value = decode(block, Buffer.from("<a><b/></a>"));
    if (typeof value !== "number") throw new Error("no data");
    return block.emit(block.target(value, ["collection", "a"])).toString();
  });
  expect(text).toBe("{}");
});

test.each([
  ["json", true],
  ["unheard of", true],
  ["xml", true],
  ["rss", false],
  ["safejson", false],
  ["string", false],
])("of a %s body that broke off a whole value at its start counts: %p", (encoding, counts) => {
  expect(encodingOf(encoding, false).toleratesCut).toBe(counts);
});
