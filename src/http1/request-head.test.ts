import { describe, expect, test } from "bun:test";
import {
  BAD_REQUEST,
  get,
  limits,
  parse,
  parseHead,
  refused,
  withLines,
} from "./parse-request.fixture.ts";
import { parseRequestHead } from "./request-head.ts";

describe("a whole head", () => {
  test("is taken apart", () => {
    const head = parseHead("POST /a/b?x=1&y HTTP/1.1\r\nHost: a.test\r\nX-Id:  7 \t\r\n\r\nbody");

    expect(head).toEqual({
      method: "POST",
      target: "/a/b?x=1&y",
      minorVersion: 1,
      headers: ["Host", "a.test", "X-Id", "7"],
      framing: { kind: "none" },
      keepsAlive: true,
      host: "a.test",
      path: "/a/b",
      query: "x=1&y",
      isAbsolute: false,
      expectsContinue: false,
    });
  });

  test("ends where its body begins", () => {
    const result = parse(`${get("/")}body`);

    expect(result).toMatchObject({ end: get("/").length });
  });

  test("is found behind an earlier message in the same bytes", () => {
    const earlier = "0123456789";

    const result = parse(`${earlier}${get("/b")}`, earlier.length);

    expect(result).toMatchObject({ head: { path: "/b" }, end: earlier.length + get("/b").length });
  });

  test("keeps repeated lines, their order, their spelling and their bytes", () => {
    const { headers } = parseHead(withLines("x-A: 1", "X-a: 2", "y: \xe9\xff", "empty:"));

    expect(headers).toEqual([
      "Host",
      "a.test",
      "x-A",
      "1",
      "X-a",
      "2",
      "y",
      "\xe9\xff",
      "empty",
      "",
    ]);
  });

  test("may have a tab inside a value and a colon in it (RFC 9110 section 5.5)", () => {
    const { headers } = parseHead(withLines("x: a\tb:c"));

    expect(headers.slice(2)).toEqual(["x", "a\tb:c"]);
  });

  test("keeps the case of its method, which may be any token (RFC 9110 section 9.1)", () => {
    const { method } = parseHead("m-Search! / HTTP/1.1\r\nHost: a\r\n\r\n");

    expect(method).toBe("m-Search!");
  });

  test("may follow empty lines (RFC 9112 section 2.2)", () => {
    const result = parse(`\r\n\r\n${get("/")}`);

    expect(result).toMatchObject({ head: { path: "/" }, end: 4 + get("/").length });
  });

  test("may not follow empty lines without end", () => {
    expect(refused(`${"\r\n".repeat(12)}${get("/")}`)).toBe(BAD_REQUEST);
  });
});

describe("an incomplete head", () => {
  test("waits for more at every place where it can be cut", () => {
    const text = `\r\n${withLines("Content-Length: 3", "X: y")}`;

    const results = Array.from(text, (_, i) => parse(text.slice(0, i)));

    expect(results.every((result) => result === undefined)).toBe(true);
  });

  test("gives the same head when it comes byte by byte", () => {
    const text = `\r\n${withLines("Content-Length: 3", "X: y")}`;
    const bytes = Buffer.from(text, "latin1");
    let result: ReturnType<typeof parseRequestHead>;

    for (let to = 1; result === undefined && to <= bytes.length; to++) {
      result = parseRequestHead(bytes, 0, to, limits, to - 1);
    }

    expect(result).toEqual(parse(text));
  });

  test("is refused at its first wrong byte when it comes byte by byte", () => {
    const bytes = Buffer.from("GET / HTTP/1.1\r\nHost: a\rX", "latin1");

    const before = parseRequestHead(bytes, 0, bytes.length - 1, limits, 0);
    const after = parseRequestHead(bytes, 0, bytes.length, limits, bytes.length - 1);

    expect(before).toBeUndefined();
    expect(after).toMatchObject({ status: 400 });
  });
});

describe("line ends", () => {
  test.each([
    ["in the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"],
    ["behind a header line", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"],
    ["as the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\n"],
    ["everywhere, at once and not when time is up", "GET / HTTP/1.1\n"],
    ["before the request", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"],
  ])("refuses a bare LF %s (RFC 9112 section 2.2)", (_, text) => {
    expect(refused(text)).toBe(BAD_REQUEST);
  });

  test.each(["GET / HTTP/1.1\rHost: a\r\n\r\n", withLines("X: a\rb"), withLines("X: a\r")])(
    "refuses a bare CR: %j (RFC 9112 section 2.2)",
    (text) => {
      expect(refused(text)).toBe(BAD_REQUEST);
    },
  );

  test.each([" folded", "\tfolded"])(
    "refuses a value folded onto a second line %j (RFC 9112 section 5.2)",
    (line) => {
      expect(refused(withLines("X: a", line))).toBe("400 400 Bad Request: invalid header value");
    },
  );

  test("refuses blanks before the first header line (RFC 9112 section 2.2)", () => {
    expect(refused("GET / HTTP/1.1\r\n Host: a\r\n\r\n")).toStartWith("400");
  });
});

describe("the request line", () => {
  test.each([
    ["no version", "GET /a\r\nHost: a\r\n\r\n"],
    ["no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["an empty target", "GET  HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["two blanks", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["two blanks before the version", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a blank in the target", "GET /g x HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a tab in the target", "GET /g\tx HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a tab as separator", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["no method", " / HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a method that is no token", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a blank at its end", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"],
    ["a lower-case protocol", "GET / http/1.1\r\nHost: a\r\n\r\n"],
    ["a version that is no number", "GET / HTTP/1.x\r\nHost: a\r\n\r\n"],
    ["a long version", "GET / HTTP/1.10\r\nHost: a\r\n\r\n"],
    ["a version without a dot", "GET / HTTP/1,1\r\nHost: a\r\n\r\n"],
  ])("refuses %s (RFC 9112 section 3)", (_, text) => {
    expect(refused(text)).toBe(BAD_REQUEST);
  });

  test.each([
    ["a TLS hello", "\x16\x03\x01\x02\x00"],
    ["a NUL", "GET /\0"],
    ["an escape sequence", "\x1b[A"],
    ["DEL", "GET /\x7f"],
  ])("refuses %s without waiting for more", (_, text) => {
    expect(refused(text)).toBe(BAD_REQUEST);
  });

  test.each([
    ["HTTP/4.0", "GET / HTTP/4.0\r\nHost: a\r\n\r\n"],
    ["HTTP/0.9", "GET / HTTP/0.9\r\n\r\n"],
    ["the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ])("refuses %s as unsupported (RFC 9110 section 2.5)", (_, text) => {
    expect(refused(text)).toBe("505 505 HTTP Version Not Supported: unsupported protocol version");
  });

  test("reads a higher minor version as HTTP/1.1 (RFC 9110 section 2.5)", () => {
    const { minorVersion, keepsAlive } = parseHead("GET / HTTP/1.7\r\nHost: a\r\n\r\n");

    expect(minorVersion).toBe(1);
    expect(keepsAlive).toBe(true);
  });
});

describe("header lines", () => {
  test.each(["Bad Name: x", "Transfer-Encoding : chunked", "a b c: x"])(
    "refuses the blank in %j (RFC 9112 section 5.1)",
    (line) => {
      expect(refused(withLines(line))).toBe("400 400 Bad Request: invalid header name");
    },
  );

  test.each([": x", "no colon here", "Bad(Name: x", "X\tY: x", "X\t: y", "N\xe4me: x", "(a b): x"])(
    "refuses %j (RFC 9110 section 5.1)",
    (line) => {
      expect(refused(withLines(line))).toBe(BAD_REQUEST);
    },
  );

  test.each(["\0", "\x01", "\x08", "\x0b", "\x0c", "\x1f", "\x7f"])(
    "refuses %j in a value (RFC 9110 section 5.5)",
    (byte) => {
      expect(refused(withLines(`X: a${byte}b`))).toBe(BAD_REQUEST);
    },
  );

  test("takes as many lines as the limit allows and not one more", () => {
    const lines = (count: number) => Array.from({ length: count - 1 }, (_, i) => `x${i}: y`);

    expect(refused(withLines(...lines(200)))).toBe("accepted");
    expect(refused(withLines(...lines(201)))).toBe("431 431 Request Header Fields Too Large");
  });
});

describe("sizes", () => {
  const slackBytes = 4096;

  function headOf(byteLength: number): string {
    const empty = withLines("X: ");
    return withLines(`X: ${"y".repeat(byteLength - empty.length)}`);
  }

  test("takes a head of the limit and its slack and not one byte more", () => {
    const most = limits.maxBytes + slackBytes;

    expect(refused(headOf(most))).toBe("accepted");
    expect(refused(headOf(most + 1))).toBe("431 431 Request Header Fields Too Large");
  });

  test("refuses what exceeds the limit although its end has not come", () => {
    const endless = headOf(20_000).slice(0, limits.maxBytes + slackBytes + 1);

    expect(parse(endless.slice(0, -1))).toBeUndefined();
    expect(refused(endless)).toBe("431 431 Request Header Fields Too Large");
  });

  test("counts a head, not what was read behind it", () => {
    expect(refused(`${get("/")}${"x".repeat(100_000)}`)).toBe("accepted");
  });

  test("takes a target of the limit and not one byte more (RFC 9110 section 15.5.15)", () => {
    const longest = `/${"a".repeat(limits.maxTargetBytes - 1)}`;

    expect(refused(get(longest))).toBe("accepted");
    expect(refused(get(`${longest}a`))).toBe("414 414 URI Too Long");
  });
});
