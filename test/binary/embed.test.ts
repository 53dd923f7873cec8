import { afterAll, beforeAll, expect, test } from "bun:test";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  watch,
} from "node:fs";
import { join } from "node:path";
import { CARRIES_MARK, CARRIES_MARK_OFFSET } from "../../src/platform/elf.ts";
import { freePort } from "../support/free-port.ts";
import { startProcess } from "../support/gateway-process.ts";
import {
  configurationNamed,
  createProgramFolder,
  type ProgramFolder,
  runProgram,
} from "./program.ts";

let folder: ProgramFolder;
let plain: string;
beforeAll(() => {
  folder = createProgramFolder();
  plain = folder.write("plain.json", '{ "version": 3, "endpoints": [] }\n');
  chmodSync(folder.path, 0o755);
}, 60_000);
afterAll(() => folder.remove());

function embed(file: string, out: string, program = folder.program) {
  return runProgram(program, ["embed", "-c", file, "-o", out]);
}

async function askWho(port: number): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${port}/who`);
  return answer.json();
}

/** What an interrupted or failed run must not leave behind. */
function leftovers(path = folder.path): string[] {
  return readdirSync(path).filter((name) => name.startsWith(".gw-embed"));
}

test("the copy serves its configuration, from any folder, and says which one it is", async () => {
  const port = await freePort();
  const file = folder.write("shop.json", configurationNamed("shop", port));
  const out = join(folder.path, "shop");

  const done = embed(file, out);
  const gateway = await startProcess({ program: out, args: ["run"], env: {}, port, cwd: "/" });
  const who = await askWho(port);
  await gateway.stop();

  const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
  expect(done).toEqual({
    code: 0,
    out: `Written: ${out}, ${statSync(out).size} bytes\nConfiguration: shop.json, sha256 ${sha256}\n`,
    err: "",
  });
  expect(who).toEqual({ from: ["shop"] });
  expect(gateway.log()).toContain("embedded shop.json");
  expect(runProgram(out, ["version"]).out).toContain(
    `\nConfiguration: shop.json, sha256 ${sha256}\n`,
  );
});

test("a file that is given counts more than the one inside", () => {
  const out = join(folder.path, "given");
  embed(plain, out);

  const inside = runProgram(out, ["check"]);
  const given = runProgram(out, ["check", "-c", "nowhere.json"]);

  expect(inside.code).toBe(0);
  expect(inside.err).toContain("Parsing configuration file: embedded plain.json");
  expect(given.code).toBe(1);
  expect(given.err).toContain("'nowhere.json': open nowhere.json: no such file or directory");
});

test("a second configuration takes the place of the first", () => {
  const first = join(folder.path, "first");
  const second = join(folder.path, "second");
  const large = folder.write(
    "large.json",
    `{ "version": 3,${" ".repeat(100_000)} "endpoints": [] }`,
  );

  embed(large, first);
  embed(plain, second, first);

  const programBytes = statSync(folder.program).size;
  expect(statSync(first).size).toBeGreaterThan(programBytes + 100_000);
  expect(statSync(second).size).toBeLessThan(programBytes + 1_000);
  const program = readFileSync(folder.program);
  program[CARRIES_MARK_OFFSET] = CARRIES_MARK;
  expect(readFileSync(second).subarray(0, programBytes).equals(program)).toBe(true);
  expect(runProgram(second, ["version"]).out).toContain("\nConfiguration: plain.json, ");
});

test("a running gateway's program is replaced while it serves", async () => {
  const port = await freePort();
  const out = join(folder.path, "running");
  embed(folder.write("old.json", configurationNamed("old", port)), out);

  const gateway = await startProcess({ program: out, args: ["run"], env: {}, port });
  const newer = folder.write("new.json", configurationNamed("new", port));
  const done = embed(newer, out, out);
  const whoBefore = await askWho(port);
  await gateway.stop();
  const next = await startProcess({ program: out, args: ["run"], env: {}, port });
  const whoAfter = await askWho(port);
  await next.stop();

  expect(done.code).toBe(0);
  expect(whoBefore).toEqual({ from: ["old"] });
  expect(whoAfter).toEqual({ from: ["new"] });
});

test.each([
  ["krakend.yaml", "version: 3\ntimeout: 3s\ntimeoutt: 1s\n", "3:1"],
  ["krakend.toml", 'version = 3\ntimeout = "3s"\ntimeoutt = "1s"\n', "3:1"],
])("%s keeps its format, and messages their lines", (name, text, position) => {
  const out = join(folder.path, "formats");

  const done = embed(folder.write(name, text), out);
  const checked = runProgram(out, ["check"]);

  expect(done.code).toBe(0);
  expect(done.err).toStartWith(`WARNING '${join(folder.path, name)}':${position}: `);
  expect(checked.err).toContain(`WARNING 'embedded ${name}':${position}: `);
});

test("variables apply where the copy runs and are not put into it", () => {
  const out = join(folder.path, "variables");
  const env = { KRAKEND_NAME: "only-where-it-was-embedded", GW_TIMEOUT: "1234ms" };

  const words = ["embed", "-c", plain, "-o", out];
  const done = runProgram(folder.program, words, { env });
  const checked = runProgram(out, ["check"], { env: { GW_TIMEOUT: "soon" } });

  expect(done.code).toBe(0);
  expect(checked.code).toBe(1);
  expect(checked.err).toContain("GW_TIMEOUT");
  const added = readFileSync(out).subarray(statSync(folder.program).size).toString("latin1");
  expect(added).toStartWith(readFileSync(plain, "latin1"));
  expect(added).not.toContain("only-where-it-was-embedded");
  expect(added).not.toContain("1234ms");
});

test("what 'gw run' would refuse is refused, in the same words", () => {
  const file = folder.write("broken.json", '{ "version": 3, "timeout": "3x" }');
  const out = join(folder.path, "broken");

  const refused = embed(file, out);
  const run = runProgram(folder.program, ["run", "-c", file]);

  expect(refused.code).toBe(1);
  expect(refused.out).toBe("");
  expect(refused.err).toContain("$.timeout");
  expect(refused.err).toBe(run.err);
  expect(readdirSync(folder.path)).not.toContain("broken");
});

test("the copy may be run by those whom the umask leaves in", () => {
  const out = join(folder.path, "modes");

  const words = ["-c", 'umask 027; exec "$0" embed -c "$1" -o "$2"', folder.program, plain, out];
  const done = runProgram("/bin/sh", words);

  expect(done.code).toBe(0);
  expect(statSync(out).mode & 0o777).toBe(0o750);
});

test("a link keeps leading to the program", () => {
  const out = join(folder.path, "linked");
  const link = join(folder.path, "link");
  copyFileSync(folder.program, out);
  symlinkSync("linked", link);

  const done = embed(plain, link);

  expect(done.code).toBe(0);
  expect(readlinkSync(link)).toBe("linked");
  expect(runProgram(out, ["version"]).out).toContain("\nConfiguration: plain.json, ");
});

test.each([
  ["a folder", "/tmp", "it is a folder"],
  ["a name that ends as a folder's", "/tmp/gw/", "it names a folder"],
  ["a device", "/dev/null", "it is no regular file"],
  ["in a folder that is not there", "/nowhere/gw", "there is no folder /nowhere"],
  ["in a file", "/etc/passwd/gw", "/etc/passwd is not a folder"],
  ["in a file system that takes nothing", "/proc/gw", "there is no folder /proc"],
])("nothing is written to %s", (_, out, problem) => {
  const { code, out: printed, err } = embed(plain, out);

  expect(code).toBe(1);
  expect(printed).toBe("");
  expect(err).toStartWith(`ERROR writing ${out}: ${problem}`);
});

test("a file that is no program keeps its place, the configuration above all", () => {
  const notes = folder.write("notes.txt", "keep me");

  const overNotes = embed(plain, notes);
  const overItself = embed(plain, plain);

  expect(overNotes.code).toBe(1);
  expect(overNotes.err).toContain("a file that is no program has this name; remove it first");
  expect(readFileSync(notes, "utf8")).toBe("keep me");
  expect(overItself.code).toBe(1);
  expect(overItself.err).toContain("it is the configuration itself");
});

test("an empty file, as mktemp makes it, may be written to", () => {
  const out = folder.write("empty", "");

  expect(embed(plain, out).code).toBe(0);
  expect(statSync(out).mode & 0o111).toBe(0o111);
});

test.each([
  [["embed"], "--config, --output"],
  [["embed", "-c", "krakend.json"], "--output"],
  [["embed", "-o", "out"], "--config"],
  [["embed", "-c", "krakend.json", "-o", ""], "--output"],
])("gw %p is a usage error", (words, missing) => {
  const { code, err } = runProgram(folder.program, words);

  expect(code).toBe(2);
  expect(err).toBe(`Error: required and not given: ${missing}\nRun 'gw embed --help' for usage.\n`);
});

test("from source there is nothing to copy", () => {
  const main = join(import.meta.dir, "..", "..", "src", "main.ts");

  const words = [main, "embed", "-c", plain, "-o", join(folder.path, "none")];
  const { code, err } = runProgram(process.execPath, words);

  expect(code).toBe(1);
  expect(err).toContain("npm run build");
});

test("a limit on the size of files is met with a message, and leaves nothing", () => {
  const out = join(folder.path, "limited");

  const words = ["-c", 'ulimit -f 20000; "$0" embed -c "$1" -o "$2"', folder.program, plain, out];
  const { code, err } = runProgram("/bin/bash", words);

  expect(code).toBe(1);
  expect(err).toStartWith(`ERROR writing ${out}: file too large: `);
  expect(leftovers()).toEqual([]);
});

test("a signal in the middle leaves nothing behind", async () => {
  const out = join(folder.path, "interrupted");

  const child = spawn(folder.program, ["embed", "-c", plain, "-o", out], { stdio: "ignore" });
  const ended = once(child, "close");
  const watcher = watch(folder.path, (_, name) => {
    if (name?.startsWith(".gw-embed")) child.kill("SIGTERM");
  });
  const [code] = await ended;
  watcher.close();

  expect(code).toBe(143);
  expect(leftovers()).toEqual([]);
  expect(readdirSync(folder.path)).not.toContain("interrupted");
});

const isRoot = process.getuid?.() === 0;
const setpriv = Bun.which("setpriv");

test.skipIf(!isRoot || setpriv === null)("who may not write there, is told so", () => {
  const words = ["--reuid=65534", "--regid=65534", "--clear-groups", folder.program];
  const out = join(folder.path, "forbidden");

  const { code, err } = runProgram(setpriv ?? "", [...words, "embed", "-c", plain, "-o", out]);

  expect(code).toBe(1);
  expect(err).toBe(`ERROR writing ${out}: permission denied in the folder ${folder.path}\n`);
});

/** Words that run a shell script where mounts are its own and end with it. */
const ownMounts = ["unshare", isRoot ? "-m" : "-rm", "sh", "-c"];
const canMount = isPossible([...ownMounts, "mount -t tmpfs tmpfs /mnt"]);

function isPossible([program = "", ...words]: readonly string[]): boolean {
  return spawnSync(program, words).status === 0;
}

/** Embeds into a disk of 8 MB, too small for the program, and lists what is on it then. */
function embedIntoSmallDisk(script: string) {
  const disk = join(folder.path, "disk");
  mkdirSync(disk, { recursive: true });
  const lines = [
    'mount -t tmpfs -o size=8m tmpfs "$2"',
    script,
    '"$0" embed -c "$1" -o "$2/gw"; code=$?',
    'ls -A "$2"; exit $code',
  ];
  const [program = "", ...words] = [...ownMounts, lines.join("\n"), folder.program, plain, disk];
  return { ...runProgram(program, words), disk };
}

test.skipIf(!canMount)("a full disk is met with a message, and keeps what it had", () => {
  const { code, out, err, disk } = embedIntoSmallDisk('printf "\\177ELF old" > "$2/gw"');

  expect(code).toBe(1);
  expect(out).toBe("gw\n");
  expect(err).toMatch(
    /^ERROR writing \S+: no space left on the device of \S+: \d+ bytes are needed\n$/,
  );
  expect(err).toContain(`ERROR writing ${disk}/gw: `);
});

test.skipIf(!canMount)("a read-only disk is met with a message", () => {
  const { code, out, err, disk } = embedIntoSmallDisk('mount -o remount,ro "$2"');

  expect(code).toBe(1);
  expect(out).toBe("");
  expect(err).toBe(`ERROR writing ${disk}/gw: the file system of ${disk} is read-only\n`);
});
