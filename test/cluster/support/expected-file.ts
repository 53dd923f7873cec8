import { expect } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dir, "..", "expected");

/** The path of a file of `expected/`. */
export function expectedFile(name: string): string {
  return join(FOLDER, name);
}

/** Expects a text to be that of a file of `expected/`; with `UPDATE_EXPECTED=1` it becomes the file's. */
export function expectFile(
  name: string,
  text: string,
  { UPDATE_EXPECTED, CI }: NodeJS.ProcessEnv = process.env,
): void {
  const file = expectedFile(name);
  if (UPDATE_EXPECTED === "1") {
    if (CI) throw new Error("UPDATE_EXPECTED=1 is for a change that is looked at; CI is set");
    writeFileSync(file, text);
  }
  expect(text).toBe(readFileSync(file, "utf8"));
}
