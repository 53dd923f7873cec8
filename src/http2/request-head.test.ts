import { expect, test } from "bun:test";
import { MALFORMED, readRequestHead } from "./request-head.ts";

const limits = { maxBytes: 4096, maxHeaders: 20, maxTargetBytes: 1024 };

const BASE = [":method", "GET", ":scheme", "http", ":authority", "gw.test", ":path", "/a?b=1"];

test("a head reads as its HTTP/1.1 twin would", () => {
  const head = readRequestHead(
    [...BASE, "x-trace-ID".toLowerCase(), "1", "cookie", "a=1", "cookie", "b=2", "te", "trailers"],
    limits,
  );

  expect(head).toMatchObject({
    method: "GET",
    target: "/a?b=1",
    path: "/a",
    query: "b=1",
    host: "gw.test",
    contentLength: undefined,
    expectsContinue: false,
  });
  expect(head).toHaveProperty("headers", [
    "X-Trace-Id",
    "1",
    "Te",
    "trailers",
    "Cookie",
    "a=1; b=2",
  ]);
});

test.each([
  ["a name in upper case", [...BASE, "X-A", "1"]],
  ["a blank in a name", [...BASE, "x a", "1"]],
  ["an unknown pseudo-header", [...BASE, ":status", "200"]],
  ["a pseudo-header twice", [...BASE, ":path", "/b"]],
  ["a pseudo-header behind a field", [...BASE.slice(0, 6), "x", "1", ":path", "/"]],
  ["a connection's field", [...BASE, "connection", "close"]],
  ["a transfer coding", [...BASE, "transfer-encoding", "chunked"]],
  ["te with more than trailers", [...BASE, "te", "gzip"]],
  ["a line end in a value", [...BASE, "x", "a\r\nb"]],
  ["a NUL in a value", [...BASE, "x", "\0"]],
  ["blanks around a value", [...BASE, "x", " a"]],
  ["no method", BASE.slice(2)],
  ["no path", BASE.slice(0, 6)],
  ["an empty path", [...BASE.slice(0, 7), ""]],
  ["no scheme", [":method", "GET", ":authority", "gw.test", ":path", "/"]],
  ["a line end in the path", [...BASE.slice(0, 7), "/a\r\nx"]],
])("%s is no request", (_name, raw) => {
  expect(readRequestHead(raw, limits)).toBe(MALFORMED);
});

test.each([
  ["a malformed escape", [...BASE.slice(0, 7), "/%zz"], 400],
  ["a blank in the path", [...BASE.slice(0, 7), "/a b"], 400],
  ["an absolute path", [...BASE.slice(0, 7), "http://x.test/"], 400],
  ["no host at all", [":method", "GET", ":scheme", "http", ":path", "/"], 400],
  [
    "user info in the host",
    [":method", "GET", ":scheme", "http", ":authority", "u@h", ":path", "/"],
    400,
  ],
  ["two lengths", [...BASE, "content-length", "1", "content-length", "1"], 400],
  ["a length that is none", [...BASE, "content-length", "1x"], 400],
  ["a long target", [...BASE.slice(0, 7), `/${"a".repeat(1024)}`], 414],
  ["an expectation that nobody knows", [...BASE, "expect", "coffee"], 417],
  ["a large head", [...BASE, "x", "a".repeat(4096)], 431],
  ["many fields", [...BASE, ...Array.from({ length: 20 }, (_, i) => [`x${i}`, "1"]).flat()], 431],
])("%s is refused", (_name, raw, status) => {
  expect(readRequestHead(raw, limits)).toMatchObject({ kind: "refusal", status });
});
