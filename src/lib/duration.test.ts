import { expect, test } from "bun:test";
import { formatGoDuration, nanosecondsToMs, parseGoDuration } from "./duration.ts";

test.each([
  ["3s", 3000],
  ["1h30m", 5_400_000],
  ["1.5s", 1500],
  [".5s", 500],
  ["1.s", 1000],
  ["250ms", 250],
  ["250us", 0.25],
  ["250µs", 0.25],
  ["1500000ns", 1.5],
  ["0", 0],
  ["0s", 0],
  ["-1m", -60_000],
  ["+2s", 2000],
  ["1m10s", 70_000],
])("reads %s as %p milliseconds", (text, durationMs) => {
  expect(parseGoDuration(text)).toBe(durationMs);
});

test.each([
  ["", "time: invalid duration"],
  ["abc", "time: invalid duration"],
  ["-", "time: invalid duration"],
  [".s", "time: invalid duration"],
  [" 3s", "time: invalid duration"],
  ["1.2.3s", "time: missing unit in duration"],
  ["9999999h", "time: invalid duration"],
  ["5", "time: missing unit in duration"],
  ["1h30", "time: missing unit in duration"],
  ["1 minute", "time: unknown unit in duration"],
  ["3 s", "time: unknown unit in duration"],
  ["1d", "time: unknown unit in duration"],
])("refuses %p with Go's words", (text, error) => {
  expect(parseGoDuration(text)).toEqual({ error } as ReturnType<typeof parseGoDuration>);
});

test.each([
  [0, "0s"],
  [2000, "2s"],
  [1500, "1.5s"],
  [70_000, "1m10s"],
  [3_600_000, "1h0m0s"],
  [5_430_500, "1h30m30.5s"],
  [250, "250ms"],
  [1.5, "1.5ms"],
  [0.25, "250µs"],
  [0.000002, "2ns"],
  [-2000, "-2s"],
])("writes %p milliseconds as %s", (durationMs, text) => {
  expect(formatGoDuration(durationMs)).toBe(text);
});

test("counts a bare number in nanoseconds and cuts fractions", () => {
  expect(nanosecondsToMs(2_000_000_000.9)).toBe(2000);
});
