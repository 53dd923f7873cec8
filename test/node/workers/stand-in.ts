import { createServer } from "node:net";
import { SharedMemory, type SharedMemoryPlan } from "../../../src/lib/shared-memory.ts";
import { NodeMemory } from "../../../src/node/node-memory.ts";
import type { FromWorker, ToWorker } from "../../../src/node/worker-messages.ts";
import { openParentPort } from "../../../src/platform/workers.ts";

/** The part of a worker's first message that a stand-in needs. */
export interface StandInSetup {
  readonly kind: "setup";
  readonly worker: number;
  readonly memory: SharedMemoryPlan;
}

/** How a stand-in differs from one that serves. */
export interface Behaviour {
  /** What it says once it listens, as it may when all are prepared; `ready` by default, `null` for nothing. */
  readonly says?: (port: number) => FromWorker | null;
  /** What it does once all workers are ready. */
  readonly afterwards?: () => void;
  /** Reported with every sign of life, and as cut when it is stopped. */
  readonly requestsInFlight?: number;
  /** What it does when it is told to stop, instead of saying that it has. */
  readonly stops?: () => void;
}

const HEARTBEAT_MS = 10;

/** The node state once every worker listens. */
const READY = 1;

/** A worker without a gateway: it listens on a port of its own and speaks with its supervisor. */
export function standIn(behaviour: Behaviour = {}): void {
  const { says = (port) => ({ kind: "ready", port }), requestsInFlight = 0 } = behaviour;
  let setup: StandInSetup | undefined;
  const parent = openParentPort((message) => {
    const order = message as StandInSetup | Exclude<ToWorker, { kind: "setup" }>;
    if (order.kind === "setup") {
      setup = order;
      tell({ kind: "prepared" });
    } else if (order.kind === "listen") serve(setup!);
    else if (behaviour.stops !== undefined) behaviour.stops();
    else tell({ kind: "stopped", cut: requestsInFlight });
  });
  const tell = (message: FromWorker): void => parent.post(message);

  const serve = ({ worker, memory: plan }: StandInSetup): void => {
    const memory = new NodeMemory(plan);
    const state = new SharedMemory(plan).section("node state");
    const server = createServer((socket) => socket.on("error", () => socket.destroy()));
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" ? (address?.port ?? 0) : 0;
      memory.beat(worker, requestsInFlight);
      setInterval(() => {
        memory.beat(worker, requestsInFlight);
        if (Atomics.load(state, 0) === READY) behaviour.afterwards?.();
      }, HEARTBEAT_MS);
      const message = says(port);
      if (message !== null) tell(message);
    });
  };
}
