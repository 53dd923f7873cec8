import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gw } from "../../test/support/gw.ts";
import { MAX_NODE_LIST_BYTES } from "../cluster/node-list-text.ts";
import { readNodeLists } from "./node-lists.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-nodes-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `gw nodes` with these words. */
function nodes(...words: readonly string[]) {
  return gw(["nodes", ...words]);
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const DEFAULT_PORT = "W04 no gateway configuration (-c): nodes without a port get 8080\n";

test("text is host:port, one a line, expanded", async () => {
  const path = file("hosts.txt", "10.0.0.[9-10] backup\n[2001:DB8::5]\n10.0.0.1 disabled\n");

  expect(await nodes("--nodes", path)).toEqual({
    code: 0,
    out: "10.0.0.9:8080\n10.0.0.10:8080\n[2001:db8::5]:8080\n10.0.0.1:8080\n",
    err: DEFAULT_PORT,
  });
});

test("the port of the configuration is that of nodes without one", async () => {
  const config = file("gateway.json", JSON.stringify({ version: 3, port: 9001, endpoints: [] }));

  const { out } = await nodes("-c", config, "--node", "10.0.0.1", "--node", "10.0.0.2:9001");

  expect(out).toBe("10.0.0.1:9001\n10.0.0.2:9001\n");
});

test.each(["text", "json", "prometheus"])(
  "a port that nobody gave is told for %s",
  async (format) => {
    const list = ["--node", "10.0.0.[1-2]:9001", "--node", "10.0.0.3"];

    expect(await nodes("--format", format, ...list)).toMatchObject({
      code: 0,
      err: `<--node 2>:1:1: W03 nodes use different ports: 10.0.0.1 has 9001, 10.0.0.3 has 8080\n${DEFAULT_PORT}`,
    });
  },
);

test("of ports that the list or the configuration gives nothing is told", async () => {
  const config = file("gateway.json", JSON.stringify({ version: 3, endpoints: [] }));
  const given = ["--node", "10.0.0.[1-2]:8080", "--node", "[::1]:8080 disabled"];
  const srv = ["--format", "json", "--node", "_gw._tcp.test"];

  expect((await nodes(...given)).err).not.toContain("W04");
  expect((await nodes(...srv)).err).not.toContain("W04");
  expect((await nodes("-c", config, "--node", "10.0.0.[1-2]")).err).not.toContain("W04");
});

test("json has all facts, one node a line", async () => {
  const { out, code } = await nodes("--format=json", "--node", "_gw._tcp.test weight=5 zone=r1");

  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual([
    {
      name: "gw_tcp.test",
      address: "_gw._tcp.test",
      host: "_gw._tcp.test",
      port: null,
      kind: "srv",
      weight: 5,
      maxconn: null,
      slots: 10,
      zone: "r1",
      backup: false,
      state: "active",
    },
  ]);
});

test("prometheus gets targets with labels for its file discovery", async () => {
  const { out } = await nodes(
    ...["--format", "prometheus", "--node", "10.0.0.1 name=a zone=r1", "--node", "10.0.0.2"],
  );

  expect(JSON.parse(out)).toEqual([
    { targets: ["10.0.0.1:8080"], labels: { name: "a", zone: "r1" } },
    { targets: ["10.0.0.2:8080"], labels: { name: "10.0.0.2_8080" } },
  ]);
});

test.each(["text", "prometheus"])("an SRV name has no host:port for %s", async (format) => {
  const list = ["--node", "10.0.0.1", "--node", " _gw._tcp.test"];

  expect(await nodes("--format", format, ...list)).toEqual({
    code: 1,
    out: "",
    err: '<--node 2>:1:2: E20 "_gw._tcp.test" is an SRV name: only DNS knows its hosts (json lists it)\n',
  });
});

test("a name with slots is written once, and that is told", async () => {
  expect(await nodes("--node", "gw.test slots=4")).toEqual({
    code: 0,
    out: "gw.test:8080\n",
    err: `<--node 1>:1:1: W10 gw.test stands for up to 4 hosts, but is written once\n${DEFAULT_PORT}`,
  });
});

test("nothing is written when anything is wrong", async () => {
  const missing = join(folder, "none.txt");

  expect(await nodes("--nodes", missing, "--node", "10.0.0.1", "--node", "http://x")).toEqual({
    code: 1,
    out: "",
    err:
      `${missing}:0:0: E18 cannot read ${missing}: no such file\n` +
      "<--node 2>:1:1: E17 write host:port, not a URL\n",
  });
  expect(await nodes("--nodes", folder)).toMatchObject({
    code: 1,
    err: `${folder}:0:0: E18 cannot read ${folder}: it is a directory\n`,
  });
  expect(await nodes("--node", "10.0.0.1", "-c", missing)).toMatchObject({ code: 1, out: "" });
});

test.each([[[]], [["--nodes", ""]], [["--node", "a", "--format", "xml"]], [["hosts.txt"]]])(
  "gw nodes %j is a usage error",
  async (words) => {
    expect(await nodes(...words)).toMatchObject({ code: 2, out: "" });
  },
);

test("- is standard input, of which no more than a list's largest size is read", async () => {
  const piece = new Uint8Array(65_536);
  let given = 0;
  async function* tooLong() {
    for (; given < 4 * MAX_NODE_LIST_BYTES; given += piece.length) yield piece;
  }
  const words = { options: new Map([["nodes", "-"]]), counts: new Map(), operands: [] };

  const list = await readNodeLists(
    { ...words, values: new Map() },
    { defaultPort: 8080, input: tooLong() },
  );

  expect("problems" in list && list.problems).toMatchObject([{ source: "<stdin>", code: "E19" }]);
  expect(given).toBeLessThanOrEqual(MAX_NODE_LIST_BYTES + piece.length);
});
