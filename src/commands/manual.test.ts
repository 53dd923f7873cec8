import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commands } from "./command-line.ts";
import { renderManual } from "./manual.ts";
import { environmentTopic } from "./manual-topics.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-manual-"));
afterAll(() => rmSync(folder, { recursive: true }));

const page = join(folder, "gw.1");
writeFileSync(page, renderManual(commands, "2026-01-02"));

function run(...words: string[]) {
  const { stdout, stderr, exitCode } = Bun.spawnSync(words, {
    env: { PATH: process.env.PATH ?? "", MANWIDTH: "200", LC_ALL: "C.UTF-8" },
  });
  return { out: stdout.toString(), err: stderr.toString(), exitCode };
}

test.skipIf(Bun.which("mandoc") === null)("mandoc finds nothing odd about the page", () => {
  expect(run("mandoc", "-Tlint", page)).toEqual({ out: "", err: "", exitCode: 0 });
});

test.skipIf(Bun.which("groff") === null)("groff formats the page without a warning", () => {
  const { out, err, exitCode } = run("groff", "-man", "-Tascii", "-ww", page);

  expect({ err, exitCode }).toEqual({ err: "", exitCode: 0 });
  expect(out).toContain("KRAKEND_<KEY>");
});

test.skipIf(Bun.which("man") === null || Bun.which("groff") === null)(
  "man shows every command with its options, exit codes and examples",
  () => {
    const { out, exitCode } = run("man", "-l", page);

    expect(exitCode).toBe(0);
    for (const title of "NAME SYNOPSIS COMMANDS ENVIRONMENT FILES SIGNALS EXAMPLES".split(" "))
      expect(out).toMatch(RegExp(`^${title}$`, "m"));
    expect(out).toMatch(/^EXIT STATUS$/m);
    for (const { name, options, examples, exitCodes } of commands) {
      expect(out).toContain(`gw ${name}`);
      for (const { long } of options) expect(out).toContain(`--${long}`);
      for (const example of examples) expect(out).toContain(example);
      for (const [code] of exitCodes) expect(out).toMatch(RegExp(`^ +${code} +gw `, "m"));
    }
  },
);

test("texts that look like requests of the formatter stay texts", () => {
  const [command] = commands;
  const odd = {
    ...command!,
    description: ".so /etc/passwd\n'\\fB",
    examples: ["'quoted' \\n", ".TH"],
  };

  const text = renderManual([odd], "2026-01-02");

  expect(text).toContain("\n\\&.so /etc/passwd \\(aq\\efB\n");
  expect(text).toContain("\n\\(aqquoted\\(aq \\en\n\\&.TH\n");
});

test("every variable that the program reads is explained", () => {
  const source = join(import.meta.dir, "..");
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && !path.endsWith(".test.ts"),
  );
  const read = files.flatMap((path) => {
    const text = readFileSync(join(source, path), "utf8");
    return [...text.matchAll(/\benvironment\.([A-Z][A-Z_]+)/g)].map(([, name = ""]) => name);
  });
  const explained = environmentTopic.entries.flatMap(([term]) => term.split(", "));

  expect(read).toContain("GW_SHUTDOWN_DELAY");
  const missing = read.filter((name) => !/_PORT$/.test(name) && !explained.includes(name));
  expect(missing).toEqual([]);
});
