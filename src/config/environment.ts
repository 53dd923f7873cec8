import { nearestName } from "../lib/nearest.ts";
import { serviceAttributeNames } from "./attributes.ts";
import type { Finding } from "./finding.ts";
import { type ConfigMember, type ConfigNode, memberNamed, type ObjectNode } from "./node.ts";
import { renderShort } from "./render-value.ts";

/** Variables of a process by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The root with variables laid over it, and what was odd about them. */
export interface OverlaidRoot {
  readonly root: ObjectNode;
  readonly warnings: readonly Finding[];
}

/**
 * Lays `KRAKEND_<KEY>` and then `GW_<KEY>` over the root. A dot in the name leads into objects.
 * Names that are no attribute of the service are ignored.
 */
export function overlayEnvironment(root: ObjectNode, environment: Environment): OverlaidRoot {
  const warnings: Finding[] = [];
  let overlaid = root;
  for (const prefix of ["KRAKEND_", "GW_"]) {
    for (const name of Object.keys(environment).sort()) {
      const value = environment[name];
      if (value === undefined || !name.startsWith(prefix) || OWN_NAMES.has(name)) continue;
      const path = name.slice(prefix.length).toLowerCase().split(".");
      const warning = checkVariable(name, value, path[0]!);
      if (warning !== undefined) warnings.push(warning);
      else if (isAttribute(path[0]!)) overlaid = place(overlaid, path, value, name);
    }
  }
  return { root: overlaid, warnings };
}

/** Does the value look like what Kubernetes and Docker links put into variables for a service? */
export function isServiceLink(value: string): boolean {
  return /^(tcp|udp|sctp):\/\//.test(value);
}

/** What to tell whoever expects the file to be rendered: KrakenD does where `FC_ENABLE` is set. */
export function templatesFinding({ FC_ENABLE = "" }: Environment): Finding | undefined {
  if (FC_ENABLE === "") return undefined;
  const message =
    "templates are not rendered yet, the file is read as it is: render it first, with KrakenD " +
    "(it writes the result to the path in its FC_OUT) or another tool, and unset FC_ENABLE";
  return { ...warningAbout("FC_ENABLE", FC_ENABLE, message, undefined), severity: "error" };
}

/** What is behind gw's prefix where a variable sets the program, not the file. */
const OWN_KEYS: readonly string[] = ["debug", "log_json", "shutdown_delay"];
const OWN_NAMES: ReadonlySet<string> = new Set(OWN_KEYS.map((key) => `GW_${key.toUpperCase()}`));

/** What only the command line can say, and how it does. */
const FLAGS: ReadonlyMap<string, string> = new Map([["workers", "gw run --workers"]]);

function isAttribute(name: string): boolean {
  return serviceAttributeNames.includes(name);
}

function checkVariable(name: string, value: string, key: string): Finding | undefined {
  if (name === "GW_PORT" && isServiceLink(value)) {
    return warningAbout(
      name,
      value,
      "this comes from a service called gw and is ignored",
      undefined,
    );
  }
  if (isAttribute(key)) return undefined;
  const prefix = name.slice(0, name.indexOf("_") + 1);
  const others = prefix === "GW_" ? [...OWN_KEYS, ...FLAGS.keys()] : [];
  const nearest = nearestName(key, [...serviceAttributeNames, ...others]);
  if (nearest === undefined) return undefined;
  const flag = FLAGS.get(nearest);
  if (flag !== undefined) {
    return warningAbout(name, value, `no variable of gw; ignored, use ${flag}`, undefined);
  }
  const owner = OWN_KEYS.includes(nearest) ? "variable of gw" : "attribute of the service";
  const meant = prefix + nearest.toUpperCase();
  return warningAbout(name, value, `no ${owner} has this name; ignored`, meant);
}

function warningAbout(
  path: string,
  value: string,
  message: string,
  nearest: string | undefined,
): Finding {
  const where = { file: "environment", line: undefined, column: undefined, path };
  return {
    ...where,
    value: renderShort(value),
    message,
    expected: undefined,
    nearest,
    severity: "warning",
  };
}

function place(
  object: ObjectNode,
  path: readonly string[],
  value: string,
  variable: string,
): ObjectNode {
  const [key = "", ...rest] = path;
  const old = memberNamed(object, key);
  const node =
    rest.length === 0 ? textNode(value, variable) : placeBelow(old, rest, value, variable);
  const member: ConfigMember = { key: old?.key ?? key, keyOffset: old?.keyOffset ?? 0, node };
  const others = object.members.filter((candidate) => candidate !== old);
  return { ...object, members: [...others, member] };
}

function placeBelow(
  old: ConfigMember | undefined,
  path: readonly string[],
  value: string,
  variable: string,
): ObjectNode {
  const parent: ObjectNode =
    old?.node.kind === "object" ? old.node : { kind: "object", offset: 0, variable, members: [] };
  return place(parent, path, value, variable);
}

function textNode(value: string, variable: string): ConfigNode {
  return { kind: "scalar", offset: 0, variable, value };
}
