import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseNodeList } from "../../src/cluster/node-list.ts";
import { renderNodesAsJson } from "../../src/cluster/node-list-formats.ts";
import { findTool } from "../support/find-tool.ts";

const root = join(import.meta.dir, "..", "..");
const readme = readFileSync(join(root, "README.md"), "utf8");

const folder = mkdtempSync(join(tmpdir(), "gw-readme-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("the README explains every code of the node list and of the balancer's warnings", () => {
  const explained = [...readme.matchAll(/^\| ([EW]\d\d(?:, [EW]\d\d)*) \|/gm)]
    .flatMap(([, codes = ""]) => codes.split(", "))
    .sort();

  expect(explained).toEqual(codesInSource());
});

const jq = findTool("jq");

describe.skipIf(jq === undefined)("the README's upgrade.sh", () => {
  test("upgrades one node after the other, and names those that it leaves out", () => {
    const { code, out, hosts } = upgrade({ a: "UP", b: "DRAIN", c: "MAINT", d: "UP" });

    expect(out).toBe("a: UP\nb: DRAIN\nc: skipped (disabled)\ns: skipped (slots)\nd: UP\n");
    expect(hosts).toEqual(["10.0.0.1", "10.0.0.2", "2001:db8::5"]);
    expect(code).toBe(0);
  });

  test("ends at a node that does not come back", () => {
    const { code, err, hosts } = upgrade({ a: "UP", b: "DOWN 1/2", d: "UP" });

    expect(err).toBe("b: still 'DOWN 1/2' after 60 s\n");
    expect(hosts).toEqual(["10.0.0.1", "10.0.0.2"]);
    expect(code).toBe(1);
  });

  test("ends at a node that cannot be reached", () => {
    const { code, hosts } = upgrade({ a: "UP", b: "UP", d: "UP" }, "10.0.0.1");

    expect(hosts).toEqual(["10.0.0.1"]);
    expect(code).toBe(1);
  });
});

function codesInSource(): string[] {
  const sources = ["src/cluster", "src/commands"].flatMap((part) =>
    readdirSync(join(root, part))
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => readFileSync(join(root, part, name), "utf8")),
  );
  const codes = sources.flatMap((text) => text.match(/(?<=["`])[EW]\d\d(?=["` ])/g) ?? []);
  return [...new Set(codes)].sort();
}

const LIST = `
10.0.0.1 name=a
10.0.0.2 name=b drain
10.0.0.3 name=c disabled
gw.example.internal name=s slots=2
[2001:db8::5] name=d`;

/** Runs the script with these states of HAProxy; `ssh` notes its host, and fails for `unreachable`. */
function upgrade(states: Readonly<Record<string, string>>, unreachable = "none") {
  const script = /```sh\n(#!\/bin\/sh\n# upgrade\.sh[\s\S]*?)```/.exec(readme)?.[1];
  if (script === undefined) throw new Error("the README has no upgrade.sh");
  const list = parseNodeList(new TextEncoder().encode(LIST), {
    name: "hosts.txt",
    defaultPort: 8080,
  });
  if ("problems" in list) throw new Error("the list is refused");
  writeFileSync(join(folder, "nodes.json"), renderNodesAsJson(list.nodes));
  const rows = Object.entries(states).map(([name, state]) => `gw,${name}${",".repeat(16)}${state}`);
  writeFileSync(join(folder, "stats.csv"), `${rows.join("\n")}\n`);
  writeFileSync(join(folder, "hosts"), "");
  addProgram("shop-gateway", `cat ${folder}/nodes.json`);
  addProgram("curl", `cat ${folder}/stats.csv`);
  addProgram("sleep", "");
  addProgram("ssh", `cat >/dev/null; echo "$1" >> ${folder}/hosts; [ "$1" != ${unreachable} ]`);

  const { status, stdout, stderr } = spawnSync("sh", ["-c", script], {
    cwd: folder,
    env: { PATH: `${folder}:${process.env.PATH}` },
    encoding: "utf8",
  });
  const hosts = readFileSync(join(folder, "hosts"), "utf8").split("\n").filter(Boolean);
  return { code: status, out: stdout, err: stderr, hosts };
}

function addProgram(name: string, command: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${command}\n`);
  chmodSync(join(folder, name), 0o755);
}
