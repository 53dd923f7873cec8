import type { BackendConfig } from "../config/model.ts";
import type { JsonBlock, Value } from "../json/block.ts";
import { toGoText } from "./go-text.ts";

/** A value of an earlier answer of a sequence that later calls use. */
export interface RespParam {
  /** As templates name it: `Resp0_user.id`. */
  readonly name: string;
  /** Objects on the way to the value. */
  readonly parents: readonly string[];
  readonly key: string;
}

/** What later calls of a sequence need of one answer. */
export interface NeededOfAnswer {
  readonly params: readonly RespParam[];
  /** Name of the parameter that holds the whole body of a `no-op` backend (`Resp0`); `null`: nobody wants it. */
  readonly bodyName: string | null;
}

/**
 * Finds, for each backend's answer, what the `url_pattern`s of later backends and
 * `sequential_propagated_params` ask of it. References to later answers, or to none, are dropped:
 * such a template stays as it is written.
 */
export function compileRespParams(
  backends: readonly Pick<BackendConfig, "urlPattern">[],
  propagated: readonly string[],
): readonly NeededOfAnswer[] {
  const names = backends.map(() => new Set<string>());
  for (const [index, { urlPattern }] of backends.entries()) {
    for (const [, name, number] of urlPattern.matchAll(TEMPLATE)) {
      if (Number(number) < index) names[Number(number)]!.add(name!);
    }
  }
  for (const written of propagated) {
    const [, name, number] = PROPAGATED.exec(written) ?? [];
    if (Number(number) < backends.length - 1) names[Number(number)]!.add(`R${name}`);
  }
  return names.map(toNeeded);
}

const TEMPLATE = /\{\{\.(Resp(\d+)_[\w.:/-]+)\}\}/g;
const PROPAGATED = /^[rR](esp(\d+)(?:_.+)?)$/;

function toNeeded(names: ReadonlySet<string>): NeededOfAnswer {
  const params: RespParam[] = [];
  let bodyName: string | null = null;
  for (const name of names) {
    const underscore = name.indexOf("_");
    if (underscore < 0) {
      bodyName = name;
      continue;
    }
    const path = name.slice(underscore + 1).split(".");
    params.push({ name, parents: path.slice(0, -1), key: path.at(-1)! });
  }
  return { params, bodyName };
}

/**
 * The value as text, one byte per character; `undefined` when its key is missing. Where a parent is
 * missing or no object, the key is looked up in the object that was reached, as in KrakenD.
 */
export function readRespParam(
  block: JsonBlock,
  data: Value,
  { parents, key }: RespParam,
): string | undefined {
  let object = data;
  for (const parent of parents) {
    const inner = block.get(object, parent);
    if (inner === undefined || block.kind(inner) !== "object") break;
    object = inner;
  }
  const value = block.get(object, key);
  return value === undefined ? undefined : toGoText(block, value);
}
