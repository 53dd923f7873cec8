import type { BackendConfig } from "../config/model.ts";
import type { JsonBlock, Value } from "../json/block.ts";
import { compileAllow, compileDeny, compileMapping } from "../json/filters.ts";
import { compileFlatmap } from "../json/flatmap-plan.ts";

/** Shapes a backend's decoded data; `null` is a JSON `null`. */
export type Formatter = (block: JsonBlock, data: Value | null) => Value | null;

/**
 * Compiles KrakenD's fixed order: target, then allow or else deny, then mapping, then group. A
 * `flatmap_filter` stands in the place of allow, deny and mapping, which the configuration leaves
 * out then.
 */
export function compileFormatter(config: BackendConfig): Formatter {
  const steps: Formatter[] = [];
  if (config.target !== "") {
    const path = config.target.split(".");
    steps.push((block, data) => (data === null ? block.object() : block.target(data, path)));
  }
  const filter = compileFilter(config);
  if (filter !== undefined) steps.push(filter);
  if (config.mapping.length > 0) {
    const mapping = compileMapping(config.mapping);
    steps.push((block, data) => {
      if (data !== null && !block.isEmpty(data)) block.rename(data, mapping);
      return data;
    });
  }
  if (config.flatmap.length > 0) {
    const plan = compileFlatmap(config.flatmap);
    steps.push((block, data) => (data === null ? null : block.flatmap(data, plan)));
  }
  if (config.group !== "") {
    const { group } = config;
    steps.push((block, data) => block.group(data ?? block.literal(null), group));
  }
  return (block, data) => {
    let shaped = data;
    for (const step of steps) shaped = step(block, shaped);
    return shaped;
  };
}

function compileFilter({ allow, deny }: BackendConfig): Formatter | undefined {
  if (allow.length > 0) {
    const filter = compileAllow(allow);
    return (block, data) => {
      if (data !== null && !block.isEmpty(data)) block.allow(data, filter);
      return data;
    };
  }
  if (deny.length === 0) return undefined;
  const filter = compileDeny(deny);
  return (block, data) => {
    if (data !== null && !block.isEmpty(data)) block.deny(data, filter);
    return data;
  };
}
