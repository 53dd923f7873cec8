import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runCommandLine } from "./command-line.ts";

interface GoldenCase {
  readonly config: unknown;
  readonly config_name?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly recorded_start: "ok" | "fails";
  readonly message?: readonly string[];
}

const casesFolder = join(import.meta.dir, "../../test/golden/cases");
const folder = mkdtempSync(join(tmpdir(), "gw-recorded-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The reference refuses these for options of components that gw does not have; gw refuses the endpoint. */
const refusedEndpoints: readonly string[] = [
  "security-jwt/start-cache-with-key-file",
  "security-jwt/start-missing-key-file",
  "security-jwt/start-without-algorithm",
];

const names = readdirSync(casesFolder).flatMap((name) =>
  readdirSync(join(casesFolder, name)).map((file) => `${name}/${file.replace(/\.json$/, "")}`),
);
const cases = new Map(names.map((name) => [name, readCase(name)]));
const isTemplate = (name: string) => cases.get(name)?.env?.FC_ENABLE !== undefined;
const hasFailed = (name: string) => cases.get(name)?.recorded_start === "fails";
const plain = names.filter((name) => !isTemplate(name) && !refusedEndpoints.includes(name));

test("finds the recorded cases", () => {
  expect(names.length).toBeGreaterThan(400);
  expect(names.filter(hasFailed).length).toBeGreaterThan(30);
});

describe("gw check -t says of a recorded configuration what the reference did", () => {
  test.each(plain.filter((name) => !hasFailed(name)))("accepted: %s", async (name) => {
    const { code, err } = await check(name);

    expect({ code, last: err.split("\n").at(-2) }).toEqual({ code: 0, last: "Syntax OK!" });
  });

  test.each(plain.filter(hasFailed))("refused: %s", async (name) => {
    const { code, err } = await check(name);

    expect(code).toBe(1);
    for (const word of cases.get(name)?.message ?? [])
      expect(err.toLowerCase()).toContain(word.toLowerCase());
  });
});

test.each(refusedEndpoints)("the endpoint of %s is refused instead of the start", async (name) => {
  const { code, err } = await check(name);

  expect(code).toBe(0);
  expect(err).toContain("\nRefused: GET /a: gw does not have auth/validator\n");
});

test.each(names.filter(isTemplate))("%s is told to need its templates rendered", async (name) => {
  const { err } = await check(name);

  expect(err).toContain("FC_ENABLE");
  expect(err).toContain("templates are not rendered yet");
});

let written = 0;
async function check(name: string) {
  const golden = cases.get(name)!;
  const at = join(folder, String(++written));
  const file = golden.config_name ?? "config.json";
  for (const [path, text] of Object.entries({ ...golden.files, [file]: configText(golden) })) {
    mkdirSync(dirname(join(at, path)), { recursive: true });
    writeFileSync(join(at, path), fill(text));
  }
  let err = "";
  const code = await runCommandLine(["check", "-tc", join(at, file)], {
    environment: Object.fromEntries(
      Object.entries(golden.env ?? {}).map(([key, value]) => [key, fill(value)]),
    ),
    out: { isTerminal: false, write() {} },
    err: { isTerminal: false, write: (text) => (err += text) },
    workerEntry: new URL("../node/worker.ts", import.meta.url),
  });
  return { code, err };
}

function readCase(name: string): GoldenCase {
  return JSON.parse(readFileSync(join(casesFolder, `${name}.json`), "utf8"));
}

function configText({ config }: GoldenCase): string {
  return typeof config === "string" ? config : JSON.stringify(config, null, 2);
}

function fill(text: string): string {
  return text
    .replace(/\{\{\w+_port\}\}/g, "8000")
    .replace(/\{\{(upstream\d?|dead)\}\}/g, "http://127.0.0.1:8000");
}
