import { type BackendScope, createBackendStage } from "../backend/backend.ts";
import type { BackendConfig, EndpointConfig } from "../config/model.ts";
import type { Stage } from "../contracts.ts";
import type { TimerWheel } from "../lib/timer-wheel.ts";
import { createMergeStage } from "../proxy/merge.ts";

/** What all pipes of a worker share. */
export interface PipeScope {
  readonly wheel: TimerWheel;
  readonly backend: (config: BackendConfig) => BackendScope;
}

/** Builds what an endpoint calls: its one backend directly, or several, merged. */
export function buildPipe(endpoint: EndpointConfig, scope: PipeScope): Stage {
  const { backends, timeoutMs } = endpoint;
  const stages = backends.map((config) => createBackendStage(config, scope.backend(config)));
  if (stages.length === 1) return stages[0]!;
  return createMergeStage(stages, {
    timeoutMs,
    copiesBody: backends.some(({ method }) => !isReadOnly(method.toUpperCase())),
    wheel: scope.wheel,
  });
}

function isReadOnly(method: string): boolean {
  return method === "GET" || method === "HEAD";
}
