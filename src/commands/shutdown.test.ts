import { expect, test } from "bun:test";
import { readShutdownDelay } from "./shutdown.ts";

test.each([
  [undefined, 0],
  ["", 0],
  ["0", 0],
  ["5s", 5000],
  ["1m30s", 90_000],
])("GW_SHUTDOWN_DELAY=%p delays by %p ms", (value, delayMs) => {
  expect(readShutdownDelay({ GW_SHUTDOWN_DELAY: value })).toEqual({ delayMs, problem: null });
});

test.each([
  ["5", "GW_SHUTDOWN_DELAY=5 is ignored: time: missing unit in duration"],
  ["-1s", "GW_SHUTDOWN_DELAY=-1s is ignored: it is negative"],
])("GW_SHUTDOWN_DELAY=%p is ignored aloud", (value, problem) => {
  expect(readShutdownDelay({ GW_SHUTDOWN_DELAY: value })).toEqual({ delayMs: 0, problem });
});
