import { afterAll, expect, test } from "bun:test";
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeOutputFile } from "./output-file.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-output-"));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
writeFileSync(at("file"), "old");
symlinkSync(at("loop"), at("loop"));
symlinkSync(at("nothing"), at("dangling"));

test("a file takes its place whole, and nothing stands beside it", () => {
  const before = readdirSync(folder);

  const failure = writeOutputFile(at("new"), "text\n");

  expect(failure).toBeUndefined();
  expect(readFileSync(at("new"), "utf8")).toBe("text\n");
  expect(readdirSync(folder).toSorted()).toEqual([...before, "new"].toSorted());
});

test.each([
  ["", "is no regular file"],
  ["nowhere/file", "no such file or directory"],
  ["file/below", "not a directory"],
  ["loop", "too many levels of symbolic links"],
  ["dangling", "is a link to a file that is not there"],
  ["x".repeat(300), "file name too long"],
])("%j is refused and nothing is left", (name, message) => {
  const before = readdirSync(folder);

  const failure = writeOutputFile(at(name), "text\n");

  expect(failure).toContain(at(name));
  expect(failure).toContain(message);
  expect(failure).toEndWith("; nothing was written");
  expect(readdirSync(folder)).toEqual(before);
});

test("a link to nothing stays a link", () => {
  writeOutputFile(at("dangling"), "text\n");

  expect(lstatSync(at("dangling")).isSymbolicLink()).toBe(true);
});

test("a folder that takes no files is told, not a mistake of the program", () => {
  expect(writeOutputFile("/proc/gw-output", "text\n")).toContain("no such file or directory");
});
