/**
 * A second implementation of `flatmap_filter`, slow and obvious: every value is a node with
 * labelled children, as in KrakenD's library; positions are labels that nobody counts anew.
 */
import type { WrittenOperation } from "../../src/json/flatmap-plan.ts";
import type { Tree } from "./reference.ts";

/** What the operations leave of a document; `null` as a value when that is nothing. */
export function flatmapTree(tree: Tree, operations: readonly WrittenOperation[]): Tree {
  const root = toNode(tree);
  for (const { type, args } of operations) {
    const paths = args.map((path) => path.split("."));
    if (type === "del") for (const path of paths) remove(root, path);
    if (type === "move") move(root, paths[0]!, paths[1]!);
    if (type === "append") append(root, paths[0]!, paths[1]!);
  }
  return toTree(root);
}

interface Node {
  isList: boolean;
  children: Child[];
  /** What it is without children. */
  bare: Tree;
}

interface Child {
  label: string;
  node: Node;
}

const nothing: Tree = { kind: "bare", text: "null" };

function toNode(tree: Tree): Node {
  if (tree.kind === "object") {
    const children = [...tree.members].map(([label, member]) => ({ label, node: toNode(member) }));
    return { isList: false, children, bare: children.length === 0 ? tree : nothing };
  }
  if (tree.kind === "array") {
    const children = tree.items.map((item, index) => ({ label: `${index}`, node: toNode(item) }));
    return { isList: true, children, bare: children.length === 0 ? tree : nothing };
  }
  return { isList: false, children: [], bare: tree };
}

function toTree({ isList, children, bare }: Node): Tree {
  if (children.length === 0) return bare;
  if (isList) return { kind: "array", items: children.map(({ node }) => toTree(node)) };
  const members = children.map(({ label, node }) => [label, toTree(node)] as const);
  return { kind: "object", members: new Map(members) };
}

function child(node: Node, label: string): Node | undefined {
  return node.children.find((one) => one.label === label)?.node;
}

function take(node: Node, label: string): Node | undefined {
  const index = node.children.findIndex((one) => one.label === label);
  return index === -1 ? undefined : node.children.splice(index, 1)[0]!.node;
}

function put(node: Node, label: string, put: Node): void {
  if (!node.isList) take(node, label);
  // A scalar that got members and lost them again is not what it was.
  if (node.bare.kind === "bare" || node.bare.kind === "string") node.bare = nothing;
  node.children.push({ label, node: put });
}

function inOrder(node: Node): Child[] {
  if (node.isList) return [...node.children];
  return node.children.toSorted((a, b) =>
    Buffer.compare(Buffer.from(a.label), Buffer.from(b.label)),
  );
}

function remove(node: Node, [step, ...rest]: readonly string[]): void {
  if (step === undefined) return;
  const hit = step === "*" ? node.children : node.children.filter(({ label }) => label === step);
  if (rest.length > 0)
    for (const one of step === "*" ? hit : hit.slice(0, 1)) remove(one.node, rest);
  else if (step === "*") node.children = [];
  else take(node, step);
}

/** The way to a value: a node and a label for each element of the path, the root in front. */
interface Way {
  readonly nodes: Node[];
  readonly labels: string[];
}

function waysAlong(root: Node, path: readonly string[]): Way[] {
  let ways: Way[] = [{ nodes: [root], labels: [] }];
  for (const step of path) {
    ways = ways.flatMap(({ nodes, labels }) => {
      const hits = inOrder(nodes.at(-1)!).filter(({ label }) => step === "*" || label === step);
      return (step === "*" ? hits : hits.slice(0, 1)).map(({ label, node }) => ({
        nodes: [...nodes, node],
        labels: [...labels, label],
      }));
    });
  }
  return ways;
}

function move(root: Node, source: readonly string[], destination: readonly string[]): void {
  const from = source.at(-1)!;
  const to = destination.at(-1)!;
  const ways = waysAlong(root, source.slice(0, -1)).filter(({ nodes }) =>
    nodes.at(-1)!.children.some(({ label }) => label === from),
  );
  if (source.length === destination.length) {
    for (const { nodes } of ways) rename(nodes.at(-1)!, from, to);
    return;
  }
  if (source.length < destination.length) {
    for (const { nodes } of ways) embed(nodes.at(-1)!, from, destination.slice(source.length - 1));
    return;
  }
  const targets = ways.map((way) => targetOf(way, source, destination.slice(0, -1)));
  const values = ways.map(({ nodes }) => take(nodes.at(-1)!, from)!);
  for (const [index, value] of values.entries()) put(targets[index]!, to, value);
}

function rename(parent: Node, from: string, to: string): void {
  if (from === to) return;
  if (!parent.isList) take(parent, to);
  parent.children.find(({ label }) => label === from)!.label = to;
}

function embed(parent: Node, from: string, path: readonly string[]): void {
  const value = take(parent, from)!;
  let node = parent;
  for (const step of path.slice(0, -1)) {
    const next = child(node, step) ?? { isList: false, children: [], bare: nothing };
    if (child(node, step) === undefined) put(node, step, next);
    node = next;
  }
  put(node, path.at(-1)!, value);
}

function targetOf(way: Way, source: readonly string[], path: readonly string[]): Node {
  let node = way.nodes[0]!;
  let isShared = true;
  for (const [index, step] of path.entries()) {
    isShared &&= step === "*" || step === source[index];
    const label = step === "*" ? way.labels[index]! : step;
    const next = isShared ? way.nodes[index + 1] : child(node, label);
    if (next === undefined) break;
    node = next;
  }
  return node;
}

type Found = Node | undefined | Found[];

function append(root: Node, source: readonly string[], destination: readonly string[]): void {
  if (destination.includes("*")) return;
  const target = find(root, destination);
  if (Array.isArray(target) || !isList(target)) return;
  const found = find(root, source);
  if (found === undefined || holds(found, target)) return;
  if (!Array.isArray(found) && !isList(found)) return;
  const positions = target.children.map(({ label }) => (/^\d+$/.test(label) ? Number(label) : -1));
  const next = Math.max(-1, ...positions) + 1;
  const items = Array.isArray(found)
    ? found.map(toFoundNode)
    : found.children.map(({ node }) => node);
  remove(root, source);
  for (const [index, item] of items.entries()) put(target, `${next + index}`, item);
}

function find(node: Node, [step, ...rest]: readonly string[]): Found {
  if (step === undefined) return node;
  if (step === "*") {
    const found = inOrder(node).map((one) => find(one.node, rest));
    return found.length === 0 ? undefined : found;
  }
  const next = child(node, step);
  return next && find(next, rest);
}

function isList(node: Node | undefined): node is Node {
  return node?.isList === true && (node.children.length > 0 || node.bare.kind === "array");
}

function holds(found: Found, target: Node): boolean {
  if (Array.isArray(found)) return found.some((one) => holds(one, target));
  return found === target || (found?.children.some(({ node }) => holds(node, target)) ?? false);
}

function toFoundNode(found: Found): Node {
  if (found === undefined) return { isList: false, children: [], bare: nothing };
  if (!Array.isArray(found)) return found;
  const children = found.map((one, index) => ({ label: `${index}`, node: toFoundNode(one) }));
  return { isList: true, children, bare: nothing };
}
