import { expect, test } from "bun:test";
import { notPossibleHere, renderTally, sum, tallyOfJunit, tallyOfLine } from "./tally.ts";

test("adds up runs and names skips only where there are any", () => {
  const total = sum([
    { passed: 3, failed: 0, skipped: 0 },
    { passed: 4, failed: 1, skipped: 2 },
  ]);

  expect(renderTally(total)).toBe("7 passed, 1 failed, 2 skipped");
  expect(renderTally({ passed: 7, failed: 0, skipped: 0 })).toBe("7 passed, 0 failed");
});

const junit =
  '<?xml version="1.0"?><testsuites name="bun test" tests="9" assertions="20" failures="2" skipped="1" time="0.1">';

test.each([
  ["counts a report's tests", junit, 1, [6, 2, 1]],
  [
    "counts a bad end without a failed test as a failure",
    junit.replace('failures="2"', 'failures="0"'),
    1,
    [8, 1, 1],
  ],
  ["counts a missing report as a failure", undefined, 0, [0, 1, 0]],
  [
    "counts a report without tests as a failure",
    '<testsuites tests="0" failures="0">',
    0,
    [0, 1, 0],
  ],
] as const)("%s", (_, report, exitCode, [passed, failed, skipped]) => {
  expect(tallyOfJunit(report, exitCode)).toEqual({ passed, failed, skipped });
});

test.each([
  ["reads a closing line", "FAIL a\n5 passed, 1 failed\n", 1, [5, 1, 0]],
  ["reads skips", "5 passed, 0 failed, 2 skipped\n", 0, [5, 0, 2]],
  ["counts a missing closing line as a failure", "", 0, [0, 1, 0]],
  ["counts a bad end without a failure as a failure", "5 passed, 0 failed\n", 1, [5, 1, 0]],
] as const)("%s", (_, output, exitCode, [passed, failed, skipped]) => {
  expect(tallyOfLine(output, exitCode)).toEqual({ passed, failed, skipped });
});

test("names the skipped tests that say they are not possible here", () => {
  const report = `<testsuites tests="3" failures="0" skipped="2"><testsuite name="a.test.ts">
    <testcase name="hosts (not possible here: ip is refused)" time="0">
      <skipped />
    </testcase>
    <testcase name="needs a tool" time="0">
      <skipped />
    </testcase>
    <testcase name="runs (not possible here: wrong)" time="0" />
  </testsuite></testsuites>`;

  expect(notPossibleHere(report)).toEqual(["hosts (not possible here: ip is refused)"]);
  expect(notPossibleHere(undefined)).toEqual([]);
});
