import { afterEach, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { connect } from "node:net";
import { join } from "node:path";
import { createLogger } from "../logging/logger.ts";
import { startWorkerThread, type WorkerThread } from "../platform/workers.ts";
import { NodeMemory } from "./node-memory.ts";
import { Supervisor, type SupervisorLimits } from "./supervisor.ts";
import type { FromWorker } from "./worker-messages.ts";

/** The modules in `test/node/workers`. */
type Entry =
  | "serves"
  | "throws"
  | "rejects"
  | "exits"
  | "loops"
  | "never-ready"
  | "refused"
  | "deaf"
  | "exits-on-stop"
  | "cannot-start";

const folder = join(import.meta.dir, "..", "..", "test", "node");

const LIMITS: SupervisorLimits = {
  checkMs: 30,
  silentChecks: 20,
  startingChecks: 150,
  crashes: 3,
  crashWindowMs: 60_000,
  stopGraceMs: 100,
};

interface Start {
  readonly worker: number;
  readonly entry: Entry;
  /** Where it listens, once it said so. */
  port: number;
  hasEnded: boolean;
}

const started: { end(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of started.splice(0)) await one.end();
});

/** For each worker the modules that its threads run, one after the other; the last one again and again. */
function supervise(entries: readonly (readonly Entry[])[], limits: Partial<SupervisorLimits> = {}) {
  const memory = NodeMemory.create(entries.length);
  const starts: Start[] = [];
  const threads: WorkerThread[] = [];
  /** How many threads were started when the port was opened. */
  const opened: number[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of waiting) look();
  };
  let lines = "";
  const supervisor = new Supervisor({
    workers: entries.length,
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
    onOpening: () => {
      opened.push(starts.length);
    },
    limits: { ...LIMITS, ...limits },
    start(worker, events) {
      const before = starts.filter((one) => one.worker === worker).length;
      const modules = entries[worker]!;
      const entry = modules[before] ?? modules.at(-1)!;
      const start: Start = { worker, entry, port: 0, hasEnded: false };
      starts.push(start);
      const thread = startWorkerThread(new URL(`file://${folder}/workers/${entry}.ts`), {
        ...events,
        message(message) {
          const told = message as FromWorker;
          if (told.kind === "ready") start.port = told.port;
          events.message(message);
          wake();
        },
        ended(exitCode) {
          start.hasEnded = true;
          events.ended(exitCode);
          wake();
        },
      });
      threads.push(thread);
      thread.post({ kind: "setup", worker, memory: memory.plan });
      return thread;
    },
  });
  started.push({
    async end() {
      await supervisor.stop(0);
      for (const thread of threads) thread.terminate();
    },
  });
  void supervisor.started.then((result) => {
    // Only then do the faults of the modules show.
    if (typeof result === "number") memory.enter("ready");
  });
  const until = (isThere: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!isThere()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { supervisor, memory, starts, opened, until, log: () => lines };
}

function isRefused(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  return new Promise((resolve) => {
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.once("error", () => resolve(true));
  });
}

test.each([
  ["throws", "nobody caught this"],
  ["rejects", "nobody awaited this"],
  ["exits", "it ended with exit code 3"],
] as const)("a worker that %s is replaced in its place, and the log says why", async (...given) => {
  const [entry, reason] = given;
  const node = supervise([["serves"], [entry, "serves"]]);

  await node.until(() => node.starts.length === 3 && node.starts.every((one) => one.port > 0));

  expect(node.starts.map(({ worker, entry: module }) => [worker, module])).toEqual([
    [0, "serves"],
    [1, entry],
    [1, "serves"],
  ]);
  expect(node.starts.map(({ hasEnded }) => hasEnded)).toEqual([false, true, false]);
  expect(node.log()).toContain("[SERVICE: Node] worker 2 died and is replaced: ");
  expect(node.log()).toContain(reason);
});

test("the requests that died with a worker are counted in the log", async () => {
  const node = supervise([["throws", "serves"], ["serves"]]);

  await node.until(() => node.starts.length === 3);

  expect(node.log()).toContain("requests_lost=5");
});

test("a thread that took over no request of its predecessor loses none", async () => {
  const node = supervise([["throws", "cannot-start", "serves"], ["serves"]]);

  await node.until(() => node.starts.length === 4);

  const lost = [...node.log().matchAll(/requests_lost=(\d+)/g)].map(([, count]) => count);
  expect(lost).toEqual(["5", "0"]);
});

test("a worker that loops for ever is ended: its heart stops and its port is closed", async () => {
  const node = supervise([["serves"], ["loops", "serves"]]);

  await node.until(() => node.starts.length === 3 && node.starts[2]!.port > 0);

  const looping = node.starts[1]!;
  expect(looping.hasEnded).toBe(true);
  expect(await isRefused(looping.port)).toBe(true);
  expect(await isRefused(node.starts[0]!.port)).toBe(false);
  expect(node.log()).toContain("worker 2 died and is replaced: it gave no sign of life for 0.6 s");
});

test("a worker that never becomes ready is replaced, though it gives signs of life", async () => {
  const node = supervise([["serves"], ["never-ready", "serves"]], { startingChecks: 30 });

  const started = await node.supervisor.started;

  expect(started).toBeNumber();
  expect(node.starts.map(({ worker }) => worker)).toEqual([0, 1, 1]);
  expect(node.log()).toContain("worker 2 died and is replaced: it was not ready after 0.9 s");
});

test("a node has started once every worker listens", async () => {
  const node = supervise([["serves"], ["serves"], ["serves"]]);

  const started = await node.supervisor.started;

  expect(node.starts.every(({ port }) => port > 0)).toBe(true);
  expect(node.starts.map(({ port }) => port)).toContain(started as number);
});

test("no worker opens its port before all are prepared", async () => {
  const node = supervise([["serves"], ["cannot-start", "serves"]]);

  await node.supervisor.started;

  // The third thread, which replaces the broken one, completed the number.
  expect(node.opened).toEqual([3]);
  expect(node.starts.map(({ hasEnded }) => hasEnded)).toEqual([false, true, false]);
});

test("what the system refuses to the first workers is why the node does not start", async () => {
  const node = supervise([["serves"], ["refused"]]);

  const started = await node.supervisor.started;
  await node.until(() => node.starts.every(({ hasEnded }) => hasEnded));

  expect(started).toEqual({
    kind: "system",
    failure: { code: "EACCES", message: "permission denied" },
  });
  expect(node.starts).toHaveLength(2);
});

test("what the system refuses later is a crash like another", async () => {
  const node = supervise([["serves"], ["throws", "refused", "serves"]]);

  await node.until(() => node.starts.length === 4 && node.starts[3]!.port > 0);

  expect(node.log()).toContain("worker 2 died and is replaced: permission denied");
});

test("workers that never become ready three times in a row are why the node does not start", async () => {
  // A window in which no two crashes fall: only the row counts.
  const node = supervise([["cannot-start"]], { crashWindowMs: 0 });

  const started = await node.supervisor.started;
  await node.until(() => node.starts.every(({ hasEnded }) => hasEnded));

  expect(started).toMatchObject({
    kind: "crash-loop",
    lastError: expect.stringContaining("the module is broken"),
  });
  expect(node.starts).toHaveLength(3);
});

test("three crashes within the window are a loop, also of workers that became ready", async () => {
  const node = supervise([["serves"], ["throws", "serves", "serves"], ["throws", "exits"]]);

  const failure = await node.supervisor.failed;

  expect(failure).toEqual({ kind: "crash-loop", lastError: expect.any(String) });
  expect(node.starts.filter(({ worker }) => worker === 0)).toHaveLength(1);
});

test("crashes that lie further apart than the window are none", async () => {
  const node = supervise([["serves"], ["throws", "throws", "throws", "throws", "serves"]], {
    crashWindowMs: 0,
  });

  await node.until(() => node.starts.length === 6 && node.starts[5]!.port > 0);

  expect(node.starts.map(({ worker }) => worker)).toEqual([0, 1, 1, 1, 1, 1]);
});

test("a stop sums what the workers had to cut, also that of one which does not answer", async () => {
  const node = supervise([["serves"], ["deaf"], ["serves"]]);
  await node.supervisor.started;

  const result = await node.supervisor.stop(50);
  await node.until(() => node.starts[1]!.hasEnded);

  expect(result).toEqual({ cut: 7 });
  expect(node.starts).toHaveLength(3);
});

test("a stop waits for nobody who is dead already", async () => {
  const node = supervise([["serves"], ["throws"]]);
  await node.supervisor.failed;

  // Longer than a test may take.
  const result = await node.supervisor.stop(3_600_000);

  expect(result).toEqual({ cut: 2 });
});

test("a worker that dies while the node stops is not replaced, and its log line says what it had", async () => {
  const node = supervise([["serves"], ["exits-on-stop"]]);
  await node.supervisor.started;

  // Longer than a test may take.
  const result = await node.supervisor.stop(3_600_000);

  expect(result).toEqual({ cut: 2 });
  expect(node.log()).toContain("worker 2 died while it stopped: ");
  expect(node.log()).toContain("requests_lost=4");
  expect(node.starts).toHaveLength(2);
});

test("a process that was suspended for longer than the limit kills none of its workers", async () => {
  const child = spawn(process.execPath, [join(folder, "suspended-supervisor.ts")]);
  let output = "";
  const said = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (output.includes(text)) resolve();
      };
      child.stdout.on("data", look);
      look();
    });
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  try {
    await said("started\n");

    child.kill("SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    child.kill("SIGCONT");
    child.stdin.write("look\n");
    await said("threads started: ");

    expect(output).toContain("threads started: 2\n");
  } finally {
    child.kill("SIGKILL");
  }
});
