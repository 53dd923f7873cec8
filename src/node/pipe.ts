import { type BackendScope, createBackendStage } from "../backend/backend.ts";
import type { BackendConfig, EndpointConfig } from "../config/model.ts";
import type { Stage } from "../contracts.ts";
import { planOutput } from "../endpoint/render.ts";
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

/** What an endpoint asks for and gw cannot do yet; such an endpoint answers 500 rather than something else. */
export function unsupportedParts(endpoint: EndpointConfig): string[] {
  const { backends, proxy, concurrentCalls } = endpoint;
  const parts: string[] = [];
  const output = planOutput(endpoint);
  if (output.kind === "unsupported") parts.push(`output_encoding: ${output.encoding}`);
  if (proxy.isSequential && backends.length > 1) parts.push("proxy.sequential");
  if (proxy.static !== null) parts.push("proxy.static");
  if (proxy.flatmap.length > 0 && backends.length > 1) parts.push("proxy.flatmap_filter");
  if (concurrentCalls > 1) parts.push("concurrent_calls");
  for (const backend of backends) {
    const at = `backend[${backend.index}]`;
    if (backend.shadow !== null) parts.push(`${at} proxy.shadow`);
    if (backend.flatmap.length > 0 && backend.encoding !== "no-op")
      parts.push(`${at} proxy.flatmap_filter`);
    if (backend.discovery.kind === "dns") parts.push(`${at} sd: dns`);
    if (["xml", "rss"].includes(backend.encoding.toLowerCase())) {
      parts.push(`${at} encoding: ${backend.encoding}`);
    }
  }
  return parts;
}
