import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { findTool } from "../support/find-tool.ts";
import { gw as gwCommand } from "../support/gw.ts";
import { expectFile } from "./support/expected-file.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-keepalived-"));
afterAll(() => rmSync(folder, { recursive: true }));
const keepalived = findTool("keepalived");

// keepalived looks whether the interface is there, and takes no loopback.
const cardName = Object.keys(networkInterfaces()).find((name) => name !== "lo");

const lb1 = {
  vip: "10.0.0.100/24",
  iface: cardName ?? "eth0",
  self: "10.0.0.1",
  peer: "10.0.0.2",
  priority: "110",
};

function gw(flags: Readonly<Record<string, string>>) {
  const words = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  return gwCommand(["keepalived", ...words]);
}

/**
 * Which command line makes which file of `expected/`. They differ from the samples of the specification
 * by their heads, by names made of addresses, and by where a comment says who wins.
 */
const CASES: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["keepalived-lb1.conf", { ...lb1, iface: "eth0", "router-id": "lb1" }],
  [
    "keepalived-lb2.conf",
    {
      ...lb1,
      ...{ iface: "eth0", self: "10.0.0.2", peer: "10.0.0.1", priority: "100" },
      "router-id": "lb2",
    },
  ],
  [
    "keepalived-ipv6.conf",
    {
      ...{ vip: "2001:DB8::100/64", iface: "bond0.7", self: "2001:db8:0::1", priority: "110" },
      ...{ peer: "2001:db8::2,2001:db8::3", stats: "[::1]:9000", "script-user": "checks" },
      "virtual-router-id": "7",
    },
  ],
];

test.each(CASES)("%s is what its command line makes", async (name, flags) => {
  const { code, out, err } = await gw(flags);

  expect({ code, err }).toEqual({ code: 0, err: "" });
  expectFile(name, out);
});

test("--stats takes what gw haproxy takes", async () => {
  const nodes = join(folder, "hosts.txt");
  writeFileSync(nodes, "10.0.0.11\n");
  for (const [given, written] of [
    ["127.0.0.2:9000", "127.0.0.2:9000"],
    ["0.0.0.0:8404", "0.0.0.0:8404"],
    ["[::0:1]:8404", "[::1]:8404"],
  ] as const) {
    const haproxy = await gwCommand(["haproxy", "--nodes", nodes, "--stats", given]);
    const { out } = await gw({ ...lb1, stats: given });

    expect(haproxy.out).toContain(`\nfrontend stats\n    bind ${written}\n`);
    expect(out.split(`http://${written}/haproxy"`)).toHaveLength(3);
  }
});

test.skipIf(keepalived === undefined || cardName === undefined)(
  "keepalived drops the checks of a user that is not there, as the head of the file says",
  async () => {
    const { out } = await gw({ ...lb1, "script-user": "gw_nobody_at_all" });
    const file = join(folder, "no-user.conf");
    writeFileSync(file, out);

    const { stdout, stderr } = Bun.spawnSync([keepalived ?? "", "-t", "-f", file]);

    expect(`${stdout}${stderr}`).toContain("haproxy_alive - removing");
    expect(out).toContain("\n#   useradd --system ");
    expect(out).toContain(" gw_nobody_at_all\nglobal_defs");
  },
);

test.skipIf(keepalived === undefined || cardName === undefined).each([
  ["the first balancer", lb1],
  ["the second", { ...lb1, self: "10.0.0.2", peer: "10.0.0.1", priority: "100" }],
  ["three", { ...lb1, peer: "10.0.0.2,10.0.0.3", "router-id": "lb1" }],
  ["IPv6", { ...lb1, vip: "2001:db8::100/64", self: "2001:db8::1", peer: "2001:db8::2" }],
  ["a page elsewhere", { ...lb1, stats: "[::1]:9000", "virtual-router-id": "255" }],
])("keepalived takes the file for %s", async (_, flags) => {
  // The user that packages do not make would draw a warning.
  const { code, out } = await gw({ ...flags, "script-user": "nobody" });
  const file = join(folder, "keepalived.conf");
  writeFileSync(file, out);

  const { stdout, stderr, exitCode, signalCode } = Bun.spawnSync([
    keepalived ?? "",
    "-t",
    "-f",
    file,
  ]);

  expect(code).toBe(0);
  expect(`${stdout}${stderr}`).toBe("");
  // Version 2.2.7 ends a good test by signalling itself; a bad one ends with 4 or 5.
  expect([0, "SIGTERM"]).toContain(signalCode ?? exitCode);
});

test("two balancers differ in name, priority and addresses only", async () => {
  const first = await gw(lb1);
  const second = await gw({ ...lb1, self: "10.0.0.2", peer: "10.0.0.1", priority: "100" });

  const lines = second.out.split("\n");
  const differing = first.out.split("\n").filter((line, at) => line !== lines[at]);
  expect(differing.map((line) => line.trim().split(" ")[0])).toEqual([
    "#",
    "router_id",
    "priority",
    "unicast_src_ip",
    "10.0.0.2",
  ]);
});

test.each([
  [{ vip: "10.0.0.300/24" }, "--vip"],
  [{ vip: "10.0.0.100/33" }, "--vip"],
  [{ vip: "10.0.0.100/24\n}" }, "--vip"],
  [{ vip: "10.0.0.1/24" }, "--vip is the moving address"],
  [{ vip: "10.0.0.2/24" }, "--vip is the moving address"],
  [{ vip: "::ffff:10.0.0.1/120" }, "--vip is the moving address"],
  [{ vip: "10.0.0.100/0" }, "--vip"],
  [
    { vip: "10.0.0.100" },
    'invalid argument "10.0.0.100" for --vip: an address with the prefix of its network: 10.0.0.100/24 (IPv6: /64)',
  ],
  [{ vip: "2001:db8::100" }, "for --vip: an address with the prefix of its network"],
  [{ vip: "10.0.0.100/" }, "--vip"],
  [{ vip: "10.0.0.100/24/24" }, "--vip"],
  [{ vip: "::ffff:10.0.0.100/90" }, "--vip"],
  [{ vip: "224.0.0.18/24" }, "--vip"],
  [{ vip: "2001:db8::100/64" }, "all IPv4 or all IPv6"],
  [{ iface: "eth0 }" }, "--iface"],
  [{ iface: "eth0\n" }, "--iface"],
  [{ iface: "$" + "{IFACE}" }, "--iface"],
  [{ iface: "a123456789012345" }, "--iface"],
  [{ self: "lb1" }, "--self"],
  [{ self: "10.0.0.2" }, "name a balancer twice"],
  [{ self: "fe80::1%eth0" }, "--self"],
  [{ peer: "10.0.0.2,evil" }, "--peer"],
  [{ peer: "10.0.0.2 # x" }, "--peer"],
  [{ peer: "10.0.0.2,10.0.0.2" }, "name a balancer twice"],
  [{ peer: "10.0.0.2,::ffff:10.0.0.2" }, "name a balancer twice"],
  [{ peer: "10.0.0.2," }, "--peer"],
  [{ peer: "10.0.0.2,2001:db8::2" }, "all IPv4 or all IPv6"],
  [{ peer: "2001:db8::2" }, "all IPv4 or all IPv6"],
  [{ peer: "" }, "required and not given: --peer"],
  [{ priority: "255" }, "--priority"],
  [{ priority: "30" }, "--priority"],
  [{ priority: "0" }, "--priority"],
  [{ priority: "-5" }, "--priority"],
  [{ priority: "110.5" }, "--priority"],
  [{ priority: "0x6e" }, "--priority"],
  [{ "virtual-router-id": "0" }, "--virtual-router-id"],
  [{ "router-id": 'lb"1' }, "--router-id"],
  [{ "script-user": "root;id" }, "--script-user"],
  [{ "virtual-router-id": "256" }, "--virtual-router-id"],
  [{ stats: "off" }, "for --stats: a balancer without its page cannot be checked"],
  [{ stats: ":8404" }, "ADDRESS:PORT"],
  [{ stats: "127.0.0.1" }, "ADDRESS:PORT"],
  [{ stats: "127.0.0.1:0" }, "ADDRESS:PORT"],
  [{ stats: "127.0.0.1:8404/x" }, "--stats"],
  [{ stats: '127.0.0.1:8404" ; reboot "' }, "--stats"],
])("%j is refused", async (flags, said) => {
  const { code, out, err } = await gw({ ...lb1, ...flags });

  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain(said);
});
