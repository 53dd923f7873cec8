import type { FlatmapOperation } from "../config/model.ts";
import type { Gathered, Stage, StageResult } from "../contracts.ts";
import type { JsonBlock } from "../json/block.ts";
import { compileFlatmap, type FlatmapPlan } from "../json/flatmap-plan.ts";

/** Runs the endpoint's `flatmap_filter` on the merged answer; on a partial one it does nothing. */
export function withFlatmap(stage: Stage, operations: readonly FlatmapOperation[]): Stage {
  const plan = compileFlatmap(operations);
  return (request) => {
    const gathered = stage(request);
    if (gathered instanceof Promise) return gathered.then((merged) => new Reshaped(merged, plan));
    return new Reshaped(gathered, plan);
  };
}

class Reshaped implements Gathered {
  readonly #merged: Gathered;
  readonly #plan: FlatmapPlan;

  constructor(merged: Gathered, plan: FlatmapPlan) {
    this.#merged = merged;
    this.#plan = plan;
  }

  settle(block: JsonBlock): StageResult {
    const result = this.#merged.settle(block);
    const { response, error } = result;
    if (error !== null || response === null || response.data === null) return result;
    const data = block.flatmap(response.data, this.#plan);
    return { response: { ...response, data }, error };
  }
}
