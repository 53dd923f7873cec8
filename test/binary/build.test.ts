import { expect, test } from "bun:test";
import { runBuild } from "./program.ts";

test("the build explains itself", () => {
  const { code, out, err } = runBuild(["--help"]);

  expect(code).toBe(0);
  expect(err).toBe("");
  expect(out).toMatch(/^Usage: npm run build/);
  for (const target of ["linux-x64", "linux-x64-musl", "linux-arm64", "linux-arm64-musl"]) {
    expect(out).toContain(target);
  }
});

test.each([
  [["--target", "linux-arm46"], 'unknown target "linux-arm46"; did you mean linux-arm64?'],
  [
    ["--target", "bun-linux-x64-mussel"],
    'unknown target "bun-linux-x64-mussel"; did you mean linux-x64-musl?',
  ],
  [
    ["--target=windows"],
    'unknown target "windows"; known: linux-x64, linux-x64-musl, linux-arm64, linux-arm64-musl',
  ],
  [["--targets"], "Unknown option '--targets'"],
  [["gw"], "Unexpected argument 'gw'"],
])("the words %p are refused", (words, problem) => {
  const { code, out, err } = runBuild(words);

  expect(code).toBe(2);
  expect(out).toBe("");
  expect(err).toContain(`Error: ${problem}`);
});
