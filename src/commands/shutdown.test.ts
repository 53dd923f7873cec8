import { expect, test } from "bun:test";
import { loadValid } from "../config/fixture.ts";
import { createLogger } from "../logging/logger.ts";
import type { RunningNode } from "../node/start.ts";
import { chooseDelayMs, readShutdownDelay, stopNode } from "./shutdown.ts";

const HOURS_600_MS = 600 * 3_600_000;

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

test.each([
  ["2s", "3s", "4s", false, 2000],
  [undefined, "3s", "4s", false, 3000],
  [undefined, undefined, "4s", false, 4000],
  [undefined, undefined, undefined, false, 5000],
  ["2s", "3s", "4s", true, 2000],
  [undefined, "3s", "4s", true, 3000],
  [undefined, undefined, "4s", true, 4000],
  [undefined, undefined, undefined, true, 0],
  ["0", "3s", "4s", false, 0],
  [undefined, "0", "4s", false, 0],
  [undefined, "", "4s", false, 4000],
  [undefined, undefined, "0s", false, 0],
  ["600h", undefined, undefined, false, HOURS_600_MS],
])(
  "--shutdown-delay %p, GW_SHUTDOWN_DELAY %p, shutdown_delay %p, on a terminal %p: %p ms",
  (option, variable, shutdown_delay, isTerminal, delayMs) => {
    const asked = readShutdownDelay({ option, variable });
    const { shutdownDelayMs } = loadValid({ extra_config: { "gw/node": { shutdown_delay } } });
    if (typeof asked === "object") throw new Error(asked.problem);

    const chosen = chooseDelayMs({ asked, configured: shutdownDelayMs, isTerminal });

    expect(chosen).toBe(delayMs);
  },
);

/** A node that writes down what it is told. */
function fakeNode() {
  const told: string[] = [];
  const node: RunningNode = {
    port: 1,
    failed: new Promise(() => {}),
    replaceTls: () => {},
    drain: () => told.push("drain"),
    async stop(waitMs) {
      told.push(`stop within ${waitMs} ms`);
      return { cut: 0 };
    },
  };
  return { node, told };
}

const log = createLogger({ level: "DEBUG", prefix: "", layout: "basic", destination: () => {} });

test.each([
  [{}, 30_000],
  [{ max_shutdown_wait_time: "0s" }, 30_000],
  [{ max_shutdown_wait_time: "2s" }, 2_000],
  [{ max_shutdown_wait_time: "5m" }, 300_000],
  [{ max_shutdown_wait_time: "600h" }, HOURS_600_MS],
])("with %j requests in flight have %p ms to finish", async (root, waitMs) => {
  const { node, told } = fakeNode();

  await stopNode(node, loadValid(root), { log, delayMs: 0, failed: node.failed });

  expect(told).toEqual(["drain", `stop within ${waitMs} ms`]);
});

test("a delay longer than a timer of the runtime lasts is not over at once", async () => {
  const { node, told } = fakeNode();
  let fail = (): void => {};
  const failed = new Promise<void>((resolve) => {
    fail = resolve;
  });

  const stopped = stopNode(node, loadValid({}), { log, delayMs: HOURS_600_MS, failed });
  // A timer that is set for too long ends after a millisecond.
  await new Promise((resolve) => setTimeout(resolve, 20));
  const toldMeanwhile = [...told];
  fail();
  await stopped;

  expect(toldMeanwhile).toEqual(["drain"]);
  expect(told).toEqual(["drain", "stop within 30000 ms"]);
});
