import type { LoadedConfig } from "../config/load.ts";
import type { NodePath } from "../config/node.ts";
import { nodeNamespace } from "../config/node-options.ts";

/** HAProxy keeps times in 31 bits of milliseconds, 24.8 days; its file has twice the longest timeout in it. */
export const LONGEST_TIME = { durationMs: 277 * 3_600_000, text: "277h" } as const;

/** Times of a configuration: of endpoints, between two requests of a client, and of a node that stops. */
export type TimeKind = "timeout" | "idle" | "shutdown-delay" | "shutdown-wait";

/** Reports times that are longer than {@link LONGEST_TIME}, of the kinds that are asked for. */
export function checkTimes(loaded: LoadedConfig, kinds: readonly TimeKind[]): void {
  const expected = `${LONGEST_TIME.text} or less`;
  for (const kind of kinds) {
    for (const [path, durationMs] of timesOf[kind](loaded)) {
      if (durationMs > LONGEST_TIME.durationMs)
        loaded.report.error(path, TOO_LONG[kind], { expected });
    }
  }
}

const BALANCER = "is longer than a balancer can wait";
const UNIT = "is longer than a node that stops is waited for";
const TOO_LONG: Readonly<Record<TimeKind, string>> = {
  timeout: BALANCER,
  idle: BALANCER,
  "shutdown-delay": UNIT,
  "shutdown-wait": UNIT,
};

type Times = readonly (readonly [path: NodePath, durationMs: number])[];

/** Where times stand in the file; each one once, where several values come of it. */
const timesOf: Readonly<Record<TimeKind, (loaded: LoadedConfig) => Times>> = {
  timeout: ({ config, raw }) => [
    [["timeout"], raw.timeout],
    ...config.endpoints
      .map(({ timeoutMs }, index) => [["endpoints", index, "timeout"], timeoutMs] as const)
      .filter(([, timeoutMs]) => timeoutMs !== raw.timeout),
  ],
  idle: ({ config, raw }) => [[idlePath(raw), config.listener.idleTimeoutMs]],
  "shutdown-delay": ({ config }) => [
    [["extra_config", nodeNamespace, "shutdown_delay"], config.shutdownDelayMs ?? 0],
  ],
  "shutdown-wait": ({ config }) => [
    [["max_shutdown_wait_time"], config.listener.maxShutdownWaitMs],
  ],
};

/** Whose value the nodes' idle timeout is, where one of the two is set. */
export function idlePath(raw: LoadedConfig["raw"]): NodePath {
  return [raw.idle_timeout > 0 ? "idle_timeout" : "read_timeout"];
}
