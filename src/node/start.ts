import type { ServiceConfig } from "../config/model.ts";
import type { LogStyle, ServiceLogs } from "../logging/service-logs.ts";
import { isPortTaken } from "../platform/listening-ports.ts";
import { claimPort } from "../platform/port-lock.ts";
import type { ServerTls } from "../platform/sockets.ts";
import type { ThreadReserve, WorkerThreadEvents } from "../platform/workers.ts";
import { NodeMemory } from "./node-memory.ts";
import { readServerTls } from "./server-tls.ts";
import { listenHost, startServing } from "./serving.ts";
import { type NodeFailure, Supervisor } from "./supervisor.ts";
import { toSystemFailure } from "./system-failure.ts";
import type { ToWorker } from "./worker-messages.ts";

/** What a node needs of its process. */
export interface NodeScope {
  readonly workers: number;
  /** Where worker threads come from. */
  readonly threads: ThreadReserve;
  /** Of the thread that starts the node. */
  readonly logs: ServiceLogs;
  readonly logStyle: LogStyle;
  /** Takes whole lines of both logs; must not block and must not throw. */
  readonly destination: (lines: string) => void;
  /** Called just before the port opens: from then on there may be requests that a stop has to wait for. */
  readonly onOpening: () => void;
}

/** A gateway that listens. */
export interface RunningNode {
  readonly port: number;
  /** Resolves when the node cannot go on by itself; it still has to be stopped. */
  readonly failed: Promise<NodeFailure>;
  /** Other certificates for handshakes from now on; connections that live keep theirs. They must be pairs that fit. */
  replaceTls(tls: ServerTls): void;
  /** Health answers 503 and every answer ends its connection; everything is still served. */
  drain(): void;
  /** Accepts no more, waits at most so long for what is in flight, and says how many requests were cut. */
  stop(waitMs: number): Promise<{ readonly cut: number }>;
}

/** Serves in this thread, or with several workers in threads of their own, each with its listener on the port. */
export async function startNode(
  config: ServiceConfig,
  scope: NodeScope,
): Promise<RunningNode | NodeFailure> {
  try {
    const memory = NodeMemory.create(scope.workers);
    const start = scope.workers === 1 ? startInThisThread : startWorkers;
    const node = await start(config, scope, memory);
    if ("kind" in node) return node;

    memory.enter("ready");
    return {
      ...node,
      drain: () => memory.enter("draining"),
      async stop(waitMs) {
        memory.enter("draining");
        const result = await node.stop(waitMs);
        memory.enter("closed");
        return result;
      },
    };
  } catch (error) {
    const failure = toSystemFailure(error);
    if (failure === undefined) throw error;
    return { kind: "system", failure };
  }
}

type StartedNode = Omit<RunningNode, "drain">;

async function startInThisThread(
  config: ServiceConfig,
  { logs: { log, accessLog }, onOpening }: NodeScope,
  { isDraining }: NodeMemory,
): Promise<StartedNode> {
  const tls = config.tls === null ? null : readServerTls(config.tls);
  const serving = await startServing(config, {
    log,
    accessLog,
    isDraining,
    tls,
    sharesPort: false,
    async beforeListening() {
      // A signal that came while this thread was busy is heard first.
      await new Promise(setImmediate);
      onOpening();
    },
  });
  return {
    port: serving.port,
    failed: new Promise(() => {}),
    replaceTls: serving.replaceTls,
    async stop(waitMs) {
      const result = await serving.stop(waitMs);
      accessLog?.flush();
      return result;
    },
  };
}

async function startWorkers(
  config: ServiceConfig,
  { workers, threads, logs, logStyle, destination, onOpening }: NodeScope,
  memory: NodeMemory,
): Promise<StartedNode | NodeFailure> {
  let tls = config.tls === null ? null : readServerTls(config.tls);
  // The workers share their port, and so would another process of the same user: one that listens
  // already, and one that is just about to.
  const host = listenHost(config);
  const claim = claimPort(host, config.port);
  if (claim === undefined || isPortTaken(host, config.port)) return PORT_TAKEN;

  // Text is what passes to another thread soonest; it is written once for all.
  const configText = JSON.stringify(config);
  const supervisor = new Supervisor({
    workers,
    memory,
    log: logs.log,
    onLines: destination,
    onOpening,
    start(worker: number, events: WorkerThreadEvents) {
      const thread = threads.take(events);
      const { plan } = memory;
      const setup: ToWorker = { kind: "setup", worker, memory: plan, configText, tls, logStyle };
      thread.post(setup);
      return thread;
    },
  });
  const started = await supervisor.started;
  if (typeof started !== "number") return started;
  const { failed } = supervisor;
  return {
    port: started,
    failed,
    replaceTls(next) {
      // A worker that is started later gets them with its setup.
      tls = next;
      supervisor.tellAll({ kind: "tls", tls: next });
    },
    stop(waitMs) {
      claim.release();
      return supervisor.stop(waitMs);
    },
  };
}

const PORT_TAKEN: NodeFailure = {
  kind: "system",
  failure: { code: "EADDRINUSE", message: "address already in use" },
};
