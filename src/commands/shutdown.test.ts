import { expect, test } from "bun:test";
import { defaultDelayMs, readShutdownDelay } from "./shutdown.ts";

test.each([
  [undefined, undefined, undefined],
  [undefined, "", undefined],
  [undefined, "0", 0],
  [undefined, "5s", 5000],
  [undefined, "1m30s", 90_000],
  ["2s", "5s", 2000],
  ["0", "5s", 0],
  ["2s", "nonsense", 2000],
])("--shutdown-delay %p with GW_SHUTDOWN_DELAY=%p delays by %p ms", (option, variable, delayMs) => {
  expect(readShutdownDelay({ option, variable })).toEqual(delayMs);
});

test.each([
  ["5", "", 'invalid value "5" for --shutdown-delay: time: missing unit in duration; '],
  ["", "", 'invalid value "" for --shutdown-delay: '],
  [undefined, "-1s", 'invalid value "-1s" in GW_SHUTDOWN_DELAY: it is negative; '],
])("--shutdown-delay %p with GW_SHUTDOWN_DELAY=%p is refused", (option, variable, text) => {
  const delay = readShutdownDelay({ option, variable });

  expect(delay).toEqual({ problem: expect.stringContaining(text) });
});

test("nobody at a terminal has to wait", () => {
  expect(defaultDelayMs(true)).toBe(0);
  expect(defaultDelayMs(false)).toBe(5000);
});
