import { constants } from "node:os";
import type { ServiceConfig } from "../config/model.ts";
import { parseGoDuration } from "../lib/duration.ts";
import { createTimeFormat } from "../logging/local-time.ts";
import type { Logger } from "../logging/logger.ts";
import type { RunningNode } from "../node/start.ts";
import type { CommandContext, TextOutput } from "./command.ts";

type StopSignal = "SIGTERM" | "SIGINT";

/** Go's names for them. */
const SIGNAL_TEXTS: Readonly<Record<StopSignal, string>> = {
  SIGTERM: "terminated",
  SIGINT: "interrupt",
};

/** The signals that stop a node: the first lets it finish, the second ends the process with 128 and its number. */
export class StopSignals {
  readonly first: Promise<void>;
  readonly #err: TextOutput;
  #isStopping = false;

  constructor(err: TextOutput) {
    this.#err = err;
    this.first = new Promise((resolve) => {
      for (const signal of ["SIGTERM", "SIGINT"] as const) {
        process.on(signal, () => this.#onSignal(signal, resolve));
      }
    });
  }

  #onSignal(signal: StopSignal, resolve: () => void): void {
    const now = createTimeFormat(" ")(Date.now());
    this.#err.write(`${now} Signal intercepted: ${SIGNAL_TEXTS[signal]}\n`);
    // Differs from KrakenD: it ignores a second signal, and only SIGKILL forces its end.
    if (this.#isStopping) process.exit(128 + constants.signals[signal]);
    this.#isStopping = true;
    resolve();
  }
}

// Differs from KrakenD: it waits without end where `max_shutdown_wait_time` is not set.
const LONGEST_WAIT_MS = 30_000;

/**
 * Ends a node: it says that it is going, serves on for the delay, so that balancers notice, then
 * accepts no more and waits for what is in flight.
 */
export async function stopNode(
  node: RunningNode,
  { listener }: ServiceConfig,
  { log, delayMs }: { readonly log: Logger; readonly delayMs: number },
): Promise<void> {
  node.drain();
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
  const { cut } = await node.stop(listener.maxShutdownWaitMs || LONGEST_WAIT_MS);
  if (cut === 0) return;
  log.error("[SERVICE: Gin] context deadline exceeded: requests in flight were cut", { cut });
}

/** `GW_SHUTDOWN_DELAY`, a duration in Go's notation; 0 when it is absent or, with a `problem`, malformed. */
export function readShutdownDelay(environment: CommandContext["environment"]): {
  readonly delayMs: number;
  readonly problem: string | null;
} {
  const text = environment.GW_SHUTDOWN_DELAY ?? "";
  if (text === "") return { delayMs: 0, problem: null };

  const delayMs = parseGoDuration(text);
  if (typeof delayMs === "number" && delayMs >= 0) return { delayMs, problem: null };
  const why = typeof delayMs === "number" ? "it is negative" : delayMs.error;
  return { delayMs: 0, problem: `GW_SHUTDOWN_DELAY=${text} is ignored: ${why}` };
}
