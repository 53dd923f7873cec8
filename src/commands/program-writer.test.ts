import { afterAll, expect, test } from "bun:test";
import {
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CARRIES_MARK, CARRIES_MARK_OFFSET } from "../platform/elf.ts";
import { type ProgramParts, writeProgram } from "./program-writer.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-program-writer-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Larger than a piece of what is copied at once. */
const program = Buffer.alloc(5_000_000, "program");
writeFileSync(join(folder, "program"), program);

function parts(changes: Partial<ProgramParts> = {}): ProgramParts {
  const descriptor = openSync(join(folder, "program"), "r");
  const appendix = Buffer.from("appendix");
  const programBytes = program.length;
  return { descriptor, programBytes, appendix, isCancelled: () => false, ...changes };
}

test("program and appendix stand one behind the other in a file that may be run", async () => {
  const path = join(folder, "whole");

  const failure = await writeProgram(path, parts());

  expect(failure).toBeNull();
  const written = Buffer.concat([program, Buffer.from("appendix")]);
  written[CARRIES_MARK_OFFSET] = CARRIES_MARK;
  expect(readFileSync(path).equals(written)).toBe(true);
  expect(statSync(path).mode & 0o111).not.toBe(0);
});

test("what stood behind the program is not copied", async () => {
  const path = join(folder, "shorter");

  await writeProgram(path, parts({ programBytes: 7 }));

  expect(readFileSync(path, "latin1")).toBe("programappendix");
});

test.each([
  ["the work is cancelled", { isCancelled: () => true }, "ended by a signal"],
  [
    "the program is shorter than it says",
    { programBytes: program.length + 1 },
    "this program's file became shorter meanwhile",
  ],
])("what stood there stays, and nothing beside it, when %s", async (_, changes, problem) => {
  const path = join(folder, "kept");
  writeFileSync(path, "kept");

  const failure = await writeProgram(path, parts(changes));

  expect(failure).toEqual({ path, problem });
  expect(readFileSync(path, "utf8")).toBe("kept");
  expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
});

test("a folder that is not there is named", async () => {
  const path = join(folder, "absent", "gw");

  const failure = await writeProgram(path, parts());

  expect(failure).toEqual({ path, problem: `there is no folder ${join(folder, "absent")}` });
});
