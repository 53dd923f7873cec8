import { closeSync, openSync, readSync } from "node:fs";
import {
  type NodeList,
  type NodeListProblems,
  type NodeListSource,
  parseNodeLists,
} from "../cluster/node-list.ts";
import type { NodeListProblem } from "../cluster/node-list-problem.ts";
import { MAX_NODE_LIST_BYTES } from "../cluster/node-list-text.ts";
import { toOneLine } from "../logging/one-line.ts";
import type { CommandOption, GivenArguments, UsageProblem } from "./command.ts";

/** `--nodes` and `--node`, the same wherever a command wants the nodes of a cluster. */
export const nodeListOptions: readonly CommandOption[] = [
  {
    long: "nodes",
    short: null,
    value: "HOSTS",
    description: "the node list: a file, or - for standard input",
    choices: [],
  },
  {
    long: "node",
    short: null,
    value: "ADDR",
    description: 'one line of a node list, such as "10.0.0.11:8080 zone=rack1"; may be repeated',
    choices: [],
    isRepeatable: true,
  },
];

/** What the lists are read with. */
export interface NodeListReading {
  /** Of the gateway configuration. */
  readonly defaultPort: number;
  /** What `-` stands for; absent: the standard input of the process. */
  readonly input?: AsyncIterable<Uint8Array>;
}

/** Reads the file of `--nodes`, then each `--node`, as one cluster. */
export async function readNodeLists(
  { options, values }: GivenArguments,
  { defaultPort, input }: NodeListReading,
): Promise<NodeList | NodeListProblems | UsageProblem> {
  const path = options.get("nodes");
  const inline = values.get("node") ?? [];
  if (path === "" || (path === undefined && inline.length === 0)) {
    return { usageProblem: "required and not given: --nodes HOSTS, or --node ADDR" };
  }
  const sources: NodeListSource[] = [];
  const unread: NodeListProblem[] = [];
  if (path !== undefined) {
    const source = path === "-" ? await readInput(input ?? process.stdin) : readFile(path);
    if ("code" in source) unread.push(source);
    else sources.push(source);
  }
  sources.push(...inline.map((text, index) => ({ name: `<--node ${index + 1}>`, text })));
  const list = parseNodeLists(sources, { defaultPort });
  if (unread.length === 0) return list;
  return { problems: [...unread, ...("problems" in list ? list.problems : [])] };
}

/** One byte more than a list may have, so that a longer one is seen to be longer and no more of it is read. */
const READ_LIMIT = MAX_NODE_LIST_BYTES + 1;

function readFile(path: string): NodeListSource | NodeListProblem {
  const name = toOneLine(path);
  const buffer = new Uint8Array(READ_LIMIT);
  try {
    const descriptor = openSync(path, "r");
    try {
      return { name, text: buffer.subarray(0, fill(buffer, descriptor)) };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return cannotRead(name, error);
  }
}

/** Reads until the buffer is full or the file ends; returns how many bytes that were. */
function fill(buffer: Uint8Array, descriptor: number): number {
  let filled = 0;
  while (filled < buffer.length) {
    const count = readSync(descriptor, buffer, filled, buffer.length - filled, null);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

async function readInput(
  input: AsyncIterable<Uint8Array | string>,
): Promise<NodeListSource | NodeListProblem> {
  const name = "<stdin>";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of input) {
      const piece = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      chunks.push(piece);
      bytes += piece.length;
      if (bytes >= READ_LIMIT) break;
    }
  } catch (error) {
    return cannotRead(name, error);
  }
  return { name, text: Buffer.concat(chunks) };
}

const SYSTEM_TEXTS = new Map([
  ["ENOENT", "no such file"],
  ["ENOTDIR", "no such file"],
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EISDIR", "it is a directory"],
  ["EBADF", "it is closed"],
]);

function cannotRead(source: string, error: unknown): NodeListProblem {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  const reason = SYSTEM_TEXTS.get(code) ?? toOneLine(code);
  const message = `cannot read ${source}: ${reason}`;
  return { source, line: 0, column: 0, code: "E18", message };
}
