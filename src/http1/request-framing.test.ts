import { describe, expect, test } from "bun:test";
import { BAD_REQUEST, parseHead, refused, withLines } from "./parse-request.fixture.ts";
import type { RequestHead } from "./request-head.ts";

describe("framing", () => {
  test.each([
    [["Content-Length: 0"], { kind: "length", length: 0 }],
    [["content-length:5"], { kind: "length", length: 5 }],
    [["Content-Length: 007"], { kind: "length", length: 7 }],
    [["Content-Length: 999999999999999"], { kind: "length", length: 999_999_999_999_999 }],
    [["Content-Length: 3", "Content-Length: 3"], { kind: "length", length: 3 }],
    [["Transfer-Encoding: chunked"], { kind: "chunked" }],
    [["transfer-encoding:\tCHUNKED "], { kind: "chunked" }],
    [["X: y"], { kind: "none" }],
  ])("of %j is %j (RFC 9112 section 6.3)", (lines, framing) => {
    const head = parseHead(withLines(...lines));

    expect(head.framing).toEqual(framing as RequestHead["framing"]);
  });

  test.each([
    "many",
    "",
    "+5",
    "-1",
    "0x5",
    "5,6",
    "3, 3",
    "5 5",
    "5.0",
    "1e3",
    "\xb2",
    "9".repeat(16),
    "9".repeat(400),
  ])("refuses the length %j (RFC 9110 section 8.6)", (length) => {
    expect(refused(withLines(`Content-Length: ${length}`))).toBe(BAD_REQUEST);
  });

  test.each([
    ["3", "5"],
    ["3", "03"],
    ["", "3"],
    ["3", "5", "5"],
    ["3", "3", "4"],
  ])("refuses lengths that differ: %j (RFC 9112 section 6.3)", (...lengths) => {
    expect(refused(withLines(...lengths.map((length) => `Content-Length: ${length}`)))).toBe(
      BAD_REQUEST,
    );
  });

  test.each([
    ["gzip"],
    ["xchunked"],
    ["chunked, identity"],
    ["gzip, chunked"],
    ["identity"],
    [""],
    ["chunked,"],
    ["chunked", "chunked"],
    ["chunked", "identity"],
    ["chunked;q=1"],
    ["\xa0chunked"],
  ])("refuses the coding %j %j (RFC 9112 section 6.1)", (...codings) => {
    const text = withLines(...codings.map((coding) => `Transfer-Encoding: ${coding}`));

    expect(refused(text)).toBe("501 Unsupported transfer encoding");
  });

  test("refuses a coding behind a vertical tab (RFC 9112 section 6.1)", () => {
    expect(refused(withLines("Transfer-Encoding: \x0bchunked"))).toBe(BAD_REQUEST);
  });

  test.each([
    [["Content-Length: 5", "Transfer-Encoding: chunked"]],
    [["Transfer-Encoding: chunked", "Content-Length: 5"]],
    [["Transfer-Encoding: chunked", "Content-Length: x"]],
  ])("refuses both framings: %j (RFC 9112 section 6.1)", (lines) => {
    expect(refused(withLines(...lines))).toBe(BAD_REQUEST);
  });

  test("refuses a coding in HTTP/1.0 (RFC 9112 section 6.1)", () => {
    expect(refused("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n")).toBe(BAD_REQUEST);
  });
});

describe("persistence (RFC 9112 section 9.3)", () => {
  test.each([
    ["1.1", "X: y", true],
    ["1.1", "Connection: close", false],
    ["1.1", "Connection: CLOSE", false],
    ["1.1", "Connection: keep-alive, Close", false],
    ["1.1", "Connection: x-close", true],
    ["1.1", "Connection: keep-alive", true],
    ["1.1", "Connection:", true],
    ["1.0", "X: y", false],
    ["1.0", "Connection: keep-alive", true],
    ["1.0", "Connection: x, Keep-Alive", true],
    ["1.0", "Connection: keep-alive, close", false],
  ])("HTTP/%s with %j: %p", (version, line, keepsAlive) => {
    const head = parseHead(`GET / HTTP/${version}\r\nHost: a\r\n${line}\r\n\r\n`);

    expect(head.keepsAlive).toBe(keepsAlive);
  });

  test("an option in a second line counts too", () => {
    const head = parseHead(withLines("Connection: keep-alive", "Connection: close"));

    expect(head.keepsAlive).toBe(false);
  });
});

describe("Expect (RFC 9110 section 10.1.1)", () => {
  test.each([
    [["Expect: 100-continue", "Content-Length: 3"], true],
    [["expect: 100-Continue", "Transfer-Encoding: chunked"], true],
    [["Expect: 100-continue", "Content-Length: 0"], false],
    [["Expect: 100-continue"], false],
    [["Expect:", "Content-Length: 3"], false],
    [["Content-Length: 3"], false],
  ])("%j waits: %p", (lines, expectsContinue) => {
    const head = parseHead(withLines(...lines));

    expect(head.expectsContinue).toBe(expectsContinue);
  });

  test("is ignored in HTTP/1.0", () => {
    const head = parseHead("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");

    expect(head.expectsContinue).toBe(false);
  });

  test.each(["Expect: 200-ok", "Expect: 100-continue, x"])("%s cannot be met", (line) => {
    expect(refused(withLines(line, "Content-Length: 3"))).toBe("417 417 Expectation Failed");
  });
});
