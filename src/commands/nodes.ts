import type { ClusterNode } from "../cluster/cluster-node.ts";
import {
  findHostless,
  findManyHosted,
  renderNodesAsJson,
  renderNodesAsTargets,
  renderNodesAsText,
} from "../cluster/node-list-formats.ts";
import { type NodeListProblem, renderNodeListProblem } from "../cluster/node-list-problem.ts";
import { readClusterFacts } from "./cluster-facts.ts";
import {
  type Command,
  type CommandContext,
  configOption,
  EXIT_FAILURE,
  EXIT_OK,
  EXIT_USAGE,
  type GivenArguments,
} from "./command.ts";
import { nodeListOptions, readNodeLists } from "./node-lists.ts";
import { reportUsage } from "./usage-error.ts";

/** `gw nodes` */
export const nodesCommand: Command = {
  name: "nodes",
  aliases: [],
  summary: "check a node list and write it expanded",
  usage: "--nodes HOSTS [--node ADDR]... [-c FILE] [--format text|json|prometheus]",
  description: `Reads the list of a cluster's nodes as 'gw haproxy' does and writes it with ranges expanded,
addresses in canonical form and ports filled in. Everything that is wrong is listed with its
line and column; then nothing else is written.

A line of the list is an address and its options; # begins a comment:

  10.0.0.11:8080    name=gw-a zone=rack1
  10.0.0.12         weight=50              port: the configuration's, else 8080
  10.0.0.[13-20]:8080 maxconn=2000         eight nodes
  host[01-12].example.internal             a range that keeps its width
  [2001:db8::5]:8080 backup                only when no other node can
  gw.example.internal:9090 slots=4         up to 4 addresses behind one DNS name
  _gw._tcp.example.internal slots=10       an SRV name: hosts and ports from DNS
  10.0.1.10 drain                          checked, but gets no requests
  10.0.1.11 disabled                       not even checked

The formats:

  text        host:port, one a line, for loops; IPv6 has brackets, which ssh does not take: json
  json        an array with all that the list says of each node
  prometheus  an array of targets with the labels name and zone, for file_sd_configs

A port that neither list nor configuration gives is 8080, with a warning. Nodes that are backup,
drain or disabled are written, too. A name with slots is written once, with a warning. An SRV name
has no host:port, so text and prometheus refuse it.`,
  options: [
    ...nodeListOptions,
    configOption,
    {
      long: "format",
      short: null,
      value: "FORMAT",
      description: "how the nodes are written (default: text)",
      choices: ["text", "json", "prometheus"],
    },
  ],
  operands: [],
  examples: [
    "gw nodes --nodes hosts.txt",
    `for node in $(gw nodes --nodes hosts.txt); do scp gw "\${node%:*}:"; done`,
    "gw nodes --nodes hosts.txt --format prometheus > /etc/prometheus/gw.json",
    "gw nodes --node '10.0.0.[11-13]' -c krakend.json --format json | jq -r '.[].host'",
  ],
  exitCodes: [
    [EXIT_OK, "written; there may be warnings"],
    [EXIT_FAILURE, "nothing written: the node list or the configuration is refused"],
    [EXIT_USAGE, "unknown flag or value, or no node list is given"],
  ],
  async run(given: GivenArguments, context: CommandContext) {
    const { options } = given;
    const known = readClusterFacts(given, { command: nodesCommand.name }, context);
    if ("exitCode" in known) return known.exitCode;
    const list = await readNodeLists(given, { defaultPort: known.facts.port });
    if ("usageProblem" in list) return reportUsage(list.usageProblem, nodesCommand.name, context);
    if ("problems" in list) return refuse(list.problems, context);

    const format = FORMATS.get(options.get("format") ?? "text") ?? TEXT;
    const hostless = format.isListOfHosts ? findHostless(list.nodes) : [];
    if (hostless.length > 0) return refuse(hostless, context);

    const manyHosted = format.isListOfHosts ? findManyHosted(list.nodes) : [];
    tell([...list.warnings, ...manyHosted], context);
    if (known.loaded === null && list.usesDefaultPort) {
      const { port } = known.facts;
      context.err.write(`W04 no gateway configuration (-c): nodes without a port get ${port}\n`);
    }
    context.out.write(format.render(list.nodes));
    return EXIT_OK;
  },
};

interface Format {
  render(nodes: readonly ClusterNode[]): string;
  /** Each entry is taken for one host. */
  readonly isListOfHosts: boolean;
}

const TEXT: Format = { render: renderNodesAsText, isListOfHosts: true };
const FORMATS: ReadonlyMap<string, Format> = new Map([
  ["text", TEXT],
  ["json", { render: renderNodesAsJson, isListOfHosts: false }],
  ["prometheus", { render: renderNodesAsTargets, isListOfHosts: true }],
]);

function refuse(problems: readonly NodeListProblem[], context: CommandContext): number {
  tell(problems, context);
  return EXIT_FAILURE;
}

function tell(problems: readonly NodeListProblem[], { err }: CommandContext): void {
  err.write(problems.map((problem) => `${renderNodeListProblem(problem)}\n`).join(""));
}
