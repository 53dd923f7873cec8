import type { ClusterNode } from "./cluster-node.ts";
import { parseNodeAddress } from "./node-list-address.ts";
import { splitNodeLine } from "./node-list-line.ts";
import { readNodeOptions } from "./node-list-options.ts";
import type { LineFault, NodeListProblem } from "./node-list-problem.ts";
import { NodeRegistry, toNodeName } from "./node-list-registry.ts";
import { splitNodeList } from "./node-list-text.ts";
import { findNodeListWarnings } from "./node-list-warnings.ts";

/** A node list before it is read. */
export interface NodeListSource {
  /** As messages call it: a path, `<stdin>` or `<--node 2>`. */
  readonly name: string;
  /** The bytes of a file, or one line of text, in which no line end is allowed. */
  readonly text: Uint8Array | string;
}

/** The nodes of a cluster, at least one that gets requests. */
export interface NodeList {
  readonly nodes: readonly ClusterNode[];
  /** At least one node got the port that is for addresses without one. */
  readonly usesDefaultPort: boolean;
  /** Sorted by position. */
  readonly warnings: readonly NodeListProblem[];
}

/** Everything that is wrong with a node list, sorted by position; at least one. */
export interface NodeListProblems {
  readonly problems: readonly NodeListProblem[];
}

/** Reads one node list; `defaultPort` is for addresses without one. */
export function parseNodeList(
  text: Uint8Array,
  { name, defaultPort }: { readonly name: string; readonly defaultPort: number },
): NodeList | NodeListProblems {
  return parseNodeLists([{ name, text }], { defaultPort });
}

/** Reads lists that make one cluster together: an address or name of one must not be in another. */
export function parseNodeLists(
  sources: readonly NodeListSource[],
  { defaultPort }: { readonly defaultPort: number },
): NodeList | NodeListProblems {
  const cluster: Cluster = {
    nodes: [],
    registry: new NodeRegistry(),
    defaultPort,
    usesDefaultPort: false,
    isFull: false,
  };
  const problems = sources.flatMap((source) => readSource(source, cluster));
  const [first] = cluster.nodes;
  if (problems.length > 0 || first === undefined) return { problems };

  const { nodes, usesDefaultPort } = cluster;
  if (nodes.some(({ state, isBackup }) => state === "active" && !isBackup)) {
    return { nodes, usesDefaultPort, warnings: findNodeListWarnings(nodes) };
  }
  const { source, line, column } = first;
  const message = "no node would receive traffic";
  return { problems: [{ source, line, column, code: "E16", message }] };
}

const MAX_NODES = 1024;

/** What has been read so far. */
interface Cluster {
  readonly nodes: ClusterNode[];
  readonly registry: NodeRegistry;
  readonly defaultPort: number;
  usesDefaultPort: boolean;
  /** That there are too many nodes is said once. */
  isFull: boolean;
}

function readSource({ name, text }: NodeListSource, cluster: Cluster): readonly NodeListProblem[] {
  const lines = typeof text === "string" ? [text] : splitNodeList(name, text);
  if ("problem" in lines) return [lines.problem];

  const problems: NodeListProblem[] = [];
  let hasNodes = false;
  for (const [index, line] of lines.entries()) {
    const place = { source: name, line: index + 1 };
    const read = readLine(line, place, cluster);
    hasNodes ||= read.hasNodes;
    const faults = read.faults.toSorted((left, right) => left.offset - right.offset);
    for (const { offset, code, message } of faults) {
      problems.push({ ...place, column: offset + 1, code, message });
    }
  }
  if (hasNodes || problems.length > 0) return problems;
  return [{ source: name, line: 1, column: 1, code: "E02", message: "node list is empty" }];
}

interface ReadLine {
  /** False for a blank line. */
  readonly hasNodes: boolean;
  /** Counted from the line's begin. */
  readonly faults: readonly LineFault[];
}

function readLine(
  line: string,
  place: Pick<ClusterNode, "source" | "line">,
  cluster: Cluster,
): ReadLine {
  const words = splitNodeLine(line);
  if ("code" in words) return { hasNodes: false, faults: [words] };
  const [first, ...rest] = words;
  if (first === undefined) return { hasNodes: false, faults: [] };

  const room = MAX_NODES - cluster.nodes.length;
  const address = parseNodeAddress(first.text, { defaultPort: cluster.defaultPort, room });
  const isRead = !("faults" in address);
  cluster.usesDefaultPort ||= isRead && address.isDefaultPort;
  const { options, faults } = readNodeOptions(rest, isRead ? address : undefined);
  const { name, ...facts } = options;
  // A range with a name is refused for that alone, not for using the name twice.
  const givenName = isRead && address.isRange ? null : name;
  const addressFaults = isRead
    ? address.hosts.flatMap((host) => {
        const where = { ...place, column: first.offset + 1, host, ...pick(address) };
        const node = { ...where, ...facts, name: givenName ?? toNodeName(where) };
        cluster.nodes.push(node);
        return cluster.registry.add(node, givenName !== null);
      })
    : tellOnce(address.faults, cluster);
  const placed = addressFaults.map((fault) => ({ ...fault, offset: fault.offset + first.offset }));
  return { hasNodes: true, faults: [...placed, ...faults] };
}

function pick<T extends Pick<ClusterNode, "kind" | "port">>({ kind, port }: T) {
  return { kind, port };
}

function tellOnce(faults: readonly LineFault[], cluster: Cluster): readonly LineFault[] {
  const isTold = cluster.isFull;
  cluster.isFull ||= faults.some(({ code }) => code === "E09");
  return isTold ? faults.filter(({ code }) => code !== "E09") : faults;
}
