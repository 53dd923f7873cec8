import { describe, expect, test } from "bun:test";
import { NO_QUERY, type QueryValues } from "../lib/query.ts";
import { compileUrlPattern } from "./url.ts";

const ORIGIN = "http://h";

/** What is requested for a pattern and values, or the text of the refusal. */
function built(
  pattern: string,
  values: Readonly<Record<string, string>> = {},
  query: QueryValues = NO_QUERY,
): string {
  const params = new Map(Object.entries(values));
  const url = compileUrlPattern(pattern).build(params, query, ORIGIN);
  return "target" in url ? url.target : url.refused;
}

describe("fixed patterns", () => {
  test.each([
    ["/", "/"],
    ["//sub", "//sub"],
    ["/a/../b/./c", "/a/../b/./c"],
    ["/q/[1]/end!$'()*,", "/q/[1]/end!$'()*,"],
    ["/a%20b%2Fc", "/a%20b%2Fc"],
    ["/k/[a] b", "/k/%5Ba%5D%20b"],
    ["/pre%20set/café", "/pre%20set/caf%C3%A9"],
    ["/a%2Fb c", "/a/b%20c"],
    ["/x#frag", "/x"],
    ["/x?a=%20first&flag#frag?y", "/x?a=%20first&flag"],
    ["/x?", "/x?"],
    ["/x?a=1?b", "/x?a=1?b"],
    ["/{literal}", "/%7Bliteral%7D"],
  ])("sends %p as %p", (pattern, target) => {
    expect(built(pattern)).toBe(target);
  });

  test("cost one shared object when nothing is forwarded", () => {
    const url = compileUrlPattern("/x?a=1");

    expect(url.build(new Map(), NO_QUERY, ORIGIN)).toBe(url.build(new Map(), NO_QUERY, ORIGIN));
  });
});

describe("forwarded queries", () => {
  const FORWARDED = ["z", "1", "b", "2", "b", "x y"];

  test.each([
    ["/f", "/f?b=2&b=x+y&z=1"],
    ["/f?ch=web", "/f?ch=web&b=2&b=x+y&z=1"],
    ["/f?", "/f?b=2&b=x+y&z=1"],
    ["/f?a#frag", "/f?a&b=2&b=x+y&z=1"],
  ])("follow the query of %p", (pattern, target) => {
    expect(built(pattern, {}, FORWARDED)).toBe(target);
  });
});

describe("values in the path", () => {
  test.each([
    ["plain", "plain"],
    ["a b", "a%20b"],
    ["a+b", "a+b"],
    ["caf\u00c3\u00a9", "caf%C3%A9"],
    ["\u00ff", "%FF"],
    ["\u00f0\u009f\u008d\u008b", "%F0%9F%8D%8B"],
    ['a"b<c>', "a%22b%3Cc%3E"],
    ["[1]", "[1]"],
    ["~user.name_x-1", "~user.name_x-1"],
    ["a&b=c;d,e", "a&b=c;d,e"],
    ["it's(1)*!$", "it's(1)*!$"],
    ["a:b@c", "a:b@c"],
    ["@evil.test", "@evil.test"],
    ["//evil.test", "//evil.test"],
    ["a/b", "a/b"],
    ["x?y", "x%3Fy"],
    ["x#y", "x%23y"],
    ["a\\b", "a%5Cb"],
    ["50%", "50%25"],
    ["50%4", "50%254"],
    ["%zz", "%25zz"],
    ["x%2Fy", "x%2Fy"],
    ["x%3fy", "x%3fy"],
    ["a\r\nX-Evil: 1", "a%0D%0AX-Evil:%201"],
    ["a\u0000b\u007f", "a%00b%7F"],
    ["", ""],
    ["...", "..."],
    ["a..b", "a..b"],
    ["{{.Id}}", "%7B%7B.Id%7D%7D"],
  ])("%p goes out as %p", (value, text) => {
    expect(built("/q/{{.Id}}/end", { Id: value })).toBe(`/q/${text}/end`);
  });

  test("are encoded anew together with the pattern as soon as one character needs it", () => {
    expect(built("/a%2Fb/[{{.Id}}]", { Id: "x" })).toBe("/a%2Fb/[x]");
    expect(built("/a%2Fb/[{{.Id}}]", { Id: "|" })).toBe("/a/b/%5B%7C%5D");
    expect(built("/caf\u00e9/{{.Id}}", { Id: "[%2F]" })).toBe("/caf%C3%A9/%5B/%5D");
  });

  test("never open a query even when the path is encoded anew", () => {
    expect(built("/q/{{.Id}}", { Id: '"?a=1#%3Fb' })).toBe("/q/%22%3Fa=1%23%3Fb");
  });

  test("can be used several times and joined to text", () => {
    expect(
      built("/v2/{{.Sku}}/{{.Sku}}-in-{{.Shop}}?s={{.Shop}}&both={{.Shop}}{{.Sku}}", {
        Sku: "ab",
        Shop: "12",
      }),
    ).toBe("/v2/ab/ab-in-12?s=12&both=12ab");
  });

  test("know names with dots, dashes, slashes and prototype words", () => {
    expect(built("/{{.Kind-of}}/{{.Resp0_a.b}}", { "Kind-of": "k", "Resp0_a.b": "r" })).toBe(
      "/k/r",
    );
    expect(built("/{{.__proto__}}")).toBe("/%7B%7B.__proto__%7D%7D");
  });
});

describe("values that would climb", () => {
  test.each([
    ["/q/{{.Id}}/end", "."],
    ["/q/{{.Id}}/end", ".."],
    ["/q/{{.Id}}", ".."],
    ["/q/{{.Id}}/end", "%2e%2E"],
    ["/q/{{.Id}}/end", ".%2e"],
    ["/q/{{.Id}}/end", "a/../../b"],
    ["/q/{{.Id}}/end", "..%2fadmin"],
    ["/q/{{.Id}}/end", "..\\admin"],
    ["/q/{{.Id}}/end", "a%5c..%5Cb"],
    ["/q/{{.Id}}/end", '../"'],
    ["/q/{{.Id}}{{.Id}}/end", "."],
    ["/q/.{{.Id}}/end", "."],
    ["/q/.{{.Id}}/end", ""],
    ["/q/..{{.Id}}", "%2Fadmin"],
    ["/a/../{{.Id}}", ".."],
  ])("of %p with %p are refused", (pattern, value) => {
    expect(built(pattern, { Id: value })).toEndWith(": a value makes a dot segment");
  });

  test("leave dot segments of the pattern alone", () => {
    expect(built("/a/../{{.Id}}/./b", { Id: "x.y" })).toBe("/a/../x.y/./b");
  });

  test("name the URL in the refusal", () => {
    expect(built("/q/{{.Id}}", { Id: ".." })).toBe(
      'parse "http://h/q/..": a value makes a dot segment',
    );
  });
});

describe("values in the query", () => {
  test.each([
    ["a-b_c.d~e", "a-b_c.d~e"],
    ["1,2,3", "1,2,3"],
    ["a=1&z=2", "a=1%26z=2"],
    ["a;b+c:d@e<f>", "a;b+c:d@e<f>"],
    ["a#b c", "a%23b%20c"],
    ["\u00c3\u00a9", "%C3%A9"],
    ["a\r\nb", "a%0D%0Ab"],
    ["..", ".."],
    ["a?b/c", "a?b/c"],
  ])("%p goes out as %p", (value, text) => {
    expect(built("/y?v={{.V}}&w=1", { V: value })).toBe(`/y?v=${text}&w=1`);
  });
});

describe("claims", () => {
  test.each([
    ["u-1001", "u-1001", "u-1001"],
    ["ana@corp.example", "ana@corp.example", "ana%40corp.example"],
    ["x,y", "x,y", "x%2Cy"],
    ["x?admin=1", "x%3Fadmin=1", "x%3Fadmin%3D1"],
    ["../../x", "..%2F..%2Fx", "..%2F..%2Fx"],
    ["a%2e b", "a%252e%20b", "a%252e+b"],
    ["[1]", "%5B1%5D", "%5B1%5D"],
  ])("%p goes out as %p in the path and %p in the query", (claim, path, query) => {
    expect(built("/t/{{.JWT.sub}}?o={{.JWT.sub}}", { "JWT.sub": claim })).toBe(
      `/t/${path}?o=${query}`,
    );
  });

  test.each([["."], [".."]])("%p is refused", (claim) => {
    expect(built("/t/{{.JWT.sub}}/x", { "JWT.sub": claim })).toContain("dot segment");
  });

  test("keep their encoded slashes when the path is encoded anew", () => {
    expect(built("/{{.A}}/{{.JWT.sub}}", { A: "|", "JWT.sub": "../x" })).toBe("/%7C/..%2Fx");
  });

  test("can have a name that is a URL", () => {
    expect(built("/{{.JWT.https://x.test/id}}", { "JWT.https://x.test/id": "7" })).toBe("/7");
  });
});

describe("templates without value", () => {
  test("stay, encoded in the path and verbatim in the query", () => {
    expect(built("/a/{{.Resp0_x}}?v={{.Resp0_x}}", { Id: "1" })).toBe(
      "/a/%7B%7B.Resp0_x%7D%7D?v={{.Resp0_x}}",
    );
  });

  test("stay when the request has no values at all", () => {
    expect(built("/a/{{.JWT.sub}}")).toBe("/a/%7B%7B.JWT.sub%7D%7D");
  });
});

describe("patterns that are no URL", () => {
  test.each([
    ["/p%zz", 'parse "http://h/p%zz": invalid URL escape "%zz"'],
    ["/p%", 'parse "http://h/p%": invalid URL escape "%"'],
    ["/p%4?a=1#f", 'parse "http://h/p%4?a=1": invalid URL escape "%4"'],
    ["/p%é", 'parse "http://h/p%é": invalid URL escape "%é"'],
    ["/p#%zz", 'parse "http://h/p#%zz": invalid URL escape "%zz"'],
    ["/a\tb", 'parse "http://h/a\\tb": net/url: invalid control character in URL'],
    ["/a?b\n", 'parse "http://h/a?b\\n": net/url: invalid control character in URL'],
    ["/p%zz/{{.Id}}", 'parse "http://h/p%zz/7": invalid URL escape "%zz"'],
    ["/p%{{.Id}}", 'parse "http://h/p%7": invalid URL escape "%"'],
  ])("%p fails with %p", (pattern, text) => {
    expect(built(pattern, { Id: "7" })).toBe(text);
  });
});
