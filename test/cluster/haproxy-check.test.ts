import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { checkWithHaproxy } from "../../src/commands/haproxy-check.ts";
import { findTool } from "../support/find-tool.ts";
import { gw } from "../support/gw.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-check-"));
afterAll(() => rmSync(folder, { recursive: true }));

const haproxy = findTool("haproxy");
const NODES = ["--node", "10.0.0.11:8080", "--node", "10.0.0.12:8080", "--maxconn", "1000"];

/** The variables under which this script is what `haproxy` starts. */
function standIn(script: string): { readonly PATH: string } {
  const place = mkdtempSync(join(folder, "bin-"));
  const program = join(place, "haproxy");
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  return { PATH: [place, process.env.PATH].join(delimiter) };
}

describe("--check", () => {
  test.skipIf(haproxy === undefined)("leaves no file and needs no temporary folder", async () => {
    const place = mkdtempSync(join(folder, "tmp-"));

    const empty = await gw(["haproxy", ...NODES, "--check"], { TMPDIR: place });
    const missing = await gw(["haproxy", ...NODES, "--check"], { TMPDIR: join(place, "gone") });

    expect([empty.code, missing.code]).toEqual([0, 0]);
    expect(readdirSync(place)).toEqual([]);
  });

  test.skipIf(haproxy === undefined)("calls the text haproxy.cfg, with its lines", () => {
    const text = "global\n  log stdout local0\n  colour red\n";

    const { isAccepted, remarks } = checkWithHaproxy(text, process.env);

    expect(isAccepted).toBe(false);
    expect(remarks).toStartWith("--check: haproxy refuses the result:\n[ALERT] config : ");
    expect(remarks).toContain("parsing [haproxy.cfg:3] : unknown keyword 'colour'");
    expect(remarks).not.toContain("/dev/stdin");
  });

  test.skipIf(haproxy === undefined)("tells of what HAProxy accepts with a warning", () => {
    const { isAccepted, remarks } = checkWithHaproxy("listen x\n  bind 127.0.0.1:1\n", process.env);

    expect(isAccepted).toBe(true);
    expect(remarks).toStartWith("--check: haproxy accepts the result with warnings:\n[WARNING] ");
    expect(remarks).toContain("missing timeouts for proxy 'x'");
  });

  test("passes warnings on and ends with 0", async () => {
    const script = "cat > /dev/null; echo '[WARNING]  (7) : config : parsing [/dev/stdin:4]' >&2";

    const { code, out, err } = await gw(["haproxy", ...NODES, "--check"], standIn(script));

    expect(code).toBe(0);
    expect(out).toContain("backend gw\n");
    expect(err).toContain("[WARNING] config : parsing [haproxy.cfg:4]\n");
  });

  test("gives haproxy the very text, but for names to look up", async () => {
    const seen = join(folder, "seen.cfg");
    const words = ["haproxy", ...NODES, "--node", "gw.test", "--check"];

    const { out } = await gw(words, standIn(`cat "$3" > ${seen}`));

    expect(out).toContain("init-addr last,libc,none");
    expect(readFileSync(seen, "utf8")).toBe(
      out.replaceAll("init-addr last,libc,none", "init-addr none"),
    );
  });

  test.each([
    ["exit 4", "haproxy refuses the result (exit code 4), but does not say why"],
    ["kill -SEGV $$", "haproxy was ended by SIGSEGV"],
    ["echo lost >&2; kill -SEGV $$", "haproxy was ended by SIGSEGV:\nlost"],
  ])("a haproxy that does %j ends with 3", async (script, message) => {
    const { code, out, err } = await gw(["haproxy", ...NODES, "--check"], standIn(script));

    expect([code, out]).toEqual([3, ""]);
    expect(err).toEndWith(`--check: ${message}\n`);
  });

  test("a haproxy that hangs is ended", () => {
    const { isAccepted, remarks } = checkWithHaproxy("", standIn("exec sleep 20"), {
      timeLimitMs: 100,
    });

    expect(isAccepted).toBe(false);
    expect(remarks).toBe("--check: haproxy did not answer within 100 ms");
  });

  test("without a haproxy it says what to do", () => {
    const { isAccepted, remarks } = checkWithHaproxy("", { PATH: folder }, { systemFolders: [] });

    expect(isAccepted).toBe(false);
    expect(remarks).toStartWith(
      "--check: haproxy cannot be started: it is not on the PATH; install it",
    );
  });

  test("no haproxy of the current folder is started where PATH is empty", () => {
    const { PATH } = standIn(`touch ${join(folder, "started")}`);
    const [place = ""] = PATH.split(delimiter);
    const before = process.cwd();

    try {
      process.chdir(place);
      checkWithHaproxy("", { PATH: "" });
    } finally {
      process.chdir(before);
    }

    expect(readdirSync(folder)).not.toContain("started");
  });
});

describe("--verify", () => {
  const same = async () => (await gw(["haproxy", ...NODES])).out;
  let files = 0;
  function present(text: string | Uint8Array): string {
    const path = join(folder, `present-${++files}.cfg`);
    writeFileSync(path, text);
    return path;
  }

  test("an equal file is 0 and silent", async () => {
    const { code, out } = await gw(["haproxy", ...NODES, "--verify", present(await same())]);

    expect([code, out]).toEqual([0, ""]);
  });

  test("another file is 1 and a diff that patch understands", async () => {
    const path = present((await same()).replace("timeout connect 1s", "timeout connect 9s"));

    const { code, out } = await gw(["haproxy", ...NODES, "--verify", path]);

    expect(code).toBe(1);
    expect(out).toContain(`--- ${path}\n+++ rendered\n@@ `);
    expect(out).toMatch(/^- {4}timeout connect 9s\n\+ {4}timeout connect 1s$/m);
  });

  test("line ends of Windows are named, and only other lines are shown", async () => {
    const text = (await same()).replaceAll("\n", "\r\n");
    const equal = present(text);
    const other = present(text.replace("timeout connect 1s", "timeout connect 9s"));

    const ends = await gw(["haproxy", ...NODES, "--verify", equal]);
    const more = await gw(["haproxy", ...NODES, "--verify", other]);

    expect([ends.code, ends.out]).toEqual([1, ""]);
    expect(ends.err).toContain(`gw: --verify: ${equal} has line ends of Windows (CRLF)\n`);
    expect(more.code).toBe(1);
    expect(more.err).toContain("(CRLF)");
    expect(more.out.match(/^[-+](?![-+])/gm)).toEqual(["-", "+"]);
  });

  test.each([
    ["nowhere.cfg", "no such file or directory"],
    ["", "is a directory"],
  ])("%j cannot be compared", async (name, message) => {
    const path = join(folder, name);

    const { code, out, err } = await gw(["haproxy", ...NODES, "--verify", path]);

    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain(`gw: --verify: cannot read ${path}: ${message}`);
  });

  test("a file without end is not read to the end", async () => {
    const { code, err } = await gw(["haproxy", ...NODES, "--verify", "/dev/zero"]);

    expect(code).toBe(1);
    expect(err).toContain("/dev/zero is larger than 8 MiB, which 'gw haproxy' never writes");
  });

  test("a quite different file is told so, without a diff that takes minutes", async () => {
    const lines = Array.from({ length: 200_000 }, (_, index) => `line ${index * 7919}\n`);
    const path = present(lines.join(""));

    const { code, out, err } = await gw(["haproxy", ...NODES, "--verify", path]);

    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain(`${path} differs from line 1 on, in too many lines to show`);
  });

  test("with --check a result that HAProxy refuses is 3, and nothing is compared", async () => {
    const words = ["haproxy", ...NODES, "--check", "--verify", present("old\n")];

    const refused = await gw(words, standIn("echo '[ALERT] no' >&2; exit 1"));
    const accepted = await gw(words, standIn("cat > /dev/null"));

    expect([refused.code, refused.out]).toEqual([3, ""]);
    expect(accepted.code).toBe(1);
    expect(accepted.out).toContain("+++ rendered");
  });
});

describe("W15", () => {
  const gateway = join(folder, "tls.json");
  const tls = { public_key: "/a", private_key: "/b" };
  writeFileSync(gateway, JSON.stringify({ version: 3, tls, endpoints: [] }));
  const text =
    "W15 --node-name is not given: any certificate of that authority is accepted for every node\n";

  test.each([
    [["--node-ca", "/ca.pem"], true],
    [["--node-ca", "/ca.pem", "--node-name", "gw.test"], false],
    [["--node-insecure"], false],
  ])("%j: %p", async (words, isWarned) => {
    const { code, err } = await gw(["haproxy", ...NODES, "-c", gateway, ...words]);

    expect(code).toBe(0);
    expect(err.includes(text)).toBe(isWarned);
  });
});

test("a folder as -c, a broken file and a folder as --nodes say what is wrong", async () => {
  const broken = join(folder, "broken.json");
  writeFileSync(broken, '{ "version": 3,, }');

  const asConfig = await gw(["haproxy", ...NODES, "-c", folder]);
  const asBroken = await gw(["haproxy", ...NODES, "-c", broken]);
  const asNodes = await gw(["haproxy", "--nodes", folder]);

  expect([asConfig.code, asBroken.code, asNodes.code]).toEqual([1, 1, 1]);
  expect(asConfig.err).toContain("is a directory");
  expect(asBroken.err).toContain("broken.json':1:16: ");
  expect(asNodes.err).toBe(`${folder}:0:0: E18 cannot read ${folder}: it is a directory\n`);
});
