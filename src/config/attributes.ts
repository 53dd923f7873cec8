import { z } from "zod";
import { nearestName } from "../lib/nearest.ts";
import {
  type ConfigMember,
  type ConfigNode,
  memberNamed,
  type NodePath,
  type ObjectNode,
  toPlain,
} from "./node.ts";
import type { Report } from "./report.ts";
import {
  agentSchema,
  backendSchema,
  clientTlsSchema,
  endpointSchema,
  serviceSchema,
  tlsSchema,
} from "./schema.ts";

/** Attributes whose letter case does not count, and the objects below them. */
interface AttributeTree {
  readonly shape: z.ZodRawShape;
  readonly children: Readonly<Record<string, AttributeTree>>;
}

/** The names that the root of a file knows. */
export const serviceAttributeNames: readonly string[] = Object.keys(serviceSchema.out.shape);

/**
 * Plain values with every attribute under its documented name; `null` counts as absent.
 * Unknown keys are left out with a warning, except comments by convention (`@`, `$`, `_`, `#`).
 */
export function foldAttributes(root: ObjectNode, report: Report): Record<string, unknown> {
  return foldObject(root, serviceTree, [], report);
}

const backendTree: AttributeTree = { shape: backendSchema.out.shape, children: {} };
const endpointTree: AttributeTree = {
  shape: endpointSchema.out.shape,
  children: { backend: backendTree },
};
const tlsKeyShape = tlsSchema.out.shape.keys.unwrap().out.element.out.shape;
const clientCertShape = clientTlsSchema.out.shape.client_certs.unwrap().out.element.out.shape;
const agentShape = agentSchema.out.shape;
const agentTree: AttributeTree = {
  shape: agentShape,
  children: {
    backend: backendTree,
    consumer: { shape: agentShape.consumer.unwrap().out.shape, children: {} },
    connection: { shape: agentShape.connection.unwrap().out.shape, children: {} },
  },
};
const serviceTree: AttributeTree = {
  shape: serviceSchema.out.shape,
  children: {
    endpoints: endpointTree,
    async_agent: agentTree,
    tls: {
      shape: tlsSchema.out.shape,
      children: { keys: { shape: tlsKeyShape, children: {} } },
    },
    client_tls: {
      shape: clientTlsSchema.out.shape,
      children: { client_certs: { shape: clientCertShape, children: {} } },
    },
    plugin: { shape: serviceSchema.out.shape.plugin.unwrap().out.shape, children: {} },
  },
};

/** Names of the former file format and what they are called now. */
const FORMER_NAMES = new Map([
  ["headers_to_pass", "input_headers"],
  ["querystring_params", "input_query_strings"],
  ["whitelist", "allow"],
  ["blacklist", "deny"],
]);

function foldNode(node: ConfigNode, tree: AttributeTree, path: NodePath, report: Report): unknown {
  if (node.kind === "object") return foldObject(node, tree, path, report);
  if (node.kind === "scalar") return node.value;
  return node.items.map((item, index) => foldNode(item, tree, [...path, index], report));
}

function foldObject(
  node: ObjectNode,
  tree: AttributeTree,
  path: NodePath,
  report: Report,
): Record<string, unknown> {
  const folded: Record<string, unknown> = Object.create(null);
  const used = new Set<ConfigMember>();
  for (const name of Object.keys(tree.shape)) {
    const member = memberNamed(node, name);
    if (member === undefined) continue;
    used.add(member);
    if (member.node.kind === "scalar" && member.node.value === null) continue;
    const child = tree.children[name];
    const memberPath = [...path, name];
    folded[name] = child ? foldNode(member.node, child, memberPath, report) : toPlain(member.node);
    warnInert(tree.shape[name], memberPath, report);
    warnOddDuration(tree.shape[name], member.node, memberPath, report);
  }
  for (const member of node.members) {
    if (!used.has(member)) warnUnknown(member.key, tree, path, report);
  }
  return folded;
}

function warnInert(schema: z.core.$ZodType | undefined, path: NodePath, report: Report): void {
  const why = inertReason(schema);
  if (why !== undefined) report.warn(path, `has no effect: ${why}`, { isAboutKey: true });
}

/** A bare number counts nanoseconds and a negative time has passed already: hardly ever what is meant. */
function warnOddDuration(
  schema: z.core.$ZodType | undefined,
  node: ConfigNode,
  path: NodePath,
  report: Report,
): void {
  const isDuration = schema !== undefined && z.globalRegistry.get(schema)?.isDuration === true;
  if (!isDuration || node.kind !== "scalar") return;
  const { value } = node;
  const hints = { expected: "a duration such as 500ms, 2s or 1h30m" };
  if (typeof value === "number" && value !== 0) {
    report.warn(path, "a number without a unit counts nanoseconds", hints);
  } else if (typeof value === "string" && value.startsWith("-")) {
    report.warn(path, "a negative duration has passed already", hints);
  }
}

/** Why an option that is known does nothing in gw; `undefined` for all that work. */
export function inertReason(schema: z.core.$ZodType | undefined): string | undefined {
  const reason = schema && z.globalRegistry.get(schema)?.inert;
  return typeof reason === "string" ? reason : undefined;
}

function warnUnknown(key: string, tree: AttributeTree, path: NodePath, report: Report): void {
  if (isComment(key)) return;
  const known = Object.keys(tree.shape);
  const twin = known.find((name) => name.toLowerCase() === key.toLowerCase());
  const keyPath = [...path, key];
  if (twin !== undefined) {
    report.warn(keyPath, `'${twin}' stands here in another letter case too; this one is ignored`, {
      isUnknownName: true,
    });
    return;
  }
  const former = FORMER_NAMES.get(key.toLowerCase());
  if (former !== undefined && known.includes(former)) {
    report.warn(keyPath, "this name of the former format is ignored", {
      isAboutKey: true,
      isUnknownName: true,
      nearest: former,
    });
    return;
  }
  report.warn(keyPath, `unknown key '${key}' is ignored`, {
    isAboutKey: true,
    isUnknownName: true,
    nearest: nearestName(key, known),
  });
}

/** Keys with these first characters are remarks of the author. */
export function isComment(key: string): boolean {
  return /^[@$_#]/.test(key);
}
