/**
 * The entry point of a worker thread: one gateway with its own listener on the node's port.
 *
 * It knows nothing of the other workers; what they share is in the node's memory.
 */
import { adoptConfig } from "../config/adopt.ts";
import { LineBatch } from "../logging/line-batch.ts";
import { openServiceLogs } from "../logging/service-logs.ts";
import { openParentPort } from "../platform/workers.ts";
import { NodeMemory } from "./node-memory.ts";
import { type Serving, startServing } from "./serving.ts";
import { toSystemFailure } from "./system-failure.ts";
import type { FromWorker, ToWorker, WorkerSetup } from "./worker-messages.ts";

/** How often the supervisor hears that this thread still works. */
const HEARTBEAT_MS = 250;

/** Lines wait so long for others: each message to the writing thread costs more than a line. */
const LINES_DELAY_MS = 20;

let serving: Serving | undefined;
let openPort = (): void => {};
const mayListen = new Promise<void>((resolve) => {
  openPort = resolve;
});
const lines = new LineBatch({
  destination: (text) => tell({ kind: "lines", lines: text }),
  delayMs: LINES_DELAY_MS,
});

const parent = openParentPort((message) => {
  // Only the supervisor writes to this port.
  const order = message as ToWorker;
  if (order.kind === "setup") void serve(order);
  else if (order.kind === "listen") openPort();
  else if (order.kind === "tls") serving?.replaceTls(order.tls);
  else void stop(order.waitMs);
});

function tell(message: FromWorker): void {
  parent.post(message);
}

async function serve(setup: WorkerSetup): Promise<void> {
  const { worker, memory: plan, configText, tls, logStyle } = setup;
  const memory = new NodeMemory(plan);
  const config = adoptConfig(configText);
  const destination = (text: string) => lines.write(text);
  const { log, accessLog } = openServiceLogs(config, { ...logStyle, destination });
  const { isDraining } = memory;
  const beforeListening = () => {
    tell({ kind: "prepared" });
    return mayListen;
  };
  try {
    serving = await startServing(config, {
      log,
      accessLog,
      isDraining,
      tls,
      sharesPort: true,
      beforeListening,
    });
  } catch (error) {
    const failure = toSystemFailure(error);
    if (failure === undefined) throw error;
    tell({ kind: "refused", failure });
    return;
  }
  const { port, inFlight } = serving;
  flushAccessLog = () => accessLog?.flush();
  setInterval(() => memory.beat(worker, inFlight()), HEARTBEAT_MS);
  tell({ kind: "ready", port });
}

let flushAccessLog = (): void => {};

async function stop(waitMs: number): Promise<void> {
  const { cut } = (await serving?.stop(waitMs)) ?? { cut: 0 };
  flushAccessLog();
  lines.flush();
  tell({ kind: "stopped", cut });
}
