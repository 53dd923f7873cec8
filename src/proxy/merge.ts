import type { Gathered, ProxyRequest, Stage, StageResponse, StageResult } from "../contracts.ts";
import { type Failure, failure, failureWithStatus, joinedFailures } from "../errors.ts";
import type { JsonBlock, Value } from "../json/block.ts";
import { type BodyFailure, BodyStream, isBodyFailure } from "../lib/body.ts";
import { Cancellation, DEADLINE_EXCEEDED } from "../lib/cancellation.ts";
import { collectBody } from "../lib/collect-body.ts";
import type { TimerWheel } from "../lib/timer-wheel.ts";
import { dataResponse, failed } from "../results.ts";

/** Several backends share this part of the endpoint's time, so that something can still be answered. */
const TIMEOUT_SHARE = 0.85;

/** More of a client's body than this is not copied for several backends. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** What several backends share. */
export interface MergeOptions {
  /** The endpoint's. */
  readonly timeoutMs: number;
  /** A backend that writes: each backend then gets a copy of the client's body. */
  readonly copiesBody: boolean;
  readonly wheel: TimerWheel;
}

/** Calls all backends at once and merges their answers in order of arrival. */
export function createMergeStage(stages: readonly Stage[], options: MergeOptions): Stage {
  return (request) => {
    const { body } = request;
    if (!options.copiesBody || !(body instanceof BodyStream))
      return callAll(stages, request, options);
    const collected = collectBody(body, MAX_BODY_BYTES, request.cancellation);
    const call = (bytes: Buffer | BodyFailure) =>
      isBodyFailure(bytes) ? refused(bytes) : callAll(stages, { ...request, body: bytes }, options);
    return collected instanceof Promise ? collected.then(call) : call(collected);
  };
}

function refused({ isTooLarge, reason }: BodyFailure): Gathered {
  return failed(
    isTooLarge
      ? failureWithStatus("body_too_large", 413, "http: request body too large", undefined)
      : failure(reason === DEADLINE_EXCEEDED ? "deadline_exceeded" : "body_broken", reason),
  );
}

function callAll(
  stages: readonly Stage[],
  request: ProxyRequest,
  { timeoutMs, wheel, copiesBody }: MergeOptions,
): Promise<Gathered> {
  const cancellation = new Cancellation(wheel, request.cancellation);
  cancellation.expireIn(timeoutMs * TIMEOUT_SHARE);
  const arrived: Gathered[] = [];
  return new Promise((resolve) => {
    const arrive = (gathered: Gathered) => {
      arrived.push(gathered);
      if (arrived.length < stages.length) return;
      cancellation.release();
      resolve(new Merged(arrived));
    };
    let body = request.body ?? (copiesBody ? NO_BYTES : null);
    for (const stage of stages) {
      const gathered = stage({ ...request, body, cancellation });
      // A stream can be read once: the first backend gets it, as the first reader does in KrakenD.
      if (body instanceof BodyStream) body = null;
      if (gathered instanceof Promise) gathered.then(arrive);
      else arrive(gathered);
    }
  });
}

const NO_BYTES = Buffer.alloc(0);

/** The parts of an answer, merged when it is written. */
class Merged implements Gathered {
  readonly #arrived: readonly Gathered[];

  constructor(arrived: readonly Gathered[]) {
    this.#arrived = arrived;
  }

  settle(block: JsonBlock): StageResult {
    const parts: StageResponse[] = [];
    const errors: Failure[] = [];
    for (const one of this.#arrived) {
      const { response, error } = one.settle(block);
      if (response !== null) parts.push(response);
      if (error !== null) errors.push(error);
    }
    return { response: mergeParts(block, parts, errors.length > 0), error: joinedFailures(errors) };
  }
}

/** Shallow: a top-level key of a later arrival replaces an earlier one. Status and headers survive only in a single part. */
export function mergeParts(
  block: JsonBlock,
  parts: readonly StageResponse[],
  hasErrors: boolean,
): StageResponse | null {
  const first = parts[0];
  if (first === undefined) return null;
  const isComplete = !hasErrors && parts.every((part) => part.isComplete && part.data !== null);
  if (parts.length === 1) return { ...first, isComplete };
  const data: Value[] = [];
  for (const part of parts) {
    if (part.data !== null) data.push(part.data);
    part.body?.cancel();
  }
  return dataResponse(block.merge(data), isComplete);
}
