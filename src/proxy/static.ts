import type { StaticConfig } from "../config/model.ts";
import type { Gathered, Stage, StageResponse, StageResult } from "../contracts.ts";
import { type JsonBlock, type Value, withJsonBlock } from "../json/block.ts";
import { dataResponse } from "../results.ts";

/** Sets fixed members into a stage's data on the way back, when the strategy says so. */
export function withStaticData(stage: Stage, { strategy, data }: StaticConfig): Stage {
  const plan: StaticPlan = {
    applies: STRATEGIES[strategy],
    document: withJsonBlock((block) => block.emit(block.fromPlain(data))),
  };
  return (request) => {
    const gathered = stage(request);
    return gathered instanceof Promise
      ? gathered.then((ready) => new WithStaticData(ready, plan))
      : new WithStaticData(gathered, plan);
  };
}

interface StaticPlan {
  readonly applies: (result: StageResult) => boolean;
  /** JSON text of the members: numbers in the shortest form of a float. */
  readonly document: Buffer;
}

const STRATEGIES: Readonly<Record<StaticConfig["strategy"], StaticPlan["applies"]>> = {
  always: () => true,
  success: ({ error }) => error === null,
  errored: ({ error }) => error !== null,
  complete: ({ response, error }) => error === null && response?.isComplete === true,
  incomplete: ({ response }) => response?.isComplete !== true,
};

class WithStaticData implements Gathered {
  readonly #gathered: Gathered;
  readonly #plan: StaticPlan;

  constructor(gathered: Gathered, plan: StaticPlan) {
    this.#gathered = gathered;
    this.#plan = plan;
  }

  settle(block: JsonBlock): StageResult {
    const result = this.#gathered.settle(block);
    if (!this.#plan.applies(result)) return result;
    // Where nothing came, what is left is incomplete, but it is an answer.
    const response: StageResponse = result.response ?? dataResponse(null, false);
    return { ...result, response: { ...response, data: this.#setInto(block, response.data) } };
  }

  #setInto(block: JsonBlock, data: Value | null): Value {
    const members = block.scan(this.#plan.document);
    if (typeof members === "object") throw new Error(`static data: ${members.message}`);
    return data === null ? members : block.merge([data, members]);
  }
}
