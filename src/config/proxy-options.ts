/** The `proxy` component of endpoints and backends. */

import { parseGoDuration } from "../lib/duration.ts";
import { EMPTY_LIST } from "../lib/empty-list.ts";
import { isRecord } from "../lib/go-coerce.ts";
import { nearestName } from "../lib/nearest.ts";
import { readOptions } from "./component-options.ts";
import { backendProxySchema, endpointProxySchema } from "./component-schema.ts";
import type {
  BackendConfig,
  EndpointProxyConfig,
  FlatmapOperation,
  StaticConfig,
} from "./model.ts";
import type { NodePath } from "./node.ts";
import type { Report } from "./report.ts";

/** A filter that replaces `allow`, `deny` and `mapping` once it is there, whatever its operations do. */
export interface FlatmapFilter {
  readonly isActive: boolean;
  readonly operations: readonly FlatmapOperation[];
}

/** What the `proxy` component of a backend says. */
export interface BackendProxyOptions {
  readonly shadow: BackendConfig["shadow"];
  readonly flatmap: FlatmapFilter;
}

/** Reads `proxy` of an endpoint; `path` is that of its options. */
export function readEndpointProxy(
  value: unknown,
  path: NodePath,
  report: Report,
): EndpointProxyConfig {
  if (value === undefined) return NO_PROXY;
  const options = readOptions({ value, schema: endpointProxySchema, path }, report);
  // KrakenD ends with a panic where these two have a wrong type.
  for (const name of ["sequential_propagated_params", "combiner"]) {
    if (!options.mistyped.includes(name)) continue;
    const expected = name === "combiner" ? "a text" : "a list of texts";
    report.error([...path, name], "wrong type", { expected });
  }
  const combiner = options.get("combiner");
  if (combiner !== undefined && combiner !== "default") {
    report.warn([...path, "combiner"], "there is no such combiner; 'default' is used");
  }
  return {
    isSequential: options.get("sequential") ?? false,
    sequentialPropagatedParams: options.get("sequential_propagated_params") ?? [],
    static: readStatic(options.get("static"), [...path, "static"], report),
    flatmap: readFlatmap(options.get("flatmap_filter"), [...path, "flatmap_filter"], report)
      .operations,
  };
}

/** Reads `proxy` of a backend; `timeoutMs` is the endpoint's. */
export function readBackendProxy(
  value: unknown,
  timeoutMs: number,
  path: NodePath,
  report: Report,
): BackendProxyOptions {
  const options = readOptions({ value, schema: backendProxySchema, path }, report);
  const flatmap = readFlatmap(options.get("flatmap_filter"), [...path, "flatmap_filter"], report);
  if (options.get("shadow") !== true) return { shadow: null, flatmap };

  const written = options.get("shadow_timeout");
  const parsed = written === undefined ? timeoutMs : parseGoDuration(written);
  if (typeof parsed === "number") return { shadow: { timeoutMs: parsed }, flatmap };
  report.warn([...path, "shadow_timeout"], `${parsed.error}; the endpoint's timeout is used`);
  return { shadow: { timeoutMs }, flatmap };
}

const NO_PROXY: EndpointProxyConfig = Object.freeze({
  isSequential: false,
  sequentialPropagatedParams: EMPTY_LIST,
  static: null,
  flatmap: EMPTY_LIST,
});
/** No filter. */
export const NO_FLATMAP: FlatmapFilter = Object.freeze({ isActive: false, operations: EMPTY_LIST });
const STRATEGIES: readonly StaticConfig["strategy"][] = [
  "always",
  "success",
  "errored",
  "complete",
  "incomplete",
];
const OPERATION_TYPES: readonly FlatmapOperation["type"][] = ["move", "del", "append"];

function readStatic(
  options: { readonly data: StaticConfig["data"]; readonly strategy?: unknown } | undefined,
  path: NodePath,
  report: Report,
): StaticConfig | null {
  if (options === undefined) return null;
  const written = options.strategy ?? "always";
  const strategy = STRATEGIES.find((known) => known === written);
  if (strategy === undefined) {
    report.warn([...path, "strategy"], "there is no such strategy; 'always' is used", {
      nearest: typeof written === "string" ? nearestName(written, STRATEGIES) : undefined,
    });
  }
  return { strategy: strategy ?? "always", data: options.data };
}

function readFlatmap(
  items: readonly unknown[] | undefined,
  path: NodePath,
  report: Report,
): FlatmapFilter {
  if (items === undefined) return NO_FLATMAP;
  const operations: FlatmapOperation[] = [];
  let isActive = false;
  for (const [index, item] of items.entries()) {
    const itemPath = [...path, index];
    if (!isRecord(item) || typeof item.type !== "string") {
      report.warn(itemPath, "is skipped", { expected: "an object with a text 'type'" });
      continue;
    }
    isActive = true;
    const operation = toOperation(item.type, item.args, itemPath, report);
    if (operation !== undefined) operations.push(operation);
  }
  return { isActive, operations };
}

function toOperation(
  typeName: string,
  args: unknown,
  path: NodePath,
  report: Report,
): FlatmapOperation | undefined {
  const type = OPERATION_TYPES.find((known) => known === typeName);
  if (type === undefined) {
    const nearest = nearestName(typeName, OPERATION_TYPES);
    report.warn([...path, "type"], "there is no such operation; it is skipped", { nearest });
    return undefined;
  }
  const written: readonly unknown[] = Array.isArray(args) ? args : [];
  const needed = type === "del" ? 1 : 2;
  const used = type === "del" ? written : written.slice(0, needed);
  const paths = used.filter((arg) => typeof arg === "string");
  if (paths.length >= needed) return { type, args: paths };
  // Differs from KrakenD: it would crash on the first request.
  report.warn([...path, "args"], `'${type}' is skipped`, { expected: `${needed} paths` });
  return undefined;
}
