import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "../../src/commands/command-line.ts";
import { findTool } from "../support/find-tool.ts";

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

async function gw(flags: Readonly<Record<string, string>>) {
  let out = "";
  let err = "";
  const words = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const code = await runCommandLine(["keepalived", ...words], {
    environment: {},
    out: { isTerminal: false, write: (text) => (out += text) },
    err: { isTerminal: false, write: (text) => (err += text) },
    workerEntry: new URL("../../src/node/worker.ts", import.meta.url),
  });
  return { code, out, err };
}

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
  [{ iface: "eth0 }" }, "--iface"],
  [{ iface: "eth0\n" }, "--iface"],
  [{ iface: "$" + "{IFACE}" }, "--iface"],
  [{ iface: "a123456789012345" }, "--iface"],
  [{ self: "lb1" }, "--self"],
  [{ self: "10.0.0.2" }, "name a balancer twice"],
  [{ self: "fe80::1%eth0" }, "--self"],
  [{ peer: "10.0.0.2,evil" }, "--peer"],
  [{ peer: "10.0.0.2 # x" }, "--peer"],
  [{ peer: "2001:db8::2" }, "all IPv4 or all IPv6"],
  [{ peer: "" }, "required and not given: --peer"],
  [{ priority: "255" }, "--priority"],
  [{ priority: "30" }, "--priority"],
  [{ priority: "0x6e" }, "--priority"],
  [{ "virtual-router-id": "0" }, "--virtual-router-id"],
  [{ "router-id": 'lb"1' }, "--router-id"],
  [{ "script-user": "root;id" }, "--script-user"],
  [{ stats: "127.0.0.1:8404/x" }, "--stats"],
  [{ stats: '127.0.0.1:8404" ; reboot "' }, "--stats"],
])("%j is refused", async (flags, said) => {
  const { code, out, err } = await gw({ ...lb1, ...flags });

  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain(said);
});
