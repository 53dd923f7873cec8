import { describe, expect, test } from "bun:test";
import type { HeaderList } from "../http1/header-list.ts";
import { compileInputHeaders } from "./input-headers.ts";

const AGENT = "KrakenD Version x";
const OWN = ["X-Forwarded-For", "192.0.2.7", "X-Forwarded-Host", "gw:8080"];

/** What a backend gets of these client headers. */
function forwarded(names: readonly string[], client: HeaderList) {
  return compileInputHeaders(names, AGENT)(client, "192.0.2.7", "gw:8080");
}

describe("without a list", () => {
  test("forwards the content type alone and adds the gateway's headers", () => {
    const client = ["Host", "gw", "content-type", "text/csv", "Accept", "*/*", "User-Agent", "u"];

    expect(forwarded([], client)).toEqual([
      "Content-Type",
      "text/csv",
      ...OWN,
      "User-Agent",
      AGENT,
    ]);
  });
});

describe("with a list", () => {
  test("forwards listed names in canonical spelling with all their values", () => {
    const client = ["X-ONE", "1", "x-two", "2a", "Content-Type", "t", "X-Two", "2b", "x-empty", ""];

    expect(forwarded(["X-One", "X-Two", "X-Empty", "X-Missing"], client)).toEqual([
      "X-One",
      "1",
      "X-Two",
      "2a",
      "X-Two",
      "2b",
      "X-Empty",
      "",
      ...OWN,
      "User-Agent",
      AGENT,
    ]);
  });

  test("does not forward a name of equal length", () => {
    expect(forwarded(["X-One"], ["X-Two", "2"])).toEqual([...OWN, "User-Agent", AGENT]);
  });

  test("overwrites what the client claims about its address and the host", () => {
    const names = ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Host"];
    const client = ["X-Forwarded-For", "1.1.1.1", "x-forwarded-host", "claimed.test"];

    expect(forwarded(names, [...client, "X-Forwarded-Proto", "https", "Host", "h"])).toEqual([
      "X-Forwarded-Proto",
      "https",
      ...OWN,
      "User-Agent",
      AGENT,
    ]);
  });

  test("leaves the client's list untouched", () => {
    const client = Object.freeze(["x-a", "1"]) as HeaderList; // frozen: writing to it would throw

    expect(forwarded(["X-A"], client)[0]).toBe("X-A");
  });
});

describe("the user agent", () => {
  test("of the client, when listed, stays and the gateway names itself in another header", () => {
    expect(forwarded(["User-Agent"], ["user-agent", "tester/1.0"])).toEqual([
      "User-Agent",
      "tester/1.0",
      ...OWN,
      "X-Forwarded-Via",
      AGENT,
    ]);
  });

  test("that is empty counts as sent", () => {
    expect(forwarded(["User-Agent"], ["User-Agent", ""])).toEqual([
      "User-Agent",
      "",
      ...OWN,
      "X-Forwarded-Via",
      AGENT,
    ]);
  });

  test("is sent once when the client sent two", () => {
    const headers = forwarded(["*"], ["User-Agent", "a", "User-Agent", "b"]);

    expect(headers.filter((name) => name === "User-Agent")).toHaveLength(1);
    expect(headers[1]).toBe("a");
  });

  test("replaces a listed X-Forwarded-Via of the client", () => {
    const client = ["X-Forwarded-Via", "someone", "User-Agent", "u"];

    expect(forwarded(["*"], client)).toEqual(["User-Agent", "u", ...OWN, "X-Forwarded-Via", AGENT]);
  });

  test("lets a listed X-Forwarded-Via pass when none of the client is forwarded", () => {
    const client = ["X-Forwarded-Via", "someone", "User-Agent", "u"];

    expect(forwarded(["X-Forwarded-Via"], client)).toEqual([
      "X-Forwarded-Via",
      "someone",
      ...OWN,
      "User-Agent",
      AGENT,
    ]);
  });
});

describe("with an asterisk", () => {
  test.each([[["*"]], [["X-A", "*"]]])("the list %p forwards everything", (names) => {
    const client = ["accept-encoding", "br", "Cookie", "c=1", "x-mixed-Case", "m"];

    expect(forwarded(names, [...client, "Content-Length", "3"])).toEqual([
      "Accept-Encoding",
      "br",
      "Cookie",
      "c=1",
      "X-Mixed-Case",
      "m",
      "Content-Length",
      "3",
      ...OWN,
      "User-Agent",
      AGENT,
    ]);
  });
});

describe("hop-by-hop headers (RFC 9110 section 7.6.1)", () => {
  const HOP = [
    "Connection",
    "Keep-Alive",
    "Proxy-Connection",
    "Proxy-Authorization",
    "Proxy-Authenticate",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
  ];

  test.each(HOP)("never forwards %s, neither listed nor with an asterisk", (name) => {
    const client = [name, "x", name.toLowerCase(), "y"];

    expect(forwarded(["*"], client)).toEqual([...OWN, "User-Agent", AGENT]);
    expect(forwarded([name], client)).toEqual([...OWN, "User-Agent", AGENT]);
  });

  test("drops what Connection lists, in any line and spelling", () => {
    const client = [
      "X-A",
      "1",
      "Connection",
      "close, x-a",
      "X-B",
      "2",
      "connection",
      "X-C",
      "x-c",
      "3",
    ];

    expect(forwarded(["*"], client)).toEqual(["X-B", "2", ...OWN, "User-Agent", AGENT]);
  });

  test("keeps X-Forwarded headers and credentials that Connection lists", () => {
    const client = [
      "Connection",
      "X-User, Authorization, X-Forwarded-Proto, X-Forwarded-For, X-Other",
    ];
    const values = [
      "Authorization",
      "a",
      "X-Forwarded-Proto",
      "https",
      "X-User",
      "una",
      "X-Other",
      "o",
    ];

    expect(forwarded(["*"], [...client, ...values])).toEqual([
      ...values.slice(0, 4),
      ...OWN,
      "User-Agent",
      AGENT,
    ]);
  });

  test("sends the gateway's user agent when Connection lists the client's", () => {
    expect(forwarded(["*"], ["Connection", "user-agent", "User-Agent", "u"])).toEqual([
      ...OWN,
      "User-Agent",
      AGENT,
    ]);
  });
});

test("gives requests that are alike one list, and others their own", () => {
  const pick = compileInputHeaders(["X-A"], "agent");
  const first = pick(["X-A", "1"], "127.0.0.1", "a.example");

  expect(pick(["x-a", "1", "X-B", "2"], "127.0.0.1", "a.example")).toBe(first);

  const others = [
    pick(["X-A", "2"], "127.0.0.1", "a.example"),
    pick(["X-A", "1"], "127.0.0.2", "a.example"),
    pick(["X-A", "1"], "127.0.0.1", "b.example"),
    pick(["X-A", "1", "X-A", "1"], "127.0.0.1", "a.example"),
  ];
  for (const other of others) expect(other).not.toEqual(first);
});
