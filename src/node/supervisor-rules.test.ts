import { afterEach, expect, test } from "bun:test";
import { createLogger } from "../logging/logger.ts";
import type { WorkerThread } from "../platform/workers.ts";
import { NodeMemory } from "./node-memory.ts";
import { SUPERVISOR_LIMITS, Supervisor, type SupervisorLimits } from "./supervisor.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";

/** What a thread of these tests does; by default it serves. */
interface Conduct {
  readonly neverPrepares?: boolean;
  /** It becomes ready, and gives no sign of life then. */
  readonly hangs?: boolean;
  /** It says nothing when it is told to stop. */
  readonly isDeaf?: boolean;
  readonly requestsInFlight?: number;
}

/** A thread that only speaks; it ends when the test says so, or when it is terminated. */
interface FakeThread extends WorkerThread {
  readonly worker: number;
  end(exitCode: number): void;
}

const EAGER: SupervisorLimits = {
  checkMs: 1,
  silentChecks: 20,
  startingChecks: 20,
  crashes: 3,
  crashWindowMs: 60_000,
  stopGraceMs: 1_000,
};

const running: { end(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const one of running.splice(0)) await one.end();
});

/** For each worker how its threads behave, one after the other; the last one again and again. */
function supervise(
  conducts: readonly (readonly Conduct[])[],
  options: { readonly limits?: SupervisorLimits; readonly now?: () => number } = {},
) {
  const memory = NodeMemory.create(conducts.length);
  const threads: FakeThread[] = [];
  let onThread = (): void => {};
  let lines = "";
  const supervisor = new Supervisor({
    ...options,
    workers: conducts.length,
    memory,
    log: createLogger({
      level: "DEBUG",
      prefix: "",
      layout: "basic",
      destination: (text) => {
        lines += text;
      },
    }),
    onLines: () => {},
    onOpening: () => {},
    start(worker, events) {
      const ofWorker = conducts[worker]!;
      const before = threads.filter((one) => one.worker === worker).length;
      const conduct = ofWorker[before] ?? ofWorker.at(-1)!;
      const { requestsInFlight = 0, hangs = false, isDeaf = false } = conduct;
      const beat = () => memory.beat(worker, requestsInFlight);
      let heart: ReturnType<typeof setInterval> | undefined;
      let hasEnded = false;
      // As with real threads nothing happens within the call that causes it.
      const tell = (message: FromWorker) => queueMicrotask(() => events.message(message));
      const thread: FakeThread = {
        worker,
        end(exitCode) {
          if (hasEnded) return;
          hasEnded = true;
          clearInterval(heart);
          events.ended(exitCode);
        },
        post(message) {
          // The supervisor sends nothing else.
          const order = message as ToWorker;
          if (order.kind === "stop" && !hangs && !isDeaf)
            tell({ kind: "stopped", cut: requestsInFlight });
          if (order.kind !== "listen") return;
          beat();
          if (!hangs) heart = setInterval(beat, 1);
          tell({ kind: "ready", port: 1000 + worker });
        },
        terminate: () => queueMicrotask(() => thread.end(1)),
      };
      threads.push(thread);
      if (conduct.neverPrepares !== true) tell({ kind: "prepared" });
      onThread();
      return thread;
    },
  });
  running.push({
    end: () => {
      const stopped = supervisor.stop(0);
      for (const thread of threads) thread.end(0);
      return stopped;
    },
  });
  const startedThreads = (count: number) =>
    new Promise<void>((resolve) => {
      onThread = () => {
        if (threads.length >= count) resolve();
      };
      onThread();
    });
  return { supervisor, threads, startedThreads, log: () => lines };
}

test("the limits are those that operators are told of", () => {
  const { checkMs, silentChecks, startingChecks, ...others } = SUPERVISOR_LIMITS;

  expect({ silentMs: checkMs * silentChecks, startingMs: checkMs * startingChecks }).toEqual({
    silentMs: 5_000,
    startingMs: 10_000,
  });
  expect(others).toEqual({ crashes: 3, crashWindowMs: 10_000, stopGraceMs: 1_000 });
});

test.each([
  ["9.999 s are", 9_999, 3],
  ["10 s are not", 10_000, 4],
] as const)("three crashes within %s a loop", async (_, lastCrashMs, threadsOfWorker) => {
  let nowMs = 0;
  const node = supervise([[{}], [{}]], { now: () => nowMs });
  await node.supervisor.started;
  for (const crashMs of [0, 5_000, lastCrashMs]) {
    nowMs = crashMs;
    node.threads.at(-1)!.end(3);
    // Its successor becomes ready: only the time between the crashes counts.
    await new Promise(setImmediate);
  }

  const threads = node.threads.filter(({ worker }) => worker === node.threads.at(-1)!.worker);

  expect(threads).toHaveLength(threadsOfWorker);
});

test("a prepared worker may wait for a slow sibling for as long as that takes", async () => {
  const limits = { ...EAGER, crashes: 10 };
  const slow = [{ neverPrepares: true }, { neverPrepares: true }, {}];
  const node = supervise([[{}], slow], { limits });

  await node.supervisor.started;

  expect(node.threads.map(({ worker }) => worker)).toEqual([0, 1, 1, 1]);
});

test("a worker that hangs is replaced every time and never counts as a crash", async () => {
  const node = supervise([[{}], [{ hangs: true }]], { limits: EAGER });
  const seventh = node.startedThreads(7).then(() => "replaced");

  const result = await Promise.race([seventh, node.supervisor.failed]);

  expect(result).toBe("replaced");
  expect(node.threads.map(({ worker }) => worker)).toEqual([0, 1, 1, 1, 1, 1, 1]);
  expect(node.log().match(/worker 2 died and is replaced: it gave no sign of life/g)).toHaveLength(
    5,
  );
});

test("hangs before and between crashes bring no loop nearer", async () => {
  let nowMs = 0;
  const conducts = [{ hangs: true }, { hangs: true }, {}, { hangs: true }, {}];
  const node = supervise([[{}], conducts], { limits: EAGER, now: () => nowMs });
  await node.startedThreads(4);
  await new Promise(setImmediate);
  nowMs = 1;
  node.threads.at(-1)!.end(3);
  await node.startedThreads(6);
  await new Promise(setImmediate);

  node.threads.at(-1)!.end(3);

  expect(node.threads).toHaveLength(7);
});

test("a worker that hangs while the node stops is given up long before the wait is over", async () => {
  const hanging = { hangs: true, requestsInFlight: 3 };
  const limits = { ...EAGER, silentChecks: 100 };
  const node = supervise([[{ requestsInFlight: 2 }], [hanging]], { limits });
  await node.supervisor.started;

  // Longer than a test may take.
  const result = await node.supervisor.stop(3_600_000);

  expect(result).toEqual({ cut: 2 });
  expect(node.threads).toHaveLength(2);
  expect(node.log()).toMatch(
    /worker 2 died while it stopped: it gave no sign of life for 0\.1 s.*requests_lost=3/,
  );
});

test("a wait longer than a timer of the runtime lasts cuts nothing at once", async () => {
  const node = supervise([[{ isDeaf: true, requestsInFlight: 3 }]]);
  await node.supervisor.started;
  let isStopped = false;

  const stopped = node.supervisor.stop(600 * 3_600_000).then((result) => {
    isStopped = true;
    return result;
  });
  // A timer that is set for too long ends after a millisecond.
  await new Promise((resolve) => setTimeout(resolve, 20));
  const wasStopped = isStopped;
  node.threads[0]!.end(0);

  expect(wasStopped).toBe(false);
  expect(await stopped).toEqual({ cut: 0 });
});
