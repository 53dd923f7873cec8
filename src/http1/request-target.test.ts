import { describe, expect, test } from "bun:test";
import { BAD_REQUEST, get, parseHead, refused, withLines } from "./parse-request.fixture.ts";

describe("the target", () => {
  test.each([
    ["/", "/", undefined],
    ["/?", "/", ""],
    ["/a?b?c#d", "/a", "b?c#d"],
    ["//evil.test/x", "//evil.test/x", undefined],
    ["/a/../b/./c\\d", "/a/../b/./c\\d", undefined],
    ["/%2e%2E/%c3%A9?%zz", "/%2e%2E/%c3%A9", "%zz"],
    ["/\xe9", "/\xe9", undefined],
  ])("%j has the raw path %j and the query %j", (target, path, query) => {
    const head = parseHead(get(target));

    expect(head).toMatchObject({ target, path, query, isAbsolute: false, host: "a.test" });
  });

  test.each(["/%", "/%2", "/%zz", "/a%2gb", "/%%30", "/a%?x", "http://b.test/%zz"])(
    "refuses the broken escape in %j (RFC 3986 section 2.1)",
    (target) => {
      expect(refused(get(target))).toBe(BAD_REQUEST);
    },
  );

  test.each([
    ["http://b.test/x?y=1", "b.test", "/x", "y=1"],
    ["HTTP://b.test:99/x", "b.test:99", "/x", undefined],
    ["https://b.test/", "b.test", "/", undefined],
    ["http://b.test", "b.test", "", undefined],
    ["http://b.test?q", "b.test", "", "q"],
    ["http://[::1]:80/x", "[::1]:80", "/x", undefined],
    ["http://b.test:/x", "b.test:", "/x", undefined],
  ])(
    "%j replaces the Host by its authority (RFC 9112 section 3.2.2)",
    (target, host, path, query) => {
      const head = parseHead(get(target));

      expect(head).toMatchObject({ target, host, path, query, isAbsolute: true });
    },
  );

  test.each([
    ["no form at all", "g"],
    ["a query alone", "?x"],
    ["a scheme alone", "http:"],
    ["no authority", "http:/x"],
    ["an empty host (RFC 9110 section 4.2.1)", "http:///x"],
    ["a port alone", "http://:80/x"],
    ["another scheme", "ftp://b.test/x"],
    ["a scheme that carries nothing", "javascript:alert(1)"],
    ["user info (RFC 9110 section 4.2.4)", "http://u:p@b.test/x"],
    ["a port that is no number", "http://b.test:x/"],
    ["a backslash in the authority", "http://b.test\\x/"],
    ["a fragment in the place of a path", "http://b.test#x"],
    ["an asterisk for another method (RFC 9112 section 3.2.4)", "*"],
    ["an authority for another method (RFC 9112 section 3.2.3)", "b.test:443"],
  ])("refuses %s", (_, target) => {
    expect(refused(get(target))).toBe(BAD_REQUEST);
  });

  test("may be an asterisk for OPTIONS (RFC 9112 section 3.2.4)", () => {
    const head = parseHead("OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n");

    expect(head).toMatchObject({ path: "*", query: undefined, host: "a.test" });
  });

  test("may be an authority for CONNECT (RFC 9112 section 3.2.3)", () => {
    const head = parseHead("CONNECT evil.test:443 HTTP/1.1\r\nHost: evil.test\r\n\r\n");

    expect(head).toMatchObject({ path: "evil.test:443", query: undefined, isAbsolute: false });
  });
});

describe("Host", () => {
  test("must be there in HTTP/1.1 (RFC 9112 section 3.2)", () => {
    const text = "GET / HTTP/1.1\r\nConnection: close\r\n\r\n";

    expect(refused(text)).toBe("400 400 Bad Request: missing required Host header");
  });

  test("may be missing in HTTP/1.0", () => {
    const { host } = parseHead("GET / HTTP/1.0\r\n\r\n");

    expect(host).toBeUndefined();
  });

  test("may be empty (RFC 9110 section 7.2)", () => {
    const { host } = parseHead("GET / HTTP/1.1\r\nHost:\r\n\r\n");

    expect(host).toBe("");
  });

  test.each(["Host: b.test", "host: a.test"])(
    "may not come twice: %s (RFC 9112 section 3.2)",
    (line) => {
      expect(refused(withLines(line))).toBe(BAD_REQUEST);
    },
  );

  test.each(["a@b", "a/b", "a b", "a?b", "a#b", "a\\b", "a,b@c", '"a"', "<a>", "\xe9", "a\tb"])(
    "may not be %j (RFC 9112 section 3.2)",
    (host) => {
      const text = `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

      expect(refused(text)).toBe("400 400 Bad Request: malformed Host header");
    },
  );

  test.each(["a.test", "a.test:80", "[::1]:80", "a_b-c~d!$&'()*+,;=", "a%20b"])(
    "may be %j",
    (value) => {
      const { host } = parseHead(`GET / HTTP/1.1\r\nHost: ${value}\r\n\r\n`);

      expect(host).toBe(value);
    },
  );
});
