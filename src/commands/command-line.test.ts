import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VERSION } from "../version.ts";
import { commands, runCommandLine } from "./command-line.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-command-line-"));
afterAll(() => rmSync(folder, { recursive: true }));

const names = commands.map(({ name }) => name);

/** Runs `gw` with these words, outputs recorded. */
async function gw(words: readonly string[], environment: Record<string, string> = {}) {
  let out = "";
  let err = "";
  const code = await runCommandLine(words, {
    environment,
    out: { isTerminal: false, write: (text) => (out += text) },
    err: { isTerminal: false, write: (text) => (err += text) },
    workerEntry: new URL("../node/worker.ts", import.meta.url),
  });
  return { code, out, err };
}

function configFile(name: string, config: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(config));
  return path;
}

test.each([[[]], [["--help"]], [["-h"]], [["help"]]])("gw %p lists the commands", async (words) => {
  const { code, out, err } = await gw(words);

  expect(code).toBe(0);
  expect(err).toBe("");
  for (const name of names) expect(out).toMatch(RegExp(`^  ${name} `, "m"));
});

test.each(names)(
  "gw %s --help shows usage, options, an example and exit codes",
  async (command) => {
    const asked = await gw([command, "--help"]);
    const short = await gw([command, "-h"]);
    const explained = await gw(["help", command]);

    expect(asked.code).toBe(0);
    expect(asked.out).toStartWith(`Usage: gw ${command}`);
    expect(asked.out).toMatch(/^Options:\n[\s\S]+^Examples?:\n[\s\S]+^Exit codes:\n/m);
    expect(short).toEqual(asked);
    expect(explained).toEqual(asked);
  },
);

test("help wins over mistakes beside it", async () => {
  const { code, out } = await gw(["run", "--prot", "1", "extra", "--help"]);

  expect(code).toBe(0);
  expect(out).toStartWith("Usage: gw run");
});

test.each([
  [["chekc"], 'unknown command "chekc" for "gw"; did you mean \'gw check\'?', "gw"],
  [["frobnicate"], 'unknown command "frobnicate" for "gw"', "gw"],
  [["--vresion"], "unknown flag: --vresion; did you mean 'gw version'?", "gw"],
  [["-c", "my file.json"], "unknown flag: -c; did you mean 'gw run -c 'my file.json''?", "gw"],
  [["-tnc", "a.json"], "unknown flag: -tnc; did you mean 'gw check -tnc a.json'?", "gw"],
  [["-x"], "unknown flag: -x", "gw"],
  [["a.json"], 'unknown command "a.json" for "gw"; did you mean \'gw run -c a.json\'?', "gw"],
  [
    ["completion", "bahs"],
    'invalid argument "bahs": one of bash, zsh, fish; did you mean bash?',
    "gw completion",
  ],
  [["completion"], "which shell? one of bash, zsh, fish", "gw completion"],
  [["run", "-c", "a", "-c", "b"], '-c is given twice: "a" and "b"', "gw run"],
  [["check", "-lnc", "a"], "--lint and --lint-no-network exclude each other", "gw check"],
  [
    ["check", "-s", "schema.json"],
    "--lint-schema is not supported: gw reads no JSON schema. Use --lint-no-network (-n), which\n" +
      "takes unknown keys for errors, or give file and schema to a validator of JSON schemas",
    "gw check",
  ],
  [["help", "rum"], 'unknown command "rum" for "gw"; did you mean \'gw run\'?', "gw"],
  [["run", "--prot", "1"], "unknown flag: --prot; did you mean --port?", "gw run"],
  [["run", "-x"], "unknown flag: -x", "gw run"],
  [["run", "-c"], "flag needs an argument: -c FILE", "gw run"],
  [["check", "--config"], "flag needs an argument: --config FILE", "gw check"],
  [["run", "--debug=yes"], "flag takes no value: --debug=yes", "gw run"],
  [
    ["run", "krakend.json"],
    'unexpected argument "krakend.json"; did you mean -c krakend.json?',
    "gw run",
  ],
  [["check", "a.json"], 'unexpected argument "a.json"; did you mean -c a.json?', "gw check"],
  [["nodes", "a.txt"], 'unexpected argument "a.txt"; did you mean --nodes a.txt?', "gw nodes"],
  [
    ["haproxy", "--nodes", "a.txt", "b.json"],
    'unexpected argument "b.json"; did you mean -c b.json?',
    "gw haproxy",
  ],
  [["check", "-c", "a.json", "b.json"], 'unexpected argument "b.json"', "gw check"],
  [["version", "please"], 'unexpected argument "please"', "gw version"],
  [
    ["check", "--format", "xml"],
    'invalid argument "xml" for --format: one of text, json',
    "gw check",
  ],
  [["run", "-p", "80a"], 'invalid argument "80a" for --port: a number from 1 to 65535', "gw run"],
  [
    ["run", "-p", "65536"],
    'invalid argument "65536" for --port: a number from 1 to 65535',
    "gw run",
  ],
])("gw %p is a usage error", async (words, problem, topic) => {
  const { code, out, err } = await gw(words);

  expect(code).toBe(2);
  expect(out).toBe("");
  expect(err).toBe(`Error: ${problem}\nRun '${topic} --help' for usage.\n`);
});

test.each([["--version"], ["-v"]])("gw %s says what gw version says", async (flag) => {
  expect(await gw([flag])).toEqual(await gw(["version"]));
});

test("gw --help takes a command as gw help does", async () => {
  expect(await gw(["--help", "run"])).toEqual(await gw(["help", "run"]));
});

test("version says what gw is and whose files it reads", async () => {
  const { code, out } = await gw(["version"]);

  expect(code).toBe(0);
  expect(out).toStartWith(`gw Version: ${VERSION}\n`);
  expect(out).toEndWith("Config Compatibility: KrakenD CE 2.13\n");
});

test.each(["check", "validate"])("%s says that a good file is good", async (command) => {
  const file = configFile("good.json", { version: 3, endpoints: [] });

  const { code, out, err } = await gw([command, "-c", file]);

  expect(code).toBe(0);
  expect(out).toBe("");
  expect(err).toBe(`Parsing configuration file: ${file}\nSyntax OK!\n`);
});

test("check lists every problem and ends with 1", async () => {
  const file = configFile("bad.json", { version: 3, timeout: "3x", cache_ttl: "soon" });

  const { code, err } = await gw(["check", `--config=${file}`]);

  expect(code).toBe(1);
  expect(err).toContain("ERROR parsing the configuration file:\t");
  expect(err).toContain("$.timeout");
  expect(err).toContain("$.cache_ttl");
  expect(err).not.toContain("Syntax OK!");
});

test("check shows what has no effect as warnings of a file that works", async () => {
  const file = configFile("odd.json", { version: 3, timeoutt: "3s" });

  const { code, err } = await gw(["check", `-c${file}`]);

  expect(code).toBe(0);
  expect(err).toMatch(/^WARNING .*timeoutt.*'timeout'/m);
});

test("check writes JSON to standard output where a program asks for it", async () => {
  const file = configFile("both.json", { version: 3, timeout: "3x" });

  const { code, out, err } = await gw(["check", "-c", file, "--format", "json"]);

  expect(code).toBe(1);
  expect(err).toBe("");
  expect(JSON.parse(out)).toMatchObject({
    valid: false,
    errors: [{ file, path: "$.timeout", severity: "error" }],
    warnings: [],
  });
});

test("check reads the environment as run does", async () => {
  const file = configFile("environment.json", { version: 3 });

  const { code, err } = await gw(["check", "-c", file], { KRAKEND_PORT: "tcp://10.0.0.1:80" });

  expect(code).toBe(1);
  expect(err).toContain("KRAKEND_PORT");
});

test("a file that is not there is named, without a stack", async () => {
  const { code, err } = await gw(["check", "-c", "nowhere.json"]);

  expect(code).toBe(1);
  expect(err).toContain("'nowhere.json': open nowhere.json: no such file or directory\n");
  expect(err).not.toContain("    at ");
});

test("without -c check looks at the configuration that gw carries", async () => {
  const { code, err } = await gw(["check"]);

  expect(code).toBe(0);
  expect(err).toBe(
    "Parsing configuration file: built-in (without -c: the one that this program carries)\n" +
      "Syntax OK!\n",
  );
});
