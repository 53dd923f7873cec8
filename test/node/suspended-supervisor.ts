// A supervisor in a process of its own, for a test that suspends it: prints `started`, and after a
// line on standard input how many threads it has started, once its workers gave many signs of life.
import { createLogger } from "../../src/logging/logger.ts";
import { NodeMemory } from "../../src/node/node-memory.ts";
import { Supervisor } from "../../src/node/supervisor.ts";
import { startWorkerThread } from "../../src/platform/workers.ts";

const WORKERS = 2;
const SIGNS_OF_LIFE = 50;

const memory = NodeMemory.create(WORKERS);
let started = 0;
const supervisor = new Supervisor({
  workers: WORKERS,
  memory,
  log: createLogger({ level: "DEBUG", prefix: "", layout: "basic", destination: () => {} }),
  onLines: () => {},
  onOpening: () => {},
  // A worker is killed after 0.6 s of silence.
  limits: {
    checkMs: 30,
    silentChecks: 20,
    startingChecks: 1_000,
    crashes: 100,
    crashWindowMs: 60_000,
    stopGraceMs: 100,
  },
  start(worker, events) {
    started++;
    const thread = startWorkerThread(new URL("./workers/serves.ts", import.meta.url), events);
    thread.post({ kind: "setup", worker, memory: memory.plan });
    return thread;
  },
});
await supervisor.started;
process.stdout.write("started\n");

process.stdin.once("data", () => {
  const enough = [0, 1].map((worker) => memory.heartbeatOf(worker) + SIGNS_OF_LIFE);
  setInterval(() => {
    if (enough.some((beats, worker) => memory.heartbeatOf(worker) < beats)) return;
    process.stdout.write(`threads started: ${started}\n`);
    process.exit(0);
  }, 10);
});
