import { afterAll, describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "../../src/commands/command-line.ts";
import { findTool } from "../support/find-tool.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-systemd-"));
afterAll(() => rmSync(folder, { recursive: true }));
const analyze = findTool("systemd-analyze");

async function gw(...words: string[]) {
  let out = "";
  let err = "";
  const code = await runCommandLine(["systemd", ...words], {
    environment: {},
    out: { isTerminal: false, write: (text) => (out += text) },
    err: { isTerminal: false, write: (text) => (err += text) },
    workerEntry: new URL("../../src/node/worker.ts", import.meta.url),
  });
  return { code, out, err };
}

function configFile(name: string, root: object): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ version: 3, ...root }));
  return path;
}

function runAnalyze(...words: string[]) {
  const { stdout, stderr, exitCode } = Bun.spawnSync([analyze ?? "", ...words]);
  return { said: `${stdout}${stderr}`, exitCode };
}

/** The unit with a program that this machine has: systemd looks whether it is there. */
function writeUnit(name: string, unit: string, program = "/usr/local/bin/gw"): string {
  mkdirSync(join(folder, name), { recursive: true });
  const path = join(folder, name, "gw.service");
  writeFileSync(path, unit.replaceAll(program, "/bin/true"));
  return path;
}

describe.each([
  ["the usual port", {}],
  ["a port below 1024", { port: 80 }],
])("for %s", (name, root) => {
  test.skipIf(analyze === undefined)("systemd finds nothing odd about the unit", async () => {
    const { out } = await gw("-c", configFile("gateway.json", root));
    const path = writeUnit(name, out);

    expect(runAnalyze("verify", path)).toEqual({ said: "", exitCode: 0 });
    expect(runAnalyze("security", "--offline=true", "--threshold=20", path).exitCode).toBe(0);
  });
});

test.each([
  [{}, [], "45s"],
  [{ max_shutdown_wait_time: "12.2s" }, [], "28s"],
  [{ extra_config: { "gw/node": { shutdown_delay: "15s" } } }, [], "55s"],
  [{ extra_config: { "gw/node": { shutdown_delay: "15s" } } }, ["--shutdown-delay", "20s"], "60s"],
])("the time to stop covers delay and wait: %j %j", async (root, words, seconds) => {
  const { out } = await gw("-c", configFile("gateway.json", root), ...words);

  expect(out).toContain(`\nTimeoutStopSec=${seconds}\n`);
});

test("a delay that is not in the file is passed on", async () => {
  const { out } = await gw("-c", configFile("gateway.json", {}), "--shutdown-delay", "20s");

  expect(out).toContain(
    "\nExecStart=/usr/local/bin/gw run -c /etc/gw/gateway.json --shutdown-delay 20s\n",
  );
});

test("only a port below 1024 gives a capability", async () => {
  const low = await gw("-c", configFile("gateway.json", { port: 443 }));
  const high = await gw("-c", configFile("gateway.json", { port: 1024 }));

  expect(low.out).toContain("\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE\n");
  expect(high.out).toContain("\nCapabilityBoundingSet=\n");
});

test.skipIf(analyze === undefined)("systemd finds a program below an odd folder", async () => {
  const config = configFile('a "b" 5%.json', {});
  const { out } = await gw("-c", config, "--install-dir", "/opt/my 5% gw");
  const unit = out.slice(out.indexOf("[Unit]"), out.indexOf("\nEND_OF_GW_SERVICE"));
  mkdirSync(join(folder, "my 5% gw"));
  copyFileSync("/bin/true", join(folder, "my 5% gw", "gw"));

  const path = writeUnit("odd", unit.replaceAll("/opt/my", `${folder}/my`));

  expect(runAnalyze("verify", path)).toEqual({ said: "", exitCode: 0 });
});

test("blanks, quotes and percent signs of a path mean themselves", async () => {
  const { out } = await gw("-c", configFile('a "b" 5%.json', {}));

  expect(out).toContain('\nExecStart=/usr/local/bin/gw run -c "/etc/gw/a \\"b\\" 5%%.json"\n');
});

test.each([
  "gw",
  "/opt/$HOME",
  "/opt/a\\b",
  "/opt/a\nb",
  "/opt/a'b",
  "/opt/../etc",
  "/home/ada",
  "/tmp",
  "/opt/ö",
])("the folder %j is refused", async (path) => {
  const { code, out, err } = await gw("--install-dir", path);

  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain("--install-dir");
});

test("a configuration that cannot be served makes no unit", async () => {
  const { code, out, err } = await gw("-c", configFile("gateway.json", { port: 99_999 }));

  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toContain("gateway.json");
});

test("the commands of --install-dir are a shell script with the unit inside", async () => {
  const { code, out } = await gw("-c", configFile("it's.json", {}), "--install-dir", "/opt/my gw");

  expect(code).toBe(0);
  expect(out).toContain(`it'\\''s.json' '/opt/my gw/it'\\''s.json'\n`);
  expect(Bun.spawnSync(["sh", "-n"], { stdin: Buffer.from(out) }).exitCode).toBe(0);
  const unitFile = join(folder, "installed.service");
  const heredoc = out.slice(out.indexOf("cat > "), out.indexOf("\nsystemctl daemon-reload"));
  Bun.spawnSync(["sh", "-c", heredoc.replace("/etc/systemd/system/gw.service", unitFile)]);
  expect(readFileSync(unitFile, "utf8")).toContain(
    '\nExecStart="/opt/my gw/gw" run -c "/opt/my gw/it\'s.json"\n',
  );
});
