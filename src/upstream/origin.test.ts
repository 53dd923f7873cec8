import { expect, test } from "bun:test";
import { parseOrigin } from "./origin.ts";

test.each([
  ["http://a.test", { isTls: false, host: "a.test", port: 80, authority: "a.test" }],
  ["https://a.test", { isTls: true, host: "a.test", port: 443, authority: "a.test" }],
  ["HTTP://a.test:8080", { isTls: false, host: "a.test", port: 8080, authority: "a.test:8080" }],
  ["http://[::1]", { host: "::1", port: 80, authority: "[::1]" }],
  ["https://[::1]:8443", { isTls: true, host: "::1", port: 8443, authority: "[::1]:8443" }],
  ["http://127.0.0.1:65535", { host: "127.0.0.1", port: 65_535 }],
])("reads %s, its port perhaps that of the scheme", (text, origin) => {
  expect(parseOrigin(text)).toMatchObject({ ...origin, text, basePath: "" });
});

test.each([
  ["http://a.test/base", "http://a.test", "/base"],
  ["http://a.test:1/", "http://a.test:1", "/"],
  ["http://a.test?x=/y", "http://a.test", "?x=/y"],
  ["http://a.test#x", "http://a.test", "#x"],
])("tells in %s the origin from what stands before every path", (written, text, basePath) => {
  expect(parseOrigin(written)).toMatchObject({ host: "a.test", text, basePath });
});

test.each([
  ["a.test", 'unsupported protocol scheme ""'],
  ["ftp://a.test", 'unsupported protocol scheme "ftp"'],
  ["http://", 'invalid host ""'],
  ["http:///x", 'invalid host ""'],
  ["http://:80", 'invalid host ":80"'],
  ["http://u@a.test", 'invalid host "u@a.test"'],
  ["http://u:p@a.test", 'invalid host "u:p@a.test"'],
  ["http://[::1", 'invalid host "[::1"'],
  ["http://[]:80", 'invalid host "[]:80"'],
  ["http://a.test:0", 'invalid host "a.test:0"'],
  ["http://a.test:65536", 'invalid host "a.test:65536"'],
  ["http://a.test:x", 'invalid host "a.test:x"'],
  ["http://a.test:", 'invalid host "a.test:"'],
  ["http://a:b:1", 'invalid host "a:b:1"'],
])("refuses %j", (text, message) => {
  expect(parseOrigin(text)).toEqual({ kind: "invalid-origin", message });
});
