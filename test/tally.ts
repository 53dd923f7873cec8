/** What a run of tests came to. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Adds up what several runs came to. */
export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce((total, one) => ({
    passed: total.passed + one.passed,
    failed: total.failed + one.failed,
    skipped: total.skipped + one.skipped,
  }));
}

/** The closing line; skips are named only where there are any. */
export function renderTally({ passed, failed, skipped }: Tally): string {
  const line = `${passed} passed, ${failed} failed`;
  return skipped === 0 ? line : `${line}, ${skipped} skipped`;
}

/**
 * Reads the totals of a JUnit report. A run that ended badly though no test failed (a file that
 * does not load, a crash) counts as one failure; so does a report that is not there.
 */
export function tallyOfJunit(report: string | undefined, exitCode: number | null): Tally {
  const totals = /<testsuites\s[^>]*>/.exec(report ?? "")?.[0] ?? "";
  const tests = attribute(totals, "tests");
  const skipped = attribute(totals, "skipped");
  const failures = attribute(totals, "failures");
  const hasEndedWell = exitCode === 0 && tests > 0;
  const failed = failures === 0 && !hasEndedWell ? 1 : failures;
  return { passed: tests - failures - skipped, failed, skipped };
}

/** Names of skipped tests that say of themselves that this machine cannot run them at all. */
export function notPossibleHere(report: string | undefined): string[] {
  const skipped = (report ?? "").matchAll(/<testcase [^>]*?\bname="([^"]*)"[^>]*>\s*<skipped/g);
  return [...skipped]
    .map(([, name = ""]) => name)
    .filter((name) => name.includes("not possible here"));
}

/** Reads a closing line; a run without one, or that ended badly though nothing failed, counts as one failure. */
export function tallyOfLine(output: string, exitCode: number | null): Tally {
  const line = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/m.exec(output);
  if (line === null) return { passed: 0, failed: 1, skipped: 0 };

  const failures = Number(line[2]);
  const failed = failures === 0 && exitCode !== 0 ? 1 : failures;
  return { passed: Number(line[1]), failed, skipped: Number(line[3] ?? 0) };
}

function attribute(tag: string, name: string): number {
  return Number(new RegExp(`\\s${name}="(\\d+)"`).exec(tag)?.[1] ?? 0);
}
