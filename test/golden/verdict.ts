import type { KnownDifferences } from "./known-differences.ts";

/** How one case differed from what was expected. */
export interface CaseReport {
  /** Such as `core-router/trailing-slash`. */
  readonly name: string;
  readonly hasPassed: boolean;
  /** Numbers of the steps that differed, from 0. */
  readonly failedSteps: ReadonlySet<number>;
  /** The runner's words, whole lines. */
  readonly text: string;
}

/** What a case counts as; `known` means that it differs exactly where it is listed. */
export type Verdict =
  | { readonly kind: "passed" }
  | { readonly kind: "known"; readonly reasons: readonly string[] }
  | { readonly kind: "failed"; readonly message: string };

/** Reads what `golden.mjs run --verbose` prints: a line for each case, indented lines for each difference. */
export function parseReports(output: string): CaseReport[] {
  const reports: CaseReport[] = [];
  for (const block of output.split(/^(?=(?:ok {3}|FAIL )\S+\.json)/m)) {
    const head = /^(ok {3}|FAIL )(\S+)\.json/.exec(block);
    if (head?.[2] === undefined) continue;
    const steps = [...block.matchAll(/^ {4}step (\d+) /gm)].map((match) => Number(match[1]));
    const text = block.replace(/^\d+ passed, \d+ failed.*$/m, "").trimEnd();
    reports.push({
      name: head[2],
      hasPassed: head[1] !== "FAIL ",
      failedSteps: new Set(steps),
      text,
    });
  }
  return reports;
}

/** Holds a case's report against the list: what is listed must differ, what is not listed must not. */
export function judge(report: CaseReport, known: KnownDifferences): Verdict {
  const whole = known.cases.get(report.name);
  // An unsafe difference has an expectation of our own, which is checked like any other.
  if (whole !== undefined && whole.kind !== "unsafe") {
    if (report.hasPassed) return listedButPasses(report.name, "it");
    return { kind: "known", reasons: [`${whole.kind}: ${whole.reason}`] };
  }

  const steps = [...(known.steps.get(report.name) ?? [])];
  const listed = steps.filter(([, one]) => one.kind !== "unsafe");
  if (hasUnlistedFailure(report, new Set(listed.map(([index]) => index)))) {
    return { kind: "failed", message: report.text };
  }
  if (listed.length === 0) return { kind: "passed" };

  const passing = listed.map(([index]) => index).filter((index) => !report.failedSteps.has(index));
  if (passing.length > 0) return listedButPasses(report.name, `step ${passing.join(", ")}`);
  return {
    kind: "known",
    reasons: listed.map(([index, one]) => `step ${index}, ${one.kind}: ${one.reason}`),
  };
}

/** A failure that names no step is about the start: no listed step excuses it. */
function hasUnlistedFailure(report: CaseReport, listed: ReadonlySet<number>): boolean {
  if (report.hasPassed) return false;
  if (report.failedSteps.size === 0) return true;
  return [...report.failedSteps].some((step) => !listed.has(step));
}

function listedButPasses(name: string, what: string): Verdict {
  return {
    kind: "failed",
    message: `FAIL ${name}: ${what} is listed as a known difference, but passes: take it off the list`,
  };
}
