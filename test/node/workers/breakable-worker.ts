// The real worker with a back door: it does what a `BreakOrder` for it says.
import { parentPort } from "node:worker_threads";
import "../../../src/node/worker.ts";
import type { ServiceConfig } from "../../../src/config/model.ts";
import type { ToWorker } from "../../../src/node/worker-messages.ts";

/** What comes through the back door. */
export interface BreakOrder {
  /** The node's. */
  readonly port: number;
  /** From 0. */
  readonly worker: number;
  readonly fault: "throw" | "reject" | "exit" | "loop";
}

const backDoor = new BroadcastChannel("break");

parentPort?.on("message", (order: ToWorker) => {
  if (order.kind !== "setup") return;
  const { port } = JSON.parse(order.configText) as ServiceConfig;
  const { worker } = order;
  backDoor.onmessage = ({ data }: { data: BreakOrder }) => {
    if (data.port === port && data.worker === worker) breakDown(data.fault);
  };
});

function breakDown(fault: BreakOrder["fault"]): void {
  if (fault === "exit") process.exit(3);
  if (fault === "reject") void Promise.reject(new Error("rejected by the test"));
  // Outside of the channel's own dispatch.
  else if (fault === "throw") queueMicrotask(() => fail());
  else for (;;);
}

function fail(): never {
  throw new Error("thrown by the test");
}
