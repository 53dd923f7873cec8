import { readFileSync, statSync } from "node:fs";
import type { ClusterNode } from "../cluster/cluster-node.ts";
import { checkForHaproxy, digestOf } from "../cluster/gateway-facts.ts";
import { findGatewayWarnings } from "../cluster/gateway-warnings.ts";
import { findHaproxyConflict } from "../cluster/haproxy-conflicts.ts";
import type { HaproxyInput } from "../cluster/haproxy-input.ts";
import { readHaproxyOptions } from "../cluster/haproxy-options.ts";
import { findLostFlags } from "../cluster/lost-flags.ts";
import { renderNodeListProblem } from "../cluster/node-list-problem.ts";
import { isOnBalancer } from "../cluster/node-list-warnings.ts";
import { findOptionWarnings, hashesProxies } from "../cluster/option-warnings.ts";
import { renderHaproxy } from "../cluster/render-haproxy.ts";
import type { LoadedConfig } from "../config/load.ts";
import { readClusterFacts } from "./cluster-facts.ts";
import {
  type CommandContext,
  EXIT_FAILURE,
  EXIT_OK,
  EXIT_REFUSED,
  type GivenArguments,
} from "./command.ts";
import { checkWithHaproxy, findDescriptorShortage } from "./haproxy-check.ts";
import { verifyFile } from "./haproxy-verify.ts";
import { readNodeLists } from "./node-lists.ts";
import { writeOutputFile } from "./output-file.ts";
import { reportUsage } from "./usage-error.ts";

/** What `gw haproxy` does; resolves with its exit code. */
export async function renderBalancer(
  given: GivenArguments,
  context: CommandContext,
): Promise<number> {
  const usage = (problem: string) => reportUsage(problem, "haproxy", context);
  const options = readHaproxyOptions({
    get: (name) => given.options.get(name),
    all: (name) => given.values.get(name) ?? [],
    has: (name) => given.options.has(name),
  });
  if ("problem" in options) return usage(options.problem);

  const known = readClusterFacts(given, { command: "haproxy", check: checkForHaproxy }, context);
  if ("exitCode" in known) return known.exitCode;
  const { facts, loaded } = known;
  const list = await readNodeLists(given, { defaultPort: facts.port });
  if ("usageProblem" in list) return usage(list.usageProblem);
  for (const one of "problems" in list ? list.problems : list.warnings) {
    context.err.write(`${renderNodeListProblem(one)}\n`);
  }
  if ("problems" in list) return EXIT_FAILURE;

  const input: HaproxyInput = {
    nodes: list.nodes,
    nodesDigest: digestOf(JSON.stringify(list.nodes.map(withoutPlace))),
    facts,
    options,
  };
  const conflict = findHaproxyConflict(input);
  if (conflict !== undefined) return usage(conflict);
  warn(loaded, input, context);
  return deliver(renderHaproxy(input), input, given, context);
}

/** Empty where there is no file, or none that can be read: to write it then says why. */
function presentText(path: string): string {
  try {
    return statSync(path).isFile() ? readFileSync(path, "utf8") : "";
  } catch {
    return "";
  }
}

/** What a node is, wherever its line stands. */
function withoutPlace({ source: _source, line: _line, column: _column, ...node }: ClusterNode) {
  return node;
}

function warn(loaded: LoadedConfig | null, input: HaproxyInput, { err }: CommandContext): void {
  const { nodes, facts, options } = input;
  const active = nodes.filter(({ state, isBackup }) => state === "active" && !isBackup);
  const count = active.reduce((sum, { slots }) => sum + (slots ?? 1), 0);
  const isHashed = options.isHashed && !hashesProxies(options);
  const areLocal = nodes.every(isOnBalancer);
  const warnings = [
    ...(loaded === null
      ? [NO_CONFIGURATION]
      : findGatewayWarnings(loaded, facts, { count, isHashed, areLocal })),
    ...findOptionWarnings(input),
  ];
  for (const { code, message } of warnings) err.write(`${code} ${message}\n`);
}

const NO_CONFIGURATION = {
  code: "W04",
  message: "no gateway configuration (-c): timeouts and health path are defaults",
};

function deliver(
  text: string,
  { nodes, options: { maxConnections } }: HaproxyInput,
  { options }: GivenArguments,
  context: CommandContext,
): number {
  const file = options.get("out");
  if (options.has("check") || file !== undefined) {
    const { isAccepted, remarks } = checkWithHaproxy(text, context.environment);
    if (remarks !== null) context.err.write(`${remarks}\n`);
    if (!isAccepted) return EXIT_REFUSED;
    const servers = nodes.reduce((sum, { slots }) => sum + (slots ?? 1), 0);
    const shortage = findDescriptorShortage(maxConnections, servers);
    if (shortage !== undefined) context.err.write(`${shortage}\n`);
  }
  const verified = options.get("verify");
  if (verified !== undefined) return verifyFile(text, verified, context);
  if (file === undefined) {
    context.out.write(text);
    return EXIT_OK;
  }
  const lost = findLostFlags(presentText(file), text);
  if (lost.length > 0) {
    const message = `${file} was rendered with ${lost.join(" ")}, which is not given now`;
    context.err.write(`W18 ${message}\n`);
  }
  const failure = writeOutputFile(file, text);
  if (failure === undefined) return EXIT_OK;
  context.err.write(`gw: ${failure}\n`);
  return EXIT_FAILURE;
}
