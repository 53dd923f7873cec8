import { expect, test } from "bun:test";
import { resolveLocation } from "./location.ts";
import { parseOrigin } from "./origin.ts";

function resolve(location: string, target = "/b/c/d;p?q"): string {
  const origin = parseOrigin("http://a.test:81");
  if ("kind" in origin) throw new Error(origin.message);
  const found = resolveLocation(location, { origin, target });
  return "kind" in found ? found.message : found.origin.text + found.target;
}

test.each([
  ["/x", "http://a.test:81/x"],
  ["x", "http://a.test:81/b/c/x"],
  ["./x", "http://a.test:81/b/c/x"],
  ["x/", "http://a.test:81/b/c/x/"],
  ["../x", "http://a.test:81/b/x"],
  ["../..", "http://a.test:81/"],
  ["../../../x", "http://a.test:81/x"],
  ["/./x", "http://a.test:81/x"],
  ["/../x", "http://a.test:81/x"],
  ["x/../y", "http://a.test:81/b/c/y"],
  ["x.", "http://a.test:81/b/c/x."],
  ["..x", "http://a.test:81/b/c/..x"],
  ["?y", "http://a.test:81/b/c/d;p?y"],
  ["?", "http://a.test:81/b/c/d;p?"],
  ["x?y#z", "http://a.test:81/b/c/x?y"],
  ["#z", "http://a.test:81/b/c/d;p?q"],
  ["//h.test/x", "http://h.test/x"],
  ["HTTPS://h.test:444/x", "https://h.test:444/x"],
  ["https://h.test", "https://h.test/"],
  ["https://h.test?x", "https://h.test/?x"],
])("%p is resolved as RFC 3986 says", (location, url) => {
  expect(resolve(location)).toBe(url);
});

test.each([
  ["a raw byte is encoded once", "/caf\xc3\xa9", "/caf%C3%A9"],
  ["an escape stays", "/a%2Fb%C3%A9", "/a%2Fb%C3%A9"],
  ["an escaped dot segment stays", "/a/%2e%2e/b", "/a/%2e%2e/b"],
  ["a query stays", "/s?q='a'&b={c}|\\", "/s?q='a'&b={c}|\\"],
  ["a blank of a query does not end the line", "/s?q=a b\xe9", "/s?q=a%20b%E9"],
  ["a backslash is no slash", "\\\\127.0.0.1:9/x", "/b/c/%5C%5C127.0.0.1:9/x"],
  ["nor behind one", "/\\127.0.0.1:9/x", "/%5C127.0.0.1:9/x"],
])("%s", (_name, location, target) => {
  expect(resolve(location)).toBe(`http://a.test:81${target}`);
});

test.each([
  ["http:///x", "http: no Host in request URL"],
  ["///x", "http: no Host in request URL"],
  ["http:x", 'unsupported protocol scheme "http"'],
  ["mailto:a@b", 'unsupported protocol scheme "mailto"'],
  ["ftp://h.test/", 'unsupported protocol scheme "ftp"'],
  ["/a\tb", 'failed to parse Location header "/a\\tb"'],
  ["/a%zz", 'failed to parse Location header "/a%zz"'],
])("%p leads nowhere", (location, message) => {
  expect(resolve(location)).toBe(message);
});

test("user info goes nowhere", () => {
  expect(resolve("http://u:p@h.test/x")).toBe("http://h.test/x");
  expect(resolve("http://a@b@h.test/x")).toBe("http://h.test/x");
});
