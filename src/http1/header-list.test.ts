import { describe, expect, test } from "bun:test";
import {
  connectionOptions,
  getAllHeaders,
  getHeader,
  type HeaderList,
  isHopByHop,
  isSameName,
  removeHeader,
  toCanonicalName,
} from "./header-list.ts";

function sample(): HeaderList {
  return ["Accept", "a", "X-Id", "1", "ACCEPT", "b", "Empty", "", "accept", "c"];
}

describe("reading", () => {
  test("finds the first line of a name whatever its case", () => {
    const value = getHeader(sample(), "accept");

    expect(value).toBe("a");
  });

  test("tells a line without value from a missing one", () => {
    const list = sample();

    expect(getHeader(list, "empty")).toBe("");
    expect(getHeader(list, "missing")).toBeUndefined();
  });

  test("does not take a value for a name", () => {
    const list = ["X-Id", "accept"];

    expect(getHeader(list, "accept")).toBeUndefined();
  });

  test("gives all lines of a name in their order", () => {
    const values = getAllHeaders(sample(), "accept");

    expect(values).toEqual(["a", "b", "c"]);
  });
});

test("removes all lines of a name and keeps the order of the others", () => {
  const list = sample();

  removeHeader(list, "accept");

  expect(list).toEqual(["X-Id", "1", "Empty", ""]);
});

describe("names", () => {
  test.each([
    ["Host", "host", true],
    ["HOST", "host", true],
    ["host", "host", true],
    ["Hosts", "host", false],
    ["Hoss", "host", false],
    ["X^", "x~", false],
    ["X_Y", "x\x7fy", false],
    ["X\r", "x-", false],
    ["É", "é", false],
  ])("compares %j with %j: %p", (a, lowerB, isSame) => {
    expect(isSameName(a, lowerB)).toBe(isSame);
  });

  test.each([
    ["host", "Host"],
    ["x-request-ID", "X-Request-Id"],
    ["X-REQUEST-ID", "X-Request-Id"],
    ["Content-Type", "Content-Type"],
    ["www-authenticate", "Www-Authenticate"],
    ["x--y", "X--Y"],
    ["-a-", "-A-"],
    ["x_y-z", "X_y-Z"],
    ["1a", "1a"],
    ["", ""],
    ["x y", "x y"],
    ["x-é", "x-é"],
  ])("spells %j as Go does: %j", (name, canonical) => {
    expect(toCanonicalName(name)).toBe(canonical);
  });

  test.each([
    "Connection",
    "keep-alive",
    "Proxy-Connection",
    "PROXY-AUTHORIZATION",
    "Proxy-Authenticate",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
  ])("knows that %s ends with its hop (RFC 9110 section 7.6.1)", (name) => {
    expect(isHopByHop(name)).toBe(true);
  });

  test.each(["Host", "Trailers", "Authorization", "Content-Length", "X-", "Via", "Expires"])(
    "lets %s pass a hop",
    (name) => {
      expect(isHopByHop(name)).toBe(false);
    },
  );

  test("lists what Connection names in lower case (RFC 9110 section 7.6.1)", () => {
    const list = ["Connection", "close, X-User ,, ", "connection", "Keep-Alive"];

    const options = connectionOptions(list);

    expect(options).toEqual(["close", "x-user", "keep-alive"]);
  });
});
