import { describe, expect, test } from "bun:test";
import { type ClientIpConfig, compileClientIp, normalizePeer } from "./client-ip.ts";

const DEFAULTS: ClientIpConfig = {
  usesForwardedClientIp: true,
  remoteIpHeaders: ["X-Forwarded-For", "X-Real-Ip"],
  trustedProxies: null,
  trustsAppEngine: false,
};

describe("with everybody trusted", () => {
  const clientIp = compileClientIp(DEFAULTS);

  test.each([
    [[], "127.0.0.1"],
    [["X-Forwarded-For", "203.0.113.9"], "203.0.113.9"],
    [["x-forwarded-for", "203.0.113.9, 198.51.100.2,10.0.0.1"], "203.0.113.9"],
    [["X-Forwarded-For", "unknown, 198.51.100.2"], "127.0.0.1"],
    [["X-Forwarded-For", "198.51.100.2, unknown"], "127.0.0.1"],
    [["X-Real-IP", "192.0.2.44"], "192.0.2.44"],
    [["X-Forwarded-For", "bad", "X-Real-IP", "192.0.2.44"], "192.0.2.44"],
    [["X-Real-IP", "192.0.2.44", "X-Forwarded-For", "203.0.113.9"], "203.0.113.9"],
    [["X-Forwarded-For", "2001:db8::7"], "2001:db8::7"],
    [["X-Forwarded-For", "203.0.113.1", "X-Forwarded-For", "203.0.113.2"], "203.0.113.1"],
    [["X-Forwarded-For", "203.0.113.1", "X-Forwarded-For", "x"], "127.0.0.1"],
    [["Forwarded", "for=203.0.113.77"], "127.0.0.1"],
    [["X-Forwarded-For", "203.0.113.9:4711"], "127.0.0.1"],
    [["X-Forwarded-For", "[2001:db8::7]"], "127.0.0.1"],
    [["X-Forwarded-For", ""], "127.0.0.1"],
    [["X-Forwarded-For", ","], "127.0.0.1"],
    [["X-Forwarded-For", ",203.0.113.9"], "127.0.0.1"],
    [["X-Forwarded-For", "203.0.113.9,"], "127.0.0.1"],
    [["X-Forwarded-For", "' OR 1=1"], "127.0.0.1"],
    [["X-Forwarded-For", "::FFFF:10.1.2.3"], "::FFFF:10.1.2.3"],
    [["X-Appengine-Remote-Addr", "192.0.2.1"], "127.0.0.1"],
  ])("names for %p the client %s", (headers, expected) => {
    expect(clientIp("127.0.0.1", headers)).toBe(expected);
  });

  test("reads a list of 5,000 addresses to its leftmost one", () => {
    const list = Array.from({ length: 5000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`).join(", ");

    expect(clientIp("127.0.0.1", ["X-Forwarded-For", list])).toBe("10.0.0.0");
  });

  test("names nobody when the peer has no address", () => {
    expect(clientIp("", ["X-Forwarded-For", "203.0.113.9"])).toBe("");
  });
});

describe("with trusted proxies", () => {
  const clientIp = compileClientIp({
    ...DEFAULTS,
    trustedProxies: ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"],
  });

  test.each([
    ["127.0.0.1", "9.9.9.9, 203.0.113.5, 10.2.2.2", "203.0.113.5"],
    ["127.0.0.1", "10.1.1.1, 10.2.2.2", "10.1.1.1"],
    ["127.0.0.1", "9.9.9.9, nonsense, 10.2.2.2", "127.0.0.1"],
    ["127.0.0.1", "9.9.9.9, 2001:db8::1", "9.9.9.9"],
    ["127.0.0.1", "9.9.9.9, ::ffff:10.2.2.2", "9.9.9.9"],
    ["10.0.0.9", "nonsense, 8.8.4.4, 10.0.0.4", "8.8.4.4"],
    ["8.8.8.8", "9.9.9.9", "8.8.8.8"],
  ])("names for the peer %s with %p the client %s", (peer, value, expected) => {
    expect(clientIp(peer, ["X-Forwarded-For", value])).toBe(expected);
  });

  test("an entry that does not parse ends the list of proxies", () => {
    const cut = compileClientIp({ ...DEFAULTS, trustedProxies: ["10.0.0.1", "oops", "10.0.0.2"] });

    expect(cut("10.0.0.1", ["X-Forwarded-For", "9.9.9.9"])).toBe("9.9.9.9");
    expect(cut("10.0.0.2", ["X-Forwarded-For", "9.9.9.9"])).toBe("10.0.0.2");
  });
});

test("does not look at headers when forwarded addresses are switched off", () => {
  const clientIp = compileClientIp({ ...DEFAULTS, usesForwardedClientIp: false });

  expect(clientIp("127.0.0.1", ["X-Forwarded-For", "203.0.113.5"])).toBe("127.0.0.1");
});

test("tries configured header names in their order", () => {
  const clientIp = compileClientIp({
    ...DEFAULTS,
    remoteIpHeaders: ["X-Client-Ip", "Cf-Connecting-Ip"],
  });

  expect(clientIp("127.0.0.1", ["cf-connecting-ip", "2.2.2.2", "X-Client-IP", "1.1.1.1"])).toBe(
    "1.1.1.1",
  );
  expect(clientIp("127.0.0.1", ["X-Client-IP", "no ip", "cf-connecting-ip", "2.2.2.2"])).toBe(
    "2.2.2.2",
  );
  expect(clientIp("127.0.0.1", ["X-Forwarded-For", "3.3.3.3"])).toBe("127.0.0.1");
});

test("takes App Engine's address only when it is one", () => {
  const clientIp = compileClientIp({ ...DEFAULTS, trustsAppEngine: true });

  expect(clientIp("127.0.0.1", ["X-Appengine-Remote-Addr", "192.0.2.1"])).toBe("192.0.2.1");
  expect(clientIp("127.0.0.1", ["X-Appengine-Remote-Addr", "anything"])).toBe("127.0.0.1");
});

test.each([
  ["127.0.0.1", "127.0.0.1"],
  ["::ffff:127.0.0.1", "127.0.0.1"],
  ["::1", "::1"],
  ["2001:DB8:0::1", "2001:db8::1"],
  ["fe80::1%eth0", ""],
  ["", ""],
])("prints the peer %p as %p", (address, expected) => {
  expect(normalizePeer(address)).toBe(expected);
});
