import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConfigProblems, type ConfigSource, formatOf, readConfigFile } from "./source.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-source-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ["a.json", "json"],
  ["a.yaml", "yaml"],
  ["a.YML", "yaml"],
  ["a.toml", "toml"],
  ["a.tmpl", "json"],
  ["a", "json"],
])("reads %s as %s", (name, format) => {
  expect(formatOf(name)).toBe(format as ConfigSource["format"]);
});

test("reads the bytes of a file under the name it was given", () => {
  const path = join(folder, "gateway.yaml");
  writeFileSync(path, "version: 3\n");

  const source = readConfigFile(path);

  expect(source).toEqual({ text: Buffer.from("version: 3\n"), name: path, format: "yaml" });
});

test("tells in Go's words why a file cannot be read", () => {
  const missing = join(folder, "x.json");

  expect(messageOf(readConfigFile(missing))).toBe(`open ${missing}: no such file or directory`);
  expect(messageOf(readConfigFile(folder))).toBe(`read ${folder}: is a directory`);
});

test.each(["a.hcl", "a.properties", "a.props", "a.prop"])(
  "refuses %s and names the formats",
  (path) => {
    const outcome = readConfigFile(path);

    expect(messageOf(outcome)).toContain("not supported");
    expect(outcome).toHaveProperty(["problems", 0, "expected"], "a JSON, YAML or TOML file");
  },
);

function messageOf(outcome: ConfigSource | ConfigProblems): string | undefined {
  return "problems" in outcome ? outcome.problems[0]?.message : undefined;
}
