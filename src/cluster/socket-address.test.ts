import { expect, test } from "bun:test";
import {
  parseBindAddress,
  parseHostAddress,
  parseRemoteAddress,
  parseSocketAddress,
} from "./socket-address.ts";

test.each([
  ["10.0.0.1:80", "10.0.0.1:80"],
  ["[2001:DB8:0::1]:65535", "[2001:db8::1]:65535"],
  ["[::ffff:10.0.0.1]:80", "10.0.0.1:80"],
  ["0.0.0.0:8404", "0.0.0.0:8404"],
  ["[::]:8404", "[::]:8404"],
  [":80", undefined],
  ["10.0.0.1", undefined],
  ["10.0.0.1:0", undefined],
  ["10.0.0.1:080", undefined],
  ["10.0.0.1:65536", undefined],
  ["[10.0.0.1]:80", undefined],
  ["2001:db8::1:80", undefined],
  ["[fe80::1%eth0]:80", undefined],
  ["lb.example:80", undefined],
  ["10.0.0.1:80\n", undefined],
  ["10.0.0.1:80 ssl", undefined],
])("the socket address %j is %j", (text, expected) => {
  expect(parseSocketAddress(text)?.cfg()).toBe(expected);
});

test.each([
  [":80", { address: ":80", port: 80, isIpv6: false }],
  ["127.0.0.1:81", { address: "127.0.0.1:81", port: 81, isIpv6: false }],
  ["[::]:443", { address: "[::]:443", port: 443, isIpv6: true }],
])("a bind to %j", (text, expected) => {
  const bind = parseBindAddress(text);

  expect({ ...bind, address: bind?.address.cfg() }).toEqual(expected);
});

test.each(["80", ":0", ":080", ":65536", "::80", "*:80"])("there is no bind to %j", (text) => {
  expect(parseBindAddress(text)).toBeUndefined();
});

test.each(["0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255", "::", "ff02::1"])(
  "%s is nobody who answers",
  (address) => {
    const host = address.includes(":") ? `[${address}]` : address;

    expect(parseHostAddress(address)).toBeUndefined();
    expect(parseRemoteAddress(`${host}:80`)).toBeUndefined();
    expect(parseSocketAddress(`${host}:80`)).toBeDefined();
  },
);

test("the address of a host is in its canonical spelling", () => {
  expect(parseHostAddress("2001:DB8::0:1")?.text.cfg()).toBe("2001:db8::1");
  expect(parseHostAddress("10.0.0.0/8")).toBeUndefined();
  expect(parseRemoteAddress("[2001:DB8::0:1]:53")?.cfg()).toBe("[2001:db8::1]:53");
});
