import { afterEach, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProgramFolder } from "./program.ts";

const place = mkdtempSync(join(tmpdir(), "gw-program-"));
const { TMPDIR, GW_BINARY } = process.env;

afterEach(() => {
  rmSync(place, { recursive: true, force: true });
  restore("TMPDIR", TMPDIR);
  restore("GW_BINARY", GW_BINARY);
});

test("a program that cannot be made leaves no folder, and those of dead runs go", () => {
  const { pid: ended } = spawnSync("true");
  mkdirSync(join(place, `gw-binary-${ended}-a`, "gw"), { recursive: true });
  mkdirSync(join(place, `gw-binary-${process.pid}-b`));
  process.env.TMPDIR = place;
  process.env.GW_BINARY = join(place, "none");

  expect(createProgramFolder).toThrow("ENOENT");

  expect(readdirSync(place)).toEqual([`gw-binary-${process.pid}-b`]);
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
