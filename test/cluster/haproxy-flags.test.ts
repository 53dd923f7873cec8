import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RENDERING_FLAGS } from "../../src/cluster/haproxy-options.ts";
import { haproxyCommand } from "../../src/commands/haproxy.ts";
import { findTool } from "../support/find-tool.ts";
import { gw } from "../support/gw.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-flags-"));
afterAll(() => rmSync(folder, { recursive: true }));

const NODES = ["--node", "10.0.0.11", "--node", "10.0.0.12", "--maxconn", "1000"];

/** They say what is rendered for, or what becomes of it. */
const OTHERS = ["nodes", "node", "config", "out", "check", "verify"];

test("every flag that decides about the file stands in its head", () => {
  const all = haproxyCommand.options.map(({ long }) => long);

  expect(all.filter((name) => !OTHERS.includes(name)).toSorted()).toEqual(
    RENDERING_FLAGS.toSorted(),
  );
});

test("the head has the flags as they were given, each on a line of its own", async () => {
  const words = ["--rate", "5/1s", "--trust", "10.0.0.1,10.1.0.0/16", "--trust", "2001:db8::1"];

  const { out } = await gw(["haproxy", ...NODES, ...words, "--accept-proxy"]);

  expect(out.match(/^# flag: .*$/gm)).toEqual([
    "# flag: --rate 5/1s",
    "# flag: --trust 10.0.0.1,10.1.0.0/16",
    "# flag: --trust 2001:db8::1",
    "# flag: --accept-proxy",
    "# flag: --maxconn 1000",
  ]);
});

test.skipIf(findTool("haproxy") === undefined)(
  "a render that forgets a flag says so, and writes what it was told",
  async () => {
    const file = join(folder, "haproxy.cfg");
    const first = await gw(["haproxy", ...NODES, "--rate", "5/1s", "--retry", "none", "-o", file]);

    const second = await gw(["haproxy", ...NODES, "--retry", "none", "-o", file]);

    expect([first.code, second.code]).toEqual([0, 0]);
    expect(first.err).not.toContain("W18");
    expect(second.err).toContain(
      `W18 ${file} was rendered with --rate 5/1s, which is not given now`,
    );
    expect(readFileSync(file, "utf8")).not.toContain("--rate");
  },
);

test.each(["0.0.0.0/0", "::/0", "10.0.0.0/8,0.0.0.0/0"])(
  "to trust %s is to trust everybody",
  async (networks) => {
    const { code, err } = await gw(["haproxy", ...NODES, "--trust", networks]);

    expect(code).toBe(0);
    expect(err).toMatch(/^W19 --trust \S+\/0 believes whatever any client writes/m);
  },
);

test("a resolver that nobody needs is told, and only that", async () => {
  const idle = await gw(["haproxy", ...NODES, "--resolver", "10.0.0.53:53"]);
  const used = await gw(["haproxy", "--node", "a.test slots=2", "--resolver", "10.0.0.53:53"]);

  expect(idle.code).toBe(0);
  expect(idle.err).toContain("W20 --resolver has no effect");
  expect(used.err).not.toContain("W20");
});

test.each([[["--node-ca", "/ca.pem", "--node-insecure"], "node-ca"]])(
  "%j makes no sense here",
  async (words, message) => {
    const { code, out, err } = await gw(["haproxy", ...NODES, ...words]);

    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
  },
);
