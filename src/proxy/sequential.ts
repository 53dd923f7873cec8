import type { Gathered, ProxyRequest, Stage, StageResult } from "../contracts.ts";
import { type JsonBlock, withJsonBlock } from "../json/block.ts";
import { BodyStream, isBodyFailure } from "../lib/body.ts";
import { collectBody } from "../lib/collect-body.ts";
import { failed } from "../results.ts";
import { Merged, type MergeOptions, shareRequest } from "./merge.ts";
import { type NeededOfAnswer, readRespParam } from "./resp-params.ts";
import { bodyOfCall, MAX_COPIED_BODY_BYTES } from "./whole-body.ts";

/** A backend of a sequence. */
export interface SequentialStep {
  readonly stage: Stage;
  /** What later steps use of its answer. */
  readonly needed: NeededOfAnswer;
}

/**
 * Calls backends one after the other; later ones may use values of earlier answers. A failure or an
 * incomplete answer ends the sequence with what came before it; a failure of the first is the
 * result, unchanged.
 */
export function createSequentialStage(
  steps: readonly SequentialStep[],
  options: MergeOptions,
): Stage {
  return shareRequest((request) => callInTurn(steps, request), options);
}

async function callInTurn(
  steps: readonly SequentialStep[],
  request: ProxyRequest,
): Promise<Gathered> {
  const arrived: Gathered[] = [];
  let { params, body } = request;
  for (const { stage, needed } of steps) {
    const gathered = await stage({ ...request, params, body: bodyOfCall(body) });
    if (body instanceof BodyStream) body = null;
    arrived.push(gathered);
    // Nobody needs to know yet how the last one ends.
    if (arrived.length === steps.length) break;

    // Documents end with their block, so what later calls need leaves it as text; it is decoded once more for the answer.
    const names: string[] = [];
    const values: string[] = [];
    const { response, error } = withJsonBlock((block) =>
      settleStep(block, gathered, needed, names, values),
    );
    if (error !== null && arrived.length === 1) return failed(error);
    if (error !== null || response?.isComplete !== true) break;
    if (needed.bodyName !== null && response.body !== null) {
      const bytes = await collectBody(response.body, MAX_COPIED_BODY_BYTES, request.cancellation);
      // One that broke off or is too long is no value: the placeholder stays.
      if (!isBodyFailure(bytes)) {
        names.push(needed.bodyName);
        values.push(bytes.toString("latin1"));
      }
    }
    if (names.length > 0) params = params.with(names, values);
  }
  return new Merged(arrived);
}

function settleStep(
  block: JsonBlock,
  gathered: Gathered,
  needed: NeededOfAnswer,
  names: string[],
  values: string[],
): StageResult {
  const result = gathered.settle(block);
  const data = result.response?.data ?? null;
  if (data === null) return result;
  for (const param of needed.params) {
    const value = readRespParam(block, data, param);
    if (value === undefined) continue;
    names.push(param.name);
    values.push(value);
  }
  return result;
}
