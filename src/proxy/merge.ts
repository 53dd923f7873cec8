import type { Gathered, ProxyRequest, Stage, StageResponse, StageResult } from "../contracts.ts";
import { type Failure, joinedFailures } from "../errors.ts";
import type { JsonBlock, Value } from "../json/block.ts";
import { BodyStream } from "../lib/body.ts";
import type { TimerWheel } from "../lib/timer-wheel.ts";
import { dataResponse } from "../results.ts";
import { withDeadline } from "./deadline.ts";
import { bodyOfCall, withWholeBody } from "./whole-body.ts";

/** Several backends share this part of the endpoint's time, so that something can still be answered. */
const TIMEOUT_SHARE = 0.85;

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
  return shareRequest((request) => callAll(stages, request), options);
}

/** What all that calls several backends does around them: their share of the time, and the body that they get. */
export function shareRequest(call: Stage, { timeoutMs, copiesBody, wheel }: MergeOptions): Stage {
  const withBody: Stage = copiesBody
    ? withWholeBody((request) => call({ ...request, body: request.body ?? NO_BYTES }))
    : call;
  return withDeadline(withBody, timeoutMs * TIMEOUT_SHARE, wheel);
}

function callAll(stages: readonly Stage[], request: ProxyRequest): Promise<Gathered> {
  const arrived: Gathered[] = [];
  return new Promise((resolve, reject) => {
    const arrive = (gathered: Gathered) => {
      arrived.push(gathered);
      if (arrived.length === stages.length) resolve(new Merged(arrived));
    };
    let { body } = request;
    const isEmpty = body === null;
    for (const stage of stages) {
      const gathered = stage(isEmpty ? request : { ...request, body: bodyOfCall(body) });
      // A stream can be read once: the first backend gets it, as the first reader does in KrakenD.
      if (body instanceof BodyStream) body = null;
      if (gathered instanceof Promise) gathered.then(arrive, reject);
      else arrive(gathered);
    }
  });
}

const NO_BYTES = Buffer.alloc(0);

/** The parts of an answer in the order in which they came, merged when it is written. */
export class Merged implements Gathered {
  readonly #arrived: readonly Gathered[];

  constructor(arrived: readonly Gathered[]) {
    this.#arrived = arrived;
  }

  settle(block: JsonBlock): StageResult {
    const parts: StageResponse[] = [];
    const errors: Failure[] = [];
    for (const one of this.#arrived) {
      const { response, error } = one.settle(block);
      // What a backend gave besides its error is lost, as in KrakenD.
      if (error !== null) errors.push(error);
      else if (response !== null) parts.push(response);
    }
    return { response: mergeParts(block, parts, errors.length > 0), error: joinedFailures(errors) };
  }
}

/** Shallow: a top-level key of a later arrival replaces an earlier one. Status and headers survive only in a single part. */
function mergeParts(
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
