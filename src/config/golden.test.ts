import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig, renderLoadFailure } from "./load.ts";
import { formatOf } from "./source.ts";

interface GoldenCase {
  readonly config: unknown;
  readonly config_name?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly recorded_start: "ok" | "fails";
  readonly message?: readonly string[];
}

const casesFolder = join(import.meta.dir, "../../test/golden/cases");

/** Started in vain by the reference for a reason that lies outside the core of a file. */
const failingElsewhere: Readonly<Record<string, string>> = {
  "security-jwt/start-cache-with-key-file": "the options of auth/validator",
  "security-jwt/start-missing-key-file": "the options of auth/validator",
  "security-jwt/start-without-algorithm": "the options of auth/validator",
};

const names = readdirSync(casesFolder).flatMap((folder) =>
  readdirSync(join(casesFolder, folder)).map((file) => `${folder}/${file.replace(/\.json$/, "")}`),
);

test("finds the recorded cases", () => {
  expect(names.length).toBeGreaterThan(400);
});

test.each(names)("loads %s as the reference did", (name) => {
  const golden = readCase(name);
  const configName = golden.config_name ?? "config.json";

  const loaded = loadConfig(
    { text: Buffer.from(configText(golden)), name: configName, format: formatOf(configName) },
    { environment: fillEnvironment(golden) },
  );

  // Templates are rendered before; here the raw text must only not break the loader.
  if (golden.env?.FC_ENABLE !== undefined) return;
  if (golden.recorded_start === "ok" || name in failingElsewhere) {
    expect(loaded).not.toHaveProperty("problems");
    return;
  }
  const message = "problems" in loaded ? renderLoadFailure(loaded) : "";
  expect(message).not.toBe("");
  for (const word of golden.message ?? [])
    expect(message.toLowerCase()).toContain(word.toLowerCase());
});

function readCase(name: string): GoldenCase {
  return JSON.parse(readFileSync(join(casesFolder, `${name}.json`), "utf8"));
}

function configText({ config }: GoldenCase): string {
  return fill(typeof config === "string" ? config : JSON.stringify(config, null, 2));
}

function fillEnvironment({ env = {} }: GoldenCase): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([key, value]) => [key, fill(value)]));
}

function fill(text: string): string {
  return text
    .replace(/\{\{\w+_port\}\}/g, "8000")
    .replace(/\{\{(upstream\d?|dead)\}\}/g, "http://127.0.0.1:8000");
}
