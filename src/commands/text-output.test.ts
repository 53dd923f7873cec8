import { afterAll, expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gatewayCommand } from "../../test/support/gateway-process.ts";
import { openTextOutput } from "./text-output.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-output-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a line of bash in which `gw` is the program. */
function bash(line: string) {
  const program = gatewayCommand()
    .map((word) => `'${word}'`)
    .join(" ");
  const script = `gw() { ${program} "$@"; }; ${line}`;
  const { stdout, stderr, exitCode } = Bun.spawnSync(["bash", "--norc", "-c", script]);
  return { out: stdout.toString(), err: stderr.toString(), exitCode };
}

test("everything arrives, in order", () => {
  const path = join(folder, "all");
  const descriptor = openSync(path, "w");
  const output = openTextOutput(descriptor, false);

  output.write("ä".repeat(100_000));
  output.write("\nend\n");
  closeSync(descriptor);

  expect(readFileSync(path, "utf8")).toBe(`${"ä".repeat(100_000)}\nend\n`);
  expect(output.failure).toBeNull();
});

test("a full disk is remembered, and nothing is written behind the gap", () => {
  const descriptor = openSync("/dev/full", "w");
  const output = openTextOutput(descriptor, false);

  output.write("one");
  closeSync(descriptor);
  output.write("two");

  expect(output.failure).toBe("no space left on device");
});

test("a command whose output is lost says so and fails", () => {
  expect(bash("gw version >/dev/full")).toEqual({
    out: "",
    err: "gw: cannot write to standard output: no space left on device\n",
    exitCode: 1,
  });
});

test("a failure of the command itself keeps its exit code", () => {
  expect(bash("gw check -c nowhere.json --format json >/dev/full").exitCode).toBe(1);
  expect(bash("gw frobnicate >/dev/full").exitCode).toBe(2);
});

test("a reader that has seen enough ends the output quietly", () => {
  const { out, err } = bash("gw help --man | head -n 1; echo $PIPESTATUS");
  const closed = bash("gw help --man | true; echo $PIPESTATUS");

  expect({ out: out.split("\n")[1], err }).toEqual({ out: "0", err: "" });
  expect(closed).toEqual({ out: "0\n", err: "", exitCode: 0 });
});
