import { describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findMistakes, loadKnownDifferences, withReplacement } from "./known-differences.ts";

const here = import.meta.dir;

test.each(["bun", "deno"] as const)(
  "the list of known differences is free of mistakes: %s",
  (runtime) => {
    const known = loadKnownDifferences(here, runtime);

    expect(findMistakes(known, join(here, "cases"))).toEqual([]);
  },
);

test("under Deno the differences of its own are added", () => {
  const folder = mkdtempSync(join(tmpdir(), "gw-known-"));
  const listed = (index: number) => ({
    "a/b": { steps: { [index]: { kind: "later", reason: "not built yet" } } },
  });
  mkdirSync(join(folder, "expected"));
  writeFileSync(join(folder, "known.json"), JSON.stringify(listed(1)));
  writeFileSync(join(folder, "known-deno.json"), JSON.stringify(listed(2)));

  const [bun, deno] = (["bun", "deno"] as const).map((runtime) => [
    ...(loadKnownDifferences(folder, runtime).steps.get("a/b")?.keys() ?? []),
  ]);
  rmSync(folder, { recursive: true });

  expect(bun).toEqual([1]);
  expect(deno).toEqual([1, 2]);
});

describe("a mistake in the list is found:", () => {
  const none = { cases: new Map(), steps: new Map(), replacements: new Map() };
  const unsafe = { kind: "unsafe", reason: "it would leak credentials" } as const;
  const other = { kind: "other", reason: "nobody knows the reason" } as const;
  const name = "core-router/encoded-path-parameters-unchecked";
  const find = (known: Partial<Parameters<typeof findMistakes>[0]>) =>
    findMistakes({ ...none, ...known }, join(here, "cases")).join("\n");

  test("a case that does not exist", () => {
    const cases = new Map([["core-router/no-such-case", other]]);

    expect(find({ cases })).toContain("there is no such case");
  });

  test("a step that does not exist", () => {
    const steps = new Map([[name, new Map([[99, other]])]]);

    expect(find({ steps })).toContain("there is no step 99");
  });

  test("an unsafe step without an expectation of our own", () => {
    const steps = new Map([[name, new Map([[1, unsafe]])]]);

    expect(find({ steps })).toContain("go together");
  });

  test("an expectation of our own that is not listed", () => {
    const replacements = new Map([[name, { about: "", steps: { "1": { status: 200 } } }]]);

    expect(find({ replacements })).toContain("go together");
  });

  test("an expectation that equals the recorded one", () => {
    const path = join(here, "cases", `${name}.json`);
    const recorded = JSON.parse(readFileSync(path, "utf8")).steps[1].expect;
    const steps = new Map([[name, new Map([[1, unsafe]])]]);
    const replacements = new Map([[name, { about: "", steps: { "1": { ...recorded, ms: 99 } } }]]);

    expect(find({ steps, replacements })).toContain("expects what was recorded");
  });

  test("more than ten of the kind other", () => {
    const numbers = Array.from({ length: 11 }, (_, index) => index);
    const steps = new Map([[name, new Map(numbers.map((index) => [index, other] as const))]]);

    expect(find({ steps })).toContain("at most ten");
  });
});

test("a replacement changes its own steps alone", () => {
  const recorded = { steps: [{ expect: { status: 1 } }, { expect: { status: 2 } }] };

  const replaced = withReplacement(recorded, { about: "", steps: { "1": { status: 3 } } });

  expect(replaced.steps).toEqual([{ expect: { status: 1 } }, { expect: { status: 3 } }]);
});

test("a replaced start turns the case into a refusal", () => {
  const replaced = withReplacement(
    { recorded_start: "ok" },
    { about: "", start: "fails", message: ["line 3"] },
  );

  expect(replaced).toEqual({ recorded_start: "fails", message: ["line 3"] });
});

// The folder stands beside a checkout only where the recordings are made.
const shared = join(here, "..", "..", "..", "shared", "golden");
if (existsSync(shared)) {
  test("the copied cases and their runner equal the recordings", () => {
    const files = (folder: string) =>
      readdirSync(join(folder, "cases"), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".json"))
        .map((name) => join("cases", name))
        .sort();

    const differing = [...files(shared), "golden.mjs"].filter(
      (name) =>
        !existsSync(join(here, name)) ||
        readFileSync(join(here, name), "utf8") !== readFileSync(join(shared, name), "utf8"),
    );

    expect(differing).toEqual([]);
    expect(files(here)).toEqual(files(shared));
  });
}
