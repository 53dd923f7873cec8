import { type ClusterNode, formatNodeAddress } from "./cluster-node.ts";
import type { NodeListProblem } from "./node-list-problem.ts";

/** The nodes as `host:port`, one a line, for the loops of a shell. */
export function renderNodesAsText(nodes: readonly ClusterNode[]): string {
  return nodes.map((node) => `${formatNodeAddress(node)}\n`).join("");
}

/** All facts about the nodes, options called as in the list. */
export function renderNodesAsJson(nodes: readonly ClusterNode[]): string {
  return toJsonLines(
    nodes.map((node) => ({
      name: node.name,
      address: formatNodeAddress(node),
      host: node.host,
      port: node.port,
      kind: node.kind,
      weight: node.weight,
      maxconn: node.maxConnections,
      slots: node.slots,
      zone: node.zone,
      backup: node.isBackup,
      state: node.state,
    })),
  );
}

/** A target group per node for the file discovery of Prometheus (`file_sd_configs`). */
export function renderNodesAsTargets(nodes: readonly ClusterNode[]): string {
  return toJsonLines(
    nodes.map((node) => ({
      targets: [formatNodeAddress(node)],
      labels: { name: node.name, ...(node.zone === null ? {} : { zone: node.zone }) },
    })),
  );
}

/** E20: the entries that have no `host:port` to write, since only DNS knows their hosts. */
export function findHostless(nodes: readonly ClusterNode[]): readonly NodeListProblem[] {
  return nodes
    .filter(({ kind }) => kind === "srv")
    .map((node) =>
      tell(node, "E20", `"${node.host}" is an SRV name: only DNS knows its hosts (json lists it)`),
    );
}

/** W10: the entries that stand for several hosts, of which a loop or a scrape reaches one. */
export function findManyHosted(nodes: readonly ClusterNode[]): readonly NodeListProblem[] {
  return nodes
    .filter(({ kind, slots }) => kind === "dns" && (slots ?? 1) > 1)
    .map((node) =>
      tell(node, "W10", `${node.host} stands for up to ${node.slots} hosts, but is written once`),
    );
}

/** An array with one element a line, so that a change of one node is a change of one line. */
function toJsonLines(values: readonly unknown[]): string {
  return `[\n${values.map((value) => `  ${JSON.stringify(value)}`).join(",\n")}\n]\n`;
}

function tell({ source, line, column }: ClusterNode, code: string, message: string) {
  return { source, line, column, code, message };
}
