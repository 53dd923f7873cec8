import { expect, test } from "bun:test";
import { createServer } from "node:net";
import { hasListener, isPortTaken } from "./listening-ports.ts";

const LINES = [
  "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0 0 1 1",
  "   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0 0 1 1",
  "   2: 0B00007F:1F91 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  0 0 1 1",
  "   3: 00000000000000000000000001000000:1F92 00000000000000000000000000000000:0000 0A 0 0 0",
  "   5: 0000000000000000FFFF00000100007F:1F94 00000000000000000000000000000000:0000 0A 0 0 0",
  "   4: B80D0120000000000000000005000000:1F93 00000000000000000000000000000000:0000 0A 0 0 0",
];

test.each([
  ["the same address", "127.0.0.1", 8080, true],
  ["another address", "127.0.0.2", 8080, false],
  ["all addresses of IPv4 beside one of IPv6", "0.0.0.0", 8082, false],
  ["all addresses of IPv4 over one", "0.0.0.0", 8080, true],
  ["an address of IPv4 on a socket of IPv6", "127.0.0.1", 8084, true],
  ["another port", "127.0.0.1", 8081, false],
  ["all addresses over one", "::", 8080, true],
  ["one address under all", "10.1.2.3", 80, true],
  ["a connection from that port", "127.0.0.11", 8081, false],
  ["the loopback address of IPv6", "::1", 8082, true],
  ["an address of IPv6", "2001:db8::5", 8083, true],
  ["the same written out", "2001:0db8:0:0:0:0:0:5", 8083, true],
  ["a neighbour of it", "2001:db8::6", 8083, false],
])("%s", (_name, host, port, expected) => {
  expect(hasListener(LINES, host, port)).toBe(expected);
});

test("finds a real listener, and no longer once it is gone", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;

  expect(isPortTaken("127.0.0.1", port)).toBe(true);
  expect(isPortTaken("::", port)).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(isPortTaken("127.0.0.1", port)).toBe(false);
});
