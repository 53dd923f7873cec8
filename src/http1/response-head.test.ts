import { describe, expect, test } from "bun:test";
import type { HeadLimits } from "./request-head.ts";
import { parseResponseHead, type ResponseHead } from "./response-head.ts";

const limits: HeadLimits = { maxBytes: 4096, maxHeaders: 100, maxTargetBytes: 0 };

function parse(text: string, method = "GET") {
  const bytes = Buffer.from(text, "latin1");
  return parseResponseHead(bytes, 0, bytes.length, limits, method);
}

function parseHead(text: string, method = "GET"): ResponseHead {
  const result = parse(text, method);
  if (result === undefined || !("head" in result)) throw new Error(JSON.stringify(result));
  return result.head;
}

/** A response with these header lines. */
function withLines(...lines: string[]): string {
  return `HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`;
}

function fault(text: string): string {
  const result = parse(text);
  return result !== undefined && "message" in result ? result.message : "none";
}

describe("a whole head", () => {
  test("is taken apart", () => {
    const head = parseHead("HTTP/1.1 404 Not Found\r\nX-Id: 7\r\nContent-Length: 3\r\n\r\nabc");

    expect(head).toMatchObject({
      status: 404,
      reason: "Not Found",
      minorVersion: 1,
      contentEncoding: undefined,
      framing: { kind: "length", length: 3 },
      keepsAlive: true,
    });
    expect(head.lines.list()).toEqual(["X-Id", "7", "Content-Length", "3"]);
  });

  test("ends where its body begins", () => {
    const text = withLines("X: y");

    const result = parse(`${text}body`);

    expect(result).toMatchObject({ end: text.length });
  });

  test.each([
    ["HTTP/1.1 200 \r\n\r\n", 200, ""],
    ["HTTP/1.1 200\r\n\r\n", 200, ""],
    ["HTTP/1.1  299 a  b\r\n\r\n", 299, "a  b"],
    ["HTTP/1.1 999 \xe9\r\n\r\n", 999, "\xe9"],
    ["HTTP/1.1 100 Continue\r\n\r\n", 100, "Continue"],
  ])("%j has the status %p and the reason %j (RFC 9112 section 4)", (text, status, reason) => {
    expect(parseHead(text)).toMatchObject({ status, reason });
  });

  test("waits for more at every place where it can be cut", () => {
    const text = withLines("Content-Length: 3", "X: y");

    const results = Array.from(text, (_, i) => parse(text.slice(0, i)));

    expect(results.every((result) => result === undefined)).toBe(true);
  });

  test("gives the same head when it comes byte by byte", () => {
    const text = withLines("Content-Length: 3", "X: y");
    const bytes = Buffer.from(text, "latin1");
    let result: ReturnType<typeof parseResponseHead>;

    for (let to = 1; result === undefined && to <= bytes.length; to++) {
      result = parseResponseHead(bytes, 0, to, limits, "GET", to - 1);
    }

    expect(result).toEqual(parse(text));
  });
});

describe("the status line", () => {
  test.each([
    ["SSH-2.0-tiny\r\n", 'malformed HTTP response "SSH-2.0-tiny"'],
    ["SSH-2.0-tiny\n", 'malformed HTTP response "SSH-2.0-tiny"'],
    ["\r\n\r\n", 'malformed HTTP response ""'],
    ["this is no HTTP\r\n", 'malformed HTTP status code "is"'],
    ["HTTP/1.1 abc\r\n\r\n", 'malformed HTTP status code "abc"'],
    ["HTTP/1.1 20 OK\r\n\r\n", 'malformed HTTP status code "20"'],
    ["HTTP/1.1 2000 OK\r\n\r\n", 'malformed HTTP status code "2000"'],
    ["HTTP/1.1 +20 OK\r\n\r\n", 'malformed HTTP status code "+20"'],
    ["HTTP/1.1 099 OK\r\n\r\n", 'malformed HTTP status code "099"'],
    ["HTTP/1.1 \r\n\r\n", 'malformed HTTP status code ""'],
    ["HTTQ/1.1 200 OK\r\n\r\n", 'malformed HTTP version "HTTQ/1.1"'],
    ["http/1.1 200 OK\r\n\r\n", 'malformed HTTP version "http/1.1"'],
    ["HTTP/2.0 200 OK\r\n\r\n", 'malformed HTTP version "HTTP/2.0"'],
    ["HTTP/1.x 200 OK\r\n\r\n", 'malformed HTTP version "HTTP/1.x"'],
    ["ICY 200 OK\r\n\r\n", 'malformed HTTP version "ICY"'],
    ["HTTP/1.1 200 O\0K\r\n\r\n", 'malformed MIME header line: "HTTP/1.1 200 O\\x00K"'],
  ])("%j is refused (RFC 9112 section 4)", (text, message) => {
    expect(fault(text)).toBe(message);
  });

  test("is judged before the rest of the head has come", () => {
    expect(fault("+OK POP3 ready\r\n")).toBe('malformed HTTP status code "POP3"');
  });

  test("of a stranger is repeated only in part", () => {
    expect(fault(`${"x".repeat(3000)}\r\n`)).toHaveLength(
      'malformed HTTP response ""'.length + 257,
    );
  });
});

describe("header lines", () => {
  test.each([
    ["no colon", "malformed MIME header line: no colon"],
    [": x", "malformed MIME header line: : x"],
    ["Bad(: x", "malformed MIME header line: Bad(: x"],
    ["Content-Length : 3", "malformed MIME header line: Content-Length : 3"],
    [" folded", "malformed MIME header line:  folded"],
    ["X: a\0b", 'malformed MIME header line: "X: a\\x00b"'],
    ["X: a\rb", 'malformed MIME header line: "X: a\\rb"'],
    ["X: a\nY: b", 'malformed MIME header line: "X: a"'],
  ])("%j is refused (RFC 9112 sections 2.2 and 5)", (line, message) => {
    expect(fault(withLines("A: b", line))).toBe(message);
  });

  test("may be as many as the limit allows and not one more", () => {
    const lines = (count: number) => Array.from({ length: count }, (_, i) => `x${i}: y`);

    expect(fault(withLines(...lines(100)))).toBe("none");
    expect(fault(withLines(...lines(101)))).toBe(
      "net/http: server response has more than 100 header lines",
    );
  });

  test("may be as long as the limit allows and not one byte more", () => {
    const empty = withLines("X: ");
    const headOf = (byteLength: number) => withLines(`X: ${"y".repeat(byteLength - empty.length)}`);

    expect(fault(headOf(4096))).toBe("none");
    expect(fault(headOf(4097))).toBe(
      "net/http: server response headers exceeded 4096 bytes; aborted",
    );
    expect(fault(headOf(9000).slice(0, 4097))).toBe(
      "net/http: server response headers exceeded 4096 bytes; aborted",
    );
    expect(parse(headOf(9000).slice(0, 4096))).toBeUndefined();
  });
});

describe("framing (RFC 9112 section 6.3)", () => {
  test.each([
    [["Content-Length: 5"], { kind: "length", length: 5 }, true],
    [["Content-Length: 5", "Content-Length: 5"], { kind: "length", length: 5 }, true],
    [["Content-Length: 0"], { kind: "length", length: 0 }, true],
    [["Transfer-Encoding: Chunked"], { kind: "chunked" }, true],
    [[], { kind: "close" }, false],
    [["Connection: keep-alive"], { kind: "close" }, false],
    [["Connection: close", "Content-Length: 5"], { kind: "length", length: 5 }, false],
  ])("of %j is %j, reusable: %p", (lines, framing, keepsAlive) => {
    const head = parseHead(withLines(...lines));

    expect(head.framing).toEqual(framing as ResponseHead["framing"]);
    expect(head.keepsAlive).toBe(keepsAlive);
  });

  test.each([
    ["HTTP/1.1 100 Continue", "GET"],
    ["HTTP/1.1 103 Early Hints", "GET"],
    ["HTTP/1.1 204 No Content", "GET"],
    ["HTTP/1.1 304 Not Modified", "GET"],
    ["HTTP/1.1 200 OK", "HEAD"],
    ["HTTP/1.1 404 Not Found", "HEAD"],
  ])("%s for %s has no body, and the connection lives", (line, method) => {
    const head = parseHead(`${line}\r\n\r\n`, method);

    expect(head.framing).toEqual({ kind: "none" });
    expect(head.keepsAlive).toBe(true);
  });

  test.each([
    ["HTTP/1.1 200 OK", "HEAD", "Content-Length: 7", true],
    ["HTTP/1.1 200 OK", "HEAD", "Transfer-Encoding: chunked", true],
    ["HTTP/1.1 304 Not Modified", "GET", "Content-Length: 7", true],
    ["HTTP/1.1 204 No Content", "GET", "Content-Length: 0", true],
    ["HTTP/1.1 204 No Content", "GET", "Content-Length: 7", false],
    ["HTTP/1.1 204 No Content", "GET", "Transfer-Encoding: chunked", false],
    ["HTTP/1.1 100 Continue", "GET", "Content-Length: 7", false],
  ])("%s for %s with %j has no body, reusable: %p", (line, method, header, keepsAlive) => {
    const head = parseHead(`${line}\r\n${header}\r\n\r\n`, method);

    expect(head.framing).toEqual({ kind: "none" });
    expect(head.keepsAlive).toBe(keepsAlive);
  });

  test.each([
    ["HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", false],
    ["HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\n", true],
    ["HTTP/1.3 200 OK\r\nContent-Length: 1\r\n\r\n", true],
  ])("%j is reusable: %p (RFC 9112 section 9.3)", (text, keepsAlive) => {
    expect(parseHead(text).keepsAlive).toBe(keepsAlive);
  });

  test.each([
    [["Content-Length: many"], 'bad Content-Length "many"'],
    [["Content-Length: 3, 3"], 'bad Content-Length "3, 3"'],
    [["Content-Length: -1"], 'bad Content-Length "-1"'],
    [["Content-Length:"], 'bad Content-Length ""'],
    [
      ["Content-Length: 3", "Content-Length: 5"],
      'http: message cannot contain multiple Content-Length headers; got ["3" "5"]',
    ],
    [
      ["Content-Length: 3", "Transfer-Encoding: chunked"],
      "http: message has both Content-Length and Transfer-Encoding",
    ],
    [["Transfer-Encoding: gzip"], 'unsupported transfer encoding: "gzip"'],
    [["Transfer-Encoding: gzip, chunked"], 'unsupported transfer encoding: "gzip, chunked"'],
    [
      ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
      'unsupported transfer encoding: "chunked, chunked"',
    ],
  ])("of %j is unreadable: %s", (lines, message) => {
    expect(fault(withLines(...lines))).toBe(message);
  });

  test("of an HTTP/1.0 response cannot be chunked (RFC 9112 section 6.1)", () => {
    expect(fault("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")).toBe(
      'unsupported transfer encoding: "chunked"',
    );
  });
});
