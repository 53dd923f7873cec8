import { afterAll, beforeAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../support/free-port.ts";
import { startProcess } from "../support/gateway-process.ts";
import { createProgramFolder, type ProgramFolder, runProgram } from "./program.ts";

let folder: ProgramFolder;
beforeAll(() => {
  folder = createProgramFolder();
  // Everybody may go in: a test runs as another user.
  chmodSync(folder.path, 0o755);
}, 60_000);
afterAll(() => folder.remove());

test("the program says what it is and what it carries", () => {
  const { code, out } = runProgram(folder.program, ["version"]);

  expect(code).toBe(0);
  expect(out).toMatch(/^gw Version: \S+\nCommit: \S+\nBun Version: \S+\nConfiguration: built-in\n/);
});

test("what a folder holds for Bun is neither read nor run", async () => {
  mkdirSync(join(folder.path, "hostile"));
  const ranFile = join(folder.path, "hostile", "ran");
  const code = `require("node:fs").writeFileSync(${JSON.stringify(ranFile)}, process.argv.join());`;
  folder.write("hostile/preload.cjs", code);
  folder.write("hostile/bunfig.toml", 'preload = ["./preload.cjs"]\n');
  folder.write("hostile/.env", "GW_PORT=1\nKRAKEND_PORT=1\nBUN_OPTIONS=--preload=./preload.cjs\n");
  folder.write("hostile/.env.local", "GW_PORT=1\n");
  folder.write("hostile/.env.test", "GW_PORT=1\n");
  folder.write("hostile/.env.production", "GW_PORT=1\n");
  folder.write("hostile/tsconfig.json", "{ broken");
  folder.write("hostile/package.json", "{ broken");
  const port = await freePort();

  const cwd = join(folder.path, "hostile");
  const args = ["run", "-p", String(port)];
  const gateway = await startProcess({ program: folder.program, args, env: {}, port, cwd });
  const answer = await fetch(`http://127.0.0.1:${port}/hello/ada`);
  const exitCode = await gateway.stop();

  expect(answer.status).toBe(200);
  expect(exitCode).toBe(0);
  expect(existsSync(ranFile)).toBe(false);
  // -p would hide a port from the file .env.
  const checked = runProgram(folder.program, ["check", "-d"], { cwd });
  expect(checked.code).toBe(0);
  expect(checked.err).not.toContain("PORT");
  expect(existsSync(ranFile)).toBe(false);
});

test("it needs no environment", () => {
  const { code, err } = runProgram(folder.program, ["check"], { env: {}, cwd: "/" });

  expect(code).toBe(0);
  expect(err).toContain("Syntax OK!");
});

test("it is found through the path and through a link", () => {
  const env = { PATH: folder.path };

  expect(runProgram("gw", ["check"], { env, cwd: "/" }).code).toBe(0);
  spawnSync("ln", ["-s", folder.program, join(folder.path, "gateway")]);
  expect(runProgram("gateway", ["check"], { env, cwd: "/" }).code).toBe(0);
});

test("it starts with closed standard input, output and error", () => {
  const words = ["-c", `"$0" check <&- >&- 2>&-; echo "ended with $?"`, folder.program];

  const { out } = runProgram("/bin/sh", words);

  expect(out).toBe("ended with 0\n");
});

const isRoot = process.getuid?.() === 0;
const setpriv = Bun.which("setpriv");

test.skipIf(!isRoot || setpriv === null)("it starts as a user without a home", async () => {
  const port = await freePort();
  const words = ["--reuid=65534", "--regid=65534", "--clear-groups", folder.program];

  const env = { HOME: "/nonexistent", XDG_CACHE_HOME: "", TMPDIR: "/nonexistent" };
  const args = [...words, "run", "-p", String(port)];
  const gateway = await startProcess({ program: setpriv ?? "", args, env, port, cwd: "/" });
  const answer = await fetch(`http://127.0.0.1:${port}/hello/ada`);
  const exitCode = await gateway.stop();

  expect(answer.status).toBe(200);
  expect(exitCode).toBe(0);
});

test.skipIf(!isRoot || setpriv === null)("a user who may not read it, may run it", () => {
  const program = join(folder.path, "unreadable");
  copyFileSync(folder.program, program);
  chmodSync(program, 0o711);
  const words = ["--reuid=65534", "--regid=65534", "--clear-groups", program];

  const { code, err } = runProgram(setpriv ?? "", [...words, "check"], { env: {}, cwd: "/" });

  // Whether it carries a configuration cannot be known, so none is taken for granted.
  expect(code).toBe(1);
  expect(err).toContain("permission denied");
  expect(statSync(program).mode & 0o777).toBe(0o711);
});
