import { expect, test } from "bun:test";
import { compileNoProxy } from "./no-proxy.ts";

test.each<[string, string, number, boolean]>([
  ["", "a.test", 80, false],
  ["", "localhost", 80, true],
  ["", "127.8.8.8", 80, true],
  ["", "::1", 443, true],
  ["*", "a.test", 80, true],
  ["b.test, *", "a.test", 80, true],
  ["a.test", "a.test", 80, true],
  ["A.test", "a.TEST", 80, true],
  ["a.test", "x.a.test", 80, true],
  ["a.test", "xa.test", 80, false],
  [".a.test", "x.a.test", 80, true],
  [".a.test", "a.test", 80, false],
  ["*.a.test", "x.a.test", 80, true],
  ["*.a.test", "a.test", 80, false],
  ["a.test:81", "a.test", 81, true],
  ["a.test:81", "a.test", 80, false],
  ["b.test,, a.test ", "a.test", 80, true],
  ["10.0.0.0/8", "10.9.9.9", 80, true],
  ["10.0.0.0/8", "11.0.0.1", 80, false],
  ["10.0.0.0/8", "10.test", 80, false],
  ["10.0.0.1", "10.0.0.1", 80, true],
  ["10.0.0.1", "10.0.0.2", 80, false],
  ["10.0.0.1:81", "10.0.0.1", 80, false],
  ["10.0.0.1:81", "10.0.0.1", 81, true],
  ["0.0.1", "10.0.0.1", 80, true],
  ["2001:db8::/32", "2001:db8::7", 80, true],
  ["2001:db8::1", "2001:db8:0::1", 80, true],
  ["[2001:db8::1]:81", "2001:db8::1", 81, true],
  ["[2001:db8::1]:81", "2001:db8::1", 80, false],
  [":80", "a.test", 80, false],
  ["a.test/24", "a.test", 80, false],
])("NO_PROXY=%p: %s port %d goes without a proxy: %p", (text, host, port, expected) => {
  expect(compileNoProxy(text)(host, port)).toBe(expected);
});
