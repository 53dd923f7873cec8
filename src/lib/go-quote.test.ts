import { expect, test } from "bun:test";
import { goQuote } from "./go-quote.ts";

test.each([
  ["", '""'],
  ["abc", '"abc"'],
  ['say "hi" \\', '"say \\"hi\\" \\\\"'],
  ["a\r\n\tb", '"a\\r\\n\\tb"'],
  ["\x07\b\f\v", '"\\a\\b\\f\\v"'],
  ["\x00\x1b\x7f", '"\\x00\\x1b\\x7f"'],
  ["\xc3\xa9", '"é"'],
  ["\xe6\x97\xa5", '"日"'],
  ["\xf0\x9f\x98\x80", '"😀"'],
  ["\xc2\xa0", '"\\u00a0"'],
  ["\xe2\x80\x8b", '"\\u200b"'],
  ["\xef\xbf\xbd", '"\ufffd"'],
  ["\xf3\xa0\x80\x81", '"\\U000e0001"'],
  ["\xff\xfe", '"\\xff\\xfe"'],
  ["\xc3", '"\\xc3"'],
  ["\xc3(", '"\\xc3("'],
  ["\xe6\x97", '"\\xe6\\x97"'],
  ["\xed\xa0\x80", '"\\xed\\xa0\\x80"'],
  ["\xc0\xaf", '"\\xc0\\xaf"'],
])("prints %j as %s", (bytes, quoted) => {
  const printed = goQuote(bytes);

  expect(printed).toBe(quoted);
});
