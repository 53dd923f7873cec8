import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { expectFile } from "./support/expected-file.ts";

test("what is expected is never renewed where CI is set", () => {
  const renew = () => expectFile("none.cfg", "", { UPDATE_EXPECTED: "1", CI: "true" });

  expect(renew).toThrow("CI is set");
  expect(readdirSync(`${import.meta.dir}/expected`)).not.toContain("none.cfg");
});

test("another text than the expected one fails", () => {
  expect(() => expectFile("gw.service", "", {})).toThrow();
});
