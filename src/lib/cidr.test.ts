import { describe, expect, test } from "bun:test";
import { formatIp, isInNetwork, parseIp, parseNetwork } from "./cidr.ts";

/** The canonical text of an address, `undefined` for what is none. */
function canonical(text: string): string | undefined {
  const bytes = parseIp(text);
  return bytes && formatIp(bytes);
}

describe("addresses", () => {
  test.each([
    ["127.0.0.1", "127.0.0.1"],
    ["0.0.0.0", "0.0.0.0"],
    ["255.255.255.255", "255.255.255.255"],
    ["::", "::"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["2001:DB8::7", "2001:db8::7"],
    ["2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
    ["1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["::ffff:10.1.2.3", "10.1.2.3"],
    ["::FFFF:0a01:0203", "10.1.2.3"],
    ["64:ff9b::1.2.3.4", "64:ff9b::102:304"],
    ["1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"],
  ])("reads %p as %p", (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  test.each([
    [""],
    ["1.2.3"],
    ["1.2.3.4.5"],
    ["1.2.3.256"],
    ["01.2.3.4"],
    ["1.2.3.4 "],
    ["1..3.4"],
    ["1.2.3.4:80"],
    ["1e1.2.3.4"],
    ["localhost"],
    [":"],
    [":::"],
    [":1"],
    ["1:"],
    ["1:2:3:4:5:6:7"],
    ["1:2:3:4:5:6:7:8:9"],
    ["1:2:3:4:5:6:7:8::"],
    ["::1:2:3:4:5:6:7:8"],
    ["1::2::3"],
    ["12345::"],
    ["g::"],
    ["fe80::1%eth0"],
    ["[::1]"],
    ["[::1]:80"],
    ["::1.2.3"],
    ["1:2:3:4:5:6:7:1.2.3.4"],
    ["::1.2.3.4:5"],
  ])("takes %p for no address", (text) => {
    expect(parseIp(text)).toBeUndefined();
  });

  test("reads back every address that it writes", () => {
    const random = createRandom(7);

    for (let round = 0; round < 2000; round++) {
      const bytes = Uint8Array.from({ length: 16 }, () => (random(2) === 0 ? 0 : random(256)));
      bytes[0] = 0x20;

      expect(parseIp(formatIp(bytes))).toEqual(bytes);
    }
  });
});

describe("networks", () => {
  test.each([
    ["10.0.0.0/8", "10.255.1.2", true],
    ["10.0.0.0/8", "11.0.0.0", false],
    ["10.1.2.3/8", "10.9.9.9", true],
    ["10.0.0.0/08", "10.9.9.9", true],
    ["192.168.4.0/22", "192.168.7.255", true],
    ["192.168.4.0/22", "192.168.8.0", false],
    ["127.0.0.1", "127.0.0.1", true],
    ["127.0.0.1", "127.0.0.2", false],
    ["0.0.0.0/0", "8.8.8.8", true],
    ["0.0.0.0/0", "::1", false],
    ["::/0", "::1", true],
    ["::/0", "8.8.8.8", false],
    ["2001:db8::/32", "2001:db8:1::1", true],
    ["2001:db8::/32", "2001:db9::1", false],
    ["2001:db8::/33", "2001:db8:8000::", false],
    ["10.0.0.0/8", "::ffff:10.1.2.3", true],
    ["::ffff:10.0.0.0/104", "10.1.2.3", true],
    ["::ffff:10.0.0.0/104", "11.1.2.3", false],
    ["::ffff:10.0.0.0/80", "10.1.2.3", false],
    ["::1", "::1", true],
  ])("of %s: %s inside is %p", (network, address, isInside) => {
    expect(isInNetwork(parseIp(address)!, parseNetwork(network)!)).toBe(isInside);
  });

  test.each([
    ["10.0.0.0/33"],
    ["10.0.0.0/"],
    ["10.0.0.0/-1"],
    ["10.0.0.0/1e0"],
    ["10.0.0.0/ 8"],
    ["10.0.0/8"],
    ["::/129"],
    ["::ffff:1.2.3.4/129"],
    ["/8"],
    ["10.0.0.0/8/8"],
    ["name/8"],
  ])("takes %p for no network", (text) => {
    expect(parseNetwork(text)).toBeUndefined();
  });
});

function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
