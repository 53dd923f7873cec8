import { describe, expect, test } from "bun:test";
import { encodeQuery, encodeQueryText, NO_QUERY, parseQuery } from "./query.ts";

describe("reading", () => {
  test.each([
    ["a=1&b=2", ["a", "1", "b", "2"]],
    ["a", ["a", ""]],
    ["a=", ["a", ""]],
    ["=v", ["", "v"]],
    ["a=b=c", ["a", "b=c"]],
    ["a=x+y&b=x%20y", ["a", "x y", "b", "x y"]],
    ["sp+ace=1&sp%20ace=2", ["sp ace", "1", "sp ace", "2"]],
    ["&&a=1&&", ["a", "1"]],
    ["a=1;b=2&b=3", ["b", "3"]],
    ["a=%zz&b=%41", ["b", "A"]],
    ["%zz=1&b=2", ["b", "2"]],
    ["a=%", []],
    ["a=%C3%A9", ["a", "\u00c3\u00a9"]],
    ["__proto__=x", ["__proto__", "x"]],
    ["", []],
  ])("reads %p as %p", (rawQuery, values) => {
    expect(parseQuery(rawQuery, null)).toEqual(values);
  });

  test("keeps only the wanted names, all their values, in order", () => {
    const wanted = new Set(["a", "ids[]"]);

    expect(parseQuery("b=0&a=2&ids%5B%5D=x&A=9&a=1", wanted)).toEqual([
      "a",
      "2",
      "ids[]",
      "x",
      "a",
      "1",
    ]);
  });

  test("allocates nothing when nothing is left", () => {
    expect(parseQuery("b=1", new Set(["a"]))).toBe(NO_QUERY);
  });
});

describe("encoding", () => {
  test.each([
    [[], ""],
    [["a", "1"], "a=1"],
    [["z", "1", "a", "2", "m", "3", "a", "1"], "a=2&a=1&m=3&z=1"],
    [["a", "b c+d"], "a=b+c%2Bd"],
    [["x", "~~!!*()'"], "x=~~%21%21%2A%28%29%27"],
    [["ids[]", "1"], "ids%5B%5D=1"],
    [["\u00c3\u00a4", "\u00ff"], "%C3%A4=%FF"],
    [["a", "%20"], "a=%2520"],
    [["\u00e4", "2", "z", "1"], "z=1&%E4=2"],
    [["", ""], "="],
  ])("writes %p as %p", (values, encoded) => {
    expect(encodeQuery(values)).toBe(encoded);
  });

  test("returns a text that needs no encoding as it is", () => {
    expect(encodeQueryText("a-b_c.d~e")).toBe("a-b_c.d~e");
  });

  test("gives back every byte that was encoded", () => {
    const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));

    expect(parseQuery(encodeQuery([bytes, bytes]), null)).toEqual([bytes, bytes]);
  });

  test("sorts 10,000 values and keeps the order within one name", () => {
    const values = Array.from({ length: 10_000 }, (_, i) => [`n${i % 100}`, `${i}`]).flat();

    const read = parseQuery(encodeQuery(values), new Set(["n7"]));

    expect(read.filter((_, i) => i % 2 === 1)).toEqual(
      Array.from({ length: 100 }, (_, i) => `${100 * i + 7}`),
    );
  });
});
