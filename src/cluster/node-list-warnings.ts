import type { ClusterNode } from "./cluster-node.ts";
import type { NodeListProblem } from "./node-list-problem.ts";

/** What is odd about a list that can be used, sorted by position: W01, W02, W03 and W05. */
export function findNodeListWarnings(nodes: readonly ClusterNode[]): readonly NodeListProblem[] {
  const [first] = nodes;
  if (first === undefined) return [];
  const warnings = [
    ...findLoneNode(nodes, first),
    ...findLoopbacks(nodes),
    ...findOtherPorts(nodes),
    ...findSingleAddresses(nodes),
  ];
  const order = new Map(nodes.map(({ source, line }, index) => [`${line} ${source}`, index]));
  const rank = ({ source, line }: NodeListProblem): number => order.get(`${line} ${source}`) ?? 0;
  return warnings.sort((left, right) => rank(left) - rank(right));
}

function findLoneNode(nodes: readonly ClusterNode[], first: ClusterNode): NodeListProblem[] {
  if (nodes.length > 1 || (first.slots ?? 1) > 1) return [];
  return [warn(first, "W01", "one node is not a cluster: when it is away, nothing answers")];
}

function findLoopbacks(nodes: readonly ClusterNode[]): NodeListProblem[] {
  const loopbacks = nodes.filter(isOnBalancer);
  if (loopbacks.length === nodes.length) return [];
  return firstOfEachLine(loopbacks).map((node) =>
    warn(node, "W02", `${node.host} is the balancer's own host, while other nodes are elsewhere`),
  );
}

/** The node's address is that of the host itself. */
export function isOnBalancer({ kind, host }: ClusterNode): boolean {
  if (kind === "ipv4") return host.startsWith("127.");
  return host === "::1" || host === "localhost" || host.endsWith(".localhost");
}

function findOtherPorts(nodes: readonly ClusterNode[]): NodeListProblem[] {
  const withPort = nodes.filter(({ port }) => port !== null);
  const [first] = withPort;
  const other = withPort.find(({ port }) => port !== first?.port);
  if (first === undefined || other === undefined) return [];
  const message = `nodes use different ports: ${first.host} has ${first.port}, ${other.host} has ${other.port}`;
  return [warn(other, "W03", message)];
}

function findSingleAddresses(nodes: readonly ClusterNode[]): NodeListProblem[] {
  const single = nodes.filter(({ kind, slots }) => kind === "dns" && slots === null);
  return firstOfEachLine(single).map((node) =>
    warn(node, "W05", `only the first address of ${node.host} is used; slots=N takes up to N`),
  );
}

function firstOfEachLine(nodes: readonly ClusterNode[]): readonly ClusterNode[] {
  return nodes.filter((node, index) => {
    const before = nodes[index - 1];
    return before?.line !== node.line || before.source !== node.source;
  });
}

function warn({ source, line, column }: ClusterNode, code: string, message: string) {
  return { source, line, column, code, message };
}
