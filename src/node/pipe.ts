import { type BackendScope, createBackendStage } from "../backend/backend.ts";
import type { BackendConfig, EndpointConfig } from "../config/model.ts";
import type { Stage } from "../contracts.ts";
import type { Cancellation } from "../lib/cancellation.ts";
import type { TimerWheel } from "../lib/timer-wheel.ts";
import { createConcurrentStage } from "../proxy/concurrent.ts";
import { withFlatmap } from "../proxy/flatmap.ts";
import { createMergeStage } from "../proxy/merge.ts";
import { compileRespParams } from "../proxy/resp-params.ts";
import { createSequentialStage } from "../proxy/sequential.ts";
import { withDroppedAnswer, withShadows } from "../proxy/shadow.ts";
import { withStaticData } from "../proxy/static.ts";

/** What all pipes of a worker share. */
export interface PipeScope {
  readonly wheel: TimerWheel;
  readonly backend: (config: BackendConfig) => BackendScope;
  /** Cancelled when the gateway closes. */
  readonly life: Cancellation;
  /** For work that no request waits for. */
  readonly onBug: (error: unknown) => void;
}

/** Builds what an endpoint calls: static( flatmap( merge( backends ) ) ), with shadows beside it. `null`: all its backends are shadows. */
export function buildPipe(endpoint: EndpointConfig, scope: PipeScope): Stage | null {
  const { backends, proxy } = endpoint;
  const regular = backends.filter(({ shadow }) => shadow === null);
  if (regular.length === 0) return null;

  const called = buildCalls(regular, endpoint, scope);
  const isReshaped = regular.length > 1 && proxy.flatmap.length > 0;
  const shaped = isReshaped ? withFlatmap(called, proxy.flatmap) : called;
  const stage = proxy.static === null ? shaped : withStaticData(shaped, proxy.static);
  const shadows = backends.filter(({ shadow }) => shadow !== null);
  if (shadows.length === 0) return stage;
  return withShadows(stage, buildShadowCalls(shadows, endpoint, scope), {
    timeoutMs: Math.max(...shadows.map(({ shadow }) => shadow?.timeoutMs ?? 0)),
    wheel: scope.wheel,
    life: scope.life,
    onBug: scope.onBug,
  });
}

/** One backend directly; several at once or, if the endpoint says so, one after the other. */
function buildCalls(
  backends: readonly BackendConfig[],
  endpoint: EndpointConfig,
  scope: PipeScope,
): Stage {
  const stages = backends.map((config) =>
    withConcurrency(createBackendStage(config, scope.backend(config)), config, scope),
  );
  return combine(stages, backends, endpoint, scope);
}

/** Answers of shadows are not even decoded, except in a sequence, which goes on only after good ones. */
function buildShadowCalls(
  shadows: readonly BackendConfig[],
  endpoint: EndpointConfig,
  scope: PipeScope,
): Stage {
  if (isSequence(shadows, endpoint)) return buildCalls(shadows, endpoint, scope);
  const stages = shadows.map((config) => {
    const stage = createBackendStage({ ...config, encoding: "no-op" }, scope.backend(config));
    return withConcurrency(withDroppedAnswer(stage), config, scope);
  });
  return combine(stages, shadows, endpoint, scope);
}

function withConcurrency(
  stage: Stage,
  { concurrentCalls: calls, timeoutMs }: BackendConfig,
  { wheel }: PipeScope,
): Stage {
  return calls > 1 ? createConcurrentStage(stage, { calls, timeoutMs, wheel }) : stage;
}

function combine(
  stages: readonly Stage[],
  backends: readonly BackendConfig[],
  endpoint: EndpointConfig,
  { wheel }: PipeScope,
): Stage {
  if (stages.length === 1) return stages[0]!;
  const { timeoutMs, proxy } = endpoint;
  const copiesBody = backends.some(({ method }) => !isReadOnly(method.toUpperCase()));
  const options = { timeoutMs, copiesBody, wheel };
  if (!isSequence(backends, endpoint)) return createMergeStage(stages, options);
  const needed = compileRespParams(backends, proxy.sequentialPropagatedParams);
  const steps = stages.map((stage, index) => ({ stage, needed: needed[index]! }));
  return createSequentialStage(steps, options);
}

function isSequence(backends: readonly BackendConfig[], { proxy }: EndpointConfig): boolean {
  return backends.length > 1 && proxy.isSequential;
}

function isReadOnly(method: string): boolean {
  return method === "GET" || method === "HEAD";
}
