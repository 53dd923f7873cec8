import { parseGoDuration } from "../lib/duration.ts";
import { readOptions } from "./component-options.ts";
import { nodeSchema } from "./component-schema.ts";
import type { NodePath } from "./node.ts";
import type { Report } from "./report.ts";

/** Where gw's own settings of a node stand. */
export const nodeNamespace = "gw/node";

// Differs from KrakenD: it closes its port at once, and a balancer finds out by failing.
/** How long a node serves on where nothing says it. */
export const DEFAULT_SHUTDOWN_DELAY_MS = 5_000;

// Differs from KrakenD: it waits without end where `max_shutdown_wait_time` is not set.
/** How long a node waits for requests in flight where nothing says it. */
export const DEFAULT_SHUTDOWN_WAIT_MS = 30_000;

/** Reads `gw/node`. What is wrong is an error: nobody but gw reads these options. */
export function readNodeOptions(
  value: unknown,
  path: NodePath,
  report: Report,
): { readonly shutdownDelayMs: number | undefined } {
  const options = readOptions({ value, schema: nodeSchema, path }, report);
  const delay = options.get("shutdown_delay");
  if (delay === undefined) return { shutdownDelayMs: undefined };

  const delayMs = typeof delay === "string" ? parseGoDuration(delay) : undefined;
  if (typeof delayMs === "number" && delayMs >= 0) return { shutdownDelayMs: delayMs };
  report.error([...path, "shutdown_delay"], "is no duration", { expected: 'a text such as "5s"' });
  return { shutdownDelayMs: undefined };
}
