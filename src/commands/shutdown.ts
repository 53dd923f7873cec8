import type { ServiceConfig } from "../config/model.ts";
import { DEFAULT_SHUTDOWN_DELAY_MS, DEFAULT_SHUTDOWN_WAIT_MS } from "../config/node-options.ts";
import { parseGoDuration } from "../lib/duration.ts";
import { toTimerMs } from "../lib/timer-limit.ts";
import type { Logger } from "../logging/logger.ts";
import type { RunningNode } from "../node/start.ts";

/** What decides how a node ends. */
export interface ShutdownOptions {
  readonly log: Logger;
  /** Serves on so long, so that balancers notice that it goes. */
  readonly delayMs: number;
  /** Ends the delay early. */
  readonly failed: Promise<unknown>;
}

/** Ends a node: it says that it is going, serves on for the delay, then accepts no more and waits for what is in flight. */
export async function stopNode(
  node: RunningNode,
  { listener }: Pick<ServiceConfig, "listener">,
  { log, delayMs, failed }: ShutdownOptions,
): Promise<void> {
  node.drain();
  if (delayMs > 0) {
    log.info(`${SCOPE} Draining: health answers 503, requests are served for ${delayMs} ms more`);
    const delay = new Promise((resolve) => setTimeout(resolve, toTimerMs(delayMs)));
    await Promise.race([delay, failed]);
  }
  const { cut } = await node.stop(listener.maxShutdownWaitMs || DEFAULT_SHUTDOWN_WAIT_MS);
  if (cut === 0) return;
  log.error(`${SCOPE} context deadline exceeded: requests in flight were cut`, { cut });
}

const SCOPE = "[SERVICE: Gin]";

/** Where the delay may be written, the strongest first. */
export interface DelaySources {
  /** `--shutdown-delay` */
  readonly option: string | undefined;
  /** `GW_SHUTDOWN_DELAY` */
  readonly variable: string | undefined;
  /** What is longer is refused; left out: nothing is too long. */
  readonly longest?: { readonly durationMs: number; readonly text: string };
}

/** A delay in milliseconds, `undefined` where neither says one, or what is wrong with it. */
export function readShutdownDelay({
  option,
  variable,
  longest,
}: DelaySources): number | undefined | { readonly problem: string } {
  if (option !== undefined) return parseDelay(option, `for --shutdown-delay`, longest);
  if (variable === undefined || variable === "") return undefined;
  return parseDelay(variable, `in GW_SHUTDOWN_DELAY`, longest);
}

/** The delay that counts: what the call says, else what the file says, else the default. */
export function chooseDelayMs({ asked, configured, isTerminal }: DelayChoice): number {
  // Somebody at a terminal wants the prompt back.
  return asked ?? configured ?? (isTerminal ? 0 : DEFAULT_SHUTDOWN_DELAY_MS);
}

/** What decides about the delay. */
export interface DelayChoice {
  /** Of `readShutdownDelay`. */
  readonly asked: number | undefined;
  /** The file's, as `gw/node` has it. */
  readonly configured: number | undefined;
  /** Standard output is one. */
  readonly isTerminal: boolean;
}

function parseDelay(
  text: string,
  where: string,
  longest: DelaySources["longest"],
): number | { readonly problem: string } {
  const delayMs = parseGoDuration(text);
  if (longest !== undefined && typeof delayMs === "number" && delayMs > longest.durationMs) {
    return { problem: `invalid value "${text}" ${where}: it is longer than ${longest.text}` };
  }
  if (typeof delayMs === "number" && delayMs >= 0) return delayMs;
  const why = typeof delayMs === "number" ? "it is negative" : delayMs.error;
  return { problem: `invalid value "${text}" ${where}: ${why}; write 5s or 1m30s, 0 for none` };
}
