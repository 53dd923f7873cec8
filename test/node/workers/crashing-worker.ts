// The real worker, which fails a moment after it may listen.
import { parentPort } from "node:worker_threads";
import "../../../src/node/worker.ts";
import type { ToWorker } from "../../../src/node/worker-messages.ts";

const CRASH_DELAY_MS = 50;

parentPort?.on("message", (order: ToWorker) => {
  if (order.kind !== "listen") return;
  setTimeout(() => {
    throw new Error("it always crashes");
  }, CRASH_DELAY_MS);
});
