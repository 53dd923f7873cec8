import type { SharedMemoryPlan } from "../lib/shared-memory.ts";
import type { LogStyle } from "../logging/service-logs.ts";
import type { ServerTls } from "../platform/sockets.ts";
import type { SystemFailure } from "./system-failure.ts";

/** The first message to a worker: all that it needs to serve. */
export interface WorkerSetup {
  readonly kind: "setup";
  /** Its place in the shared memory, from 0. */
  readonly worker: number;
  readonly memory: SharedMemoryPlan;
  /** The model as JSON; see `config/adopt.ts`. */
  readonly configText: string;
  readonly tls: ServerTls | null;
  readonly logStyle: LogStyle;
}

/** What a worker is told. */
export type ToWorker =
  | WorkerSetup
  /** Open the port: all workers of the node are prepared. */
  | { readonly kind: "listen" }
  /** Other certificates for handshakes from now on. */
  | { readonly kind: "tls"; readonly tls: ServerTls }
  /** Accept no more, and wait at most so long for what is in flight. */
  | { readonly kind: "stop"; readonly waitMs: number };

/** What a worker tells. */
export type FromWorker =
  /** It could serve, and waits for `listen`. */
  | { readonly kind: "prepared" }
  | { readonly kind: "ready"; readonly port: number }
  /** Instead of `ready`: the system does not let it serve. */
  | { readonly kind: "refused"; readonly failure: SystemFailure }
  /** Whole lines for the log; one thread alone writes, so that no line is torn. */
  | { readonly kind: "lines"; readonly lines: string }
  /** The last message. */
  | { readonly kind: "stopped"; readonly cut: number };
