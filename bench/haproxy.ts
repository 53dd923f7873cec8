/**
 * Milliseconds from a node list to an `haproxy.cfg`, for clusters of several sizes: reading,
 * rendering, and the check of the result's own account. Run with `bun bench/haproxy.ts`.
 */
import { defaultFacts, digestOf } from "../src/cluster/gateway-facts.ts";
import { type HaproxyOptions, readHaproxyOptions } from "../src/cluster/haproxy-options.ts";
import { parseNodeList } from "../src/cluster/node-list.ts";
import { renderHaproxy } from "../src/cluster/render-haproxy.ts";

const ROUNDS = 50;

const defaults = readHaproxyOptions({ get: () => undefined, all: () => [], has: () => false });
if ("problem" in defaults) throw new Error(defaults.problem);
const options: HaproxyOptions = defaults;

for (const size of [3, 30, 300, 1000]) {
  const text = Buffer.from(listOf(size));
  const [first = 0, ...later] = Array.from({ length: ROUNDS }, () => measure(text));
  const median = later.toSorted((left, right) => left - right)[later.length >> 1] ?? 0;
  console.log(
    `${size} nodes`.padEnd(12),
    `first ${first.toFixed(1)} ms`.padStart(16),
    `median ${median.toFixed(1)} ms`.padStart(16),
  );
}

function listOf(size: number): string {
  const lines = Array.from({ length: size }, (_, index) => {
    const host = `10.0.${Math.floor(index / 250)}.${(index % 250) + 1}`;
    return `${host}:8080 name=gw-${index} zone=rack${index % 7}`;
  });
  return `${lines.join("\n")}\n`;
}

function measure(text: Uint8Array): number {
  const startedAt = performance.now();
  const list = parseNodeList(text, { name: "hosts.txt", defaultPort: 8080 });
  if ("problems" in list) throw new Error(list.problems[0]?.message);
  renderHaproxy({
    nodes: list.nodes,
    nodesDigest: digestOf(text),
    facts: defaultFacts(),
    options,
  });
  return performance.now() - startedAt;
}
