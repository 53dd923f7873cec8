import { expect, test } from "bun:test";
import { isAddressOrNetwork, isIpAddress } from "./ip-literal.ts";

test.each(["127.0.0.1", "0.0.0.0", "::", "::1", "2001:db8::1", "::ffff:10.0.0.1"])(
  "takes %s for an address",
  (text) => {
    expect(isIpAddress(text)).toBe(true);
  },
);

test.each([
  "localhost",
  "",
  "1.2.3",
  "1.2.3.4.5",
  "256.0.0.1",
  "01.2.3.4",
  "fe80::1%eth0",
  "[::1]",
  ":::",
])("does not take %p for an address", (text) => {
  expect(isIpAddress(text)).toBe(false);
});

test.each([
  ["10.0.0.0/8", true],
  ["10.0.0.1", true],
  ["::/0", true],
  ["10.0.0.0/33", false],
  ["10.0.0.0/", false],
  ["x/8", false],
  ["10.0.0.0/8/8", false],
])("tells whether %s is a network", (text, isNetwork) => {
  expect(isAddressOrNetwork(text)).toBe(isNetwork);
});
