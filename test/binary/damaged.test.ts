import { afterAll, beforeAll, expect, test } from "bun:test";
import { appendFileSync, closeSync, openSync, statSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createProgramFolder, type ProgramFolder, runProgram } from "./program.ts";

const TEXT = '{ "version": 3, "endpoints": [] }\n';
const FOOTER_BYTES = 96;

let folder: ProgramFolder;
let carrier: string;
let programBytes: number;
beforeAll(() => {
  folder = createProgramFolder();
  carrier = join(folder.path, "carrier");
  programBytes = statSync(folder.program).size;
}, 60_000);
afterAll(() => folder.remove());

/** Writes the carrier anew. */
function embed(): void {
  const file = folder.write("krakend.json", TEXT);
  const { code, err } = runProgram(folder.program, ["embed", "-c", file, "-o", carrier]);
  if (code !== 0) throw new Error(err);
}

function overwrite(position: number, byte: number): void {
  const descriptor = openSync(carrier, "r+");
  writeSync(descriptor, Uint8Array.of(byte), 0, 1, position);
  closeSync(descriptor);
}

const end = (): number => statSync(carrier).size;

test.each([
  ["by a byte", () => truncateSync(carrier, end() - 1), /no whole configuration/],
  ["in its footer", () => truncateSync(carrier, end() - 50), /no whole configuration/],
  ["behind the text", () => truncateSync(carrier, end() - FOOTER_BYTES), /no whole configuration/],
  ["in the text", () => truncateSync(carrier, programBytes + 5), /no whole configuration/],
  ["off whole", () => truncateSync(carrier, programBytes), /once carried one: it was cut off/],
  ["in the program", () => truncateSync(carrier, programBytes - 5), /lacks its last 5 bytes/],
  ["and has another text", () => overwrite(programBytes + 2, 0x27), /text was altered/],
  ["and has another name", () => overwrite(programBytes + TEXT.length, 0x4b), /description was/],
  ["and has another form", () => overwrite(end() - 16, 2), /form 2, and this gw reads form 1/],
  ["and is longer", () => appendFileSync(carrier, "\n"), /no whole configuration/],
])("a program whose configuration was cut or altered %s is refused", (_, change, reason) => {
  embed();

  change();

  for (const command of ["run", "check"]) {
    const { code, out, err } = runProgram(carrier, [command]);
    expect(code).toBe(1);
    expect(out).toBe("");
    expect(err).toMatch(/^ERROR reading the embedded configuration: /);
    expect(err).toMatch(reason);
  }
  const version = runProgram(carrier, ["version"]);
  expect(version.code).toBe(1);
  expect(version.out).toMatch(/^gw Version: /);
  expect(version.out).toMatch(/^Configuration: not usable: /m);
});

test("a damaged program still explains itself and serves a file that is given", () => {
  embed();
  truncateSync(carrier, end() - 1);

  expect(runProgram(carrier, ["help"]).code).toBe(0);
  expect(runProgram(carrier, ["run", "--help"]).code).toBe(0);
  expect(runProgram(carrier, ["check", "-c", join(folder.path, "krakend.json")]).code).toBe(0);
});

test("a damaged program mends itself", () => {
  embed();
  truncateSync(carrier, end() - 1);

  const file = join(folder.path, "krakend.json");
  const mended = runProgram(carrier, ["embed", "-c", file, "-o", carrier]);

  expect(mended.code).toBe(0);
  expect(runProgram(carrier, ["check"]).code).toBe(0);
});

test("a program that is not whole is not copied", () => {
  embed();
  truncateSync(carrier, programBytes - 5);

  const words = ["embed", "-c", join(folder.path, "krakend.json"), "-o", join(folder.path, "new")];
  const { code, err } = runProgram(carrier, words);

  expect(code).toBe(1);
  expect(err).toContain("copy it again");
});
