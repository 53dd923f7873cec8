import { expect, test } from "bun:test";
import type { Appendix } from "../config/appendix.ts";
import { runCommandLine } from "./command-line.ts";
import { configurationName } from "./configuration.ts";

const found: Appendix = {
  kind: "configuration",
  source: { text: Buffer.from('{ "version": 3 }'), name: "krakend.json", format: "json" },
  sha256: "0f".repeat(32),
};
const damaged: Appendix = { kind: "damaged", reason: "it was cut" };

/** Runs `gw` with these words as a program that carries this. */
async function gw(words: readonly string[], carried: Appendix) {
  let out = "";
  let err = "";
  const code = await runCommandLine(words, {
    environment: {},
    out: { isTerminal: false, write: (text) => (out += text) },
    err: { isTerminal: false, write: (text) => (err += text) },
    carried: () => carried,
    workerEntry: new URL("../node/worker.ts", import.meta.url),
  });
  return { code, out, err };
}

test.each([
  [undefined, found, "embedded krakend.json"],
  ["other.json", found, "other.json"],
  [undefined, { kind: "none" } as const, "built-in"],
])("with -c %p the configuration is named as its place", (file, carried, name) => {
  const silent = { isTerminal: false, write: () => {} };
  const workerEntry = new URL("../node/worker.ts", import.meta.url);
  const context = {
    environment: {},
    out: silent,
    err: silent,
    carried: () => carried,
    workerEntry,
  };

  expect(configurationName(file, context)).toBe(name);
});

test("version names the configuration that is carried, with its digest", async () => {
  const { code, out } = await gw(["version"], found);

  expect(code).toBe(0);
  expect(out).toContain(`\nConfiguration: krakend.json, sha256 ${"0f".repeat(32)}\n`);
});

test("a configuration that is not whole is refused where it would be used", async () => {
  const { code, out, err } = await gw(["check"], damaged);

  expect(code).toBe(1);
  expect(out).toBe("");
  expect(err).toStartWith("ERROR reading the embedded configuration: it was cut\n");
});

test("version says that a configuration is not whole, and fails", async () => {
  const { code, out } = await gw(["version"], damaged);

  expect(code).toBe(1);
  expect(out).toContain("\nConfiguration: not usable: it was cut\n");
});

test.each([[["help"]], [["run", "--help"]]])("gw %p needs no configuration", async (words) => {
  expect((await gw(words, damaged)).code).toBe(0);
});
