import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { isLeftover } from "./leftovers.ts";

test("a leftover is what a process named that has ended", () => {
  const { pid: ended } = spawnSync("true");

  expect(isLeftover(`gw-test-${ended}`, "gw-test")).toBe(true);
  expect(isLeftover(`gw-test-${ended}-lb1`, "gw-test")).toBe(true);
  expect(isLeftover(`gw-test-${process.pid}-lb1`, "gw-test")).toBe(false);
  expect(isLeftover("gw-test-1-lb1", "gw-test")).toBe(false);
  expect(isLeftover(`gw-test-${ended}x`, "gw-test")).toBe(false);
  expect(isLeftover(`gw-test-lb1-${ended}`, "gw-test")).toBe(false);
  expect(isLeftover(`gw-binary-${ended}-abc`, "gw-test")).toBe(false);
});
