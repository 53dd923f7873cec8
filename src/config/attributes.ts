import { nearestName } from "../lib/nearest.ts";
import {
  type ConfigMember,
  type ConfigNode,
  type NodePath,
  type ObjectNode,
  toPlain,
} from "./node.ts";
import type { Report } from "./report.ts";
import { serviceSchema } from "./schema.ts";
import type { Shape } from "./weak.ts";

/** The names that the root of a file knows. */
export const serviceAttributeNames: readonly string[] = Object.keys(serviceSchema.shape);

/**
 * Plain values with every attribute under its documented name; `null` counts as absent.
 * Unknown keys are left out with a warning, except comments by convention (`@`, `$`, `_`, `#`).
 */
export function foldAttributes(root: ObjectNode, report: Report): Record<string, unknown> {
  return foldObject(root, serviceSchema.shape, [], report);
}

/** Names of the former file format and what they are called now. */
const FORMER_NAMES = new Map([
  ["headers_to_pass", "input_headers"],
  ["querystring_params", "input_query_strings"],
  ["whitelist", "allow"],
  ["blacklist", "deny"],
]);

function foldNode(node: ConfigNode, shape: Shape, path: NodePath, report: Report): unknown {
  if (node.kind === "object") return foldObject(node, shape, path, report);
  if (node.kind === "scalar") return node.value;
  return node.items.map((item, index) => foldNode(item, shape, [...path, index], report));
}

function foldObject(
  node: ObjectNode,
  shape: Shape,
  path: NodePath,
  report: Report,
): Record<string, unknown> {
  const folded: Record<string, unknown> = Object.create(null);
  const strangers: ConfigMember[] = [];
  for (const member of node.members) {
    if (Object.hasOwn(shape, member.key)) foldMember(member, member.key);
    else strangers.push(member);
  }
  if (strangers.length === 0) return folded;

  // Letter case does not count, but the exact spelling wins.
  const taken = new Set(node.members.map(({ key }) => key));
  for (const member of strangers) {
    const name = member.key.toLowerCase();
    if (!Object.hasOwn(shape, name) || taken.has(name)) {
      warnUnknown(member.key, shape, path, report);
      continue;
    }
    taken.add(name);
    foldMember(member, name);
  }
  return folded;

  function foldMember({ node: value }: ConfigMember, name: string): void {
    if (value.kind === "scalar" && value.value === null) return;
    const { shape: below, inert, isDuration } = shape[name]!;
    folded[name] =
      below === undefined ? toPlain(value) : foldNode(value, below, [...path, name], report);
    if (inert !== undefined) {
      report.warn([...path, name], `has no effect: ${inert}`, { isAboutKey: true });
    }
    if (isDuration) warnOddDuration(value, [...path, name], report);
  }
}

/** A bare number counts nanoseconds and a negative time has passed already: hardly ever what is meant. */
function warnOddDuration(node: ConfigNode, path: NodePath, report: Report): void {
  if (node.kind !== "scalar") return;
  const { value } = node;
  const hints = { expected: "a duration such as 500ms, 2s or 1h30m" };
  if (typeof value === "number" && value !== 0) {
    report.warn(path, "a number without a unit counts nanoseconds", hints);
  } else if (typeof value === "string" && value.startsWith("-")) {
    report.warn(path, "a negative duration has passed already", hints);
  }
}

function warnUnknown(key: string, shape: Shape, path: NodePath, report: Report): void {
  if (isComment(key)) return;
  const known = Object.keys(shape);
  const twin = known.find((name) => name.toLowerCase() === key.toLowerCase());
  const keyPath = [...path, key];
  if (twin !== undefined) {
    report.warnUnknownName(keyPath, `'${twin}' stands here in another letter case too; this one`);
    return;
  }
  const former = FORMER_NAMES.get(key.toLowerCase());
  if (former !== undefined && known.includes(former)) {
    report.warnUnknownName(keyPath, "this name of the former format", {
      isAboutKey: true,
      nearest: former,
    });
    return;
  }
  report.warnUnknownName(keyPath, `unknown key '${key}'`, {
    isAboutKey: true,
    nearest: nearestName(key, known),
  });
}

/** Keys with these first characters are remarks of the author. */
export function isComment(key: string): boolean {
  return /^[@$_#]/.test(key);
}
