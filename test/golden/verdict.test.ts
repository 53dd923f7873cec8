import { describe, expect, test } from "bun:test";
import type { Difference, KnownDifferences } from "./known-differences.ts";
import { type CaseReport, judge, parseReports } from "./verdict.ts";

const later: Difference = { kind: "later", reason: "built with the next feature" };
const unsafe: Difference = { kind: "unsafe", reason: "credentials would leak" };

describe("judge", () => {
  const knownSteps = (steps: [number, Difference][]): KnownDifferences => ({
    cases: new Map(),
    steps: new Map([["folder/case", new Map(steps)]]),
    replacements: new Map(),
  });
  const knownCase: KnownDifferences = {
    cases: new Map([["folder/case", later]]),
    steps: new Map(),
    replacements: new Map(),
  };
  const nothingKnown: KnownDifferences = {
    cases: new Map(),
    steps: new Map(),
    replacements: new Map(),
  };
  const passing: CaseReport = {
    name: "folder/case",
    hasPassed: true,
    failedSteps: new Set(),
    text: "ok",
  };
  const failing = (...steps: number[]): CaseReport => ({
    ...passing,
    hasPassed: false,
    failedSteps: new Set(steps),
    text: "FAIL",
  });

  test.each<[string, CaseReport, KnownDifferences, string]>([
    ["an unlisted case that passes has passed", passing, nothingKnown, "passed"],
    ["an unlisted case that differs has failed", failing(1), nothingKnown, "failed"],
    ["a listed case that differs is known", failing(0, 2), knownCase, "known"],
    ["a listed case that passes has failed", passing, knownCase, "failed"],
    [
      "a case that differs only in a listed step is known",
      failing(1),
      knownSteps([[1, later]]),
      "known",
    ],
    [
      "a case that differs in another step too has failed",
      failing(1, 2),
      knownSteps([[1, later]]),
      "failed",
    ],
    ["a listed step that passes has failed", passing, knownSteps([[1, later]]), "failed"],
    [
      "one of two listed steps that passes has failed",
      failing(1),
      knownSteps([
        [1, later],
        [2, later],
      ]),
      "failed",
    ],
    [
      "a failed start is not excused by listed steps",
      failing(),
      knownSteps([[1, later]]),
      "failed",
    ],
    [
      "an unsafe step that meets our expectation has passed",
      passing,
      knownSteps([[1, unsafe]]),
      "passed",
    ],
    [
      "an unsafe step that misses our expectation has failed",
      failing(1),
      knownSteps([[1, unsafe]]),
      "failed",
    ],
  ])("%s", (_, report, known, kind) => {
    const verdict = judge(report, known);

    expect(verdict.kind).toBe(kind as "passed" | "known" | "failed"); // one of the three, by the table
  });
});

describe("parseReports", () => {
  test("finds each case with the steps that differ", () => {
    const output = [
      "ok   router/a.json",
      "FAIL router/b.json: What b is about.",
      "    step 1 GET /x: status",
      "      want 200",
      "      have 500",
      "    step 12 GET /y: body",
      "      want {}",
      "      have ",
      "FAIL router/c.json: What c is about.",
      "    start",
      "      want ok",
      "      have fails (1)",
      "1 passed, 2 failed",
    ].join("\n");

    const reports = parseReports(output);

    expect(reports.map((one) => [one.name, one.hasPassed, [...one.failedSteps]])).toEqual([
      ["router/a", true, []],
      ["router/b", false, [1, 12]],
      ["router/c", false, []],
    ]);
    expect(reports[2]?.text).not.toContain("passed");
  });
});
