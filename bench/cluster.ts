// What a cluster loses when nodes fail and when they are upgraded, how evenly it is loaded, and where
// one balancer ends. Simulated with the settings that `gw haproxy` writes, checked against three real
// nodes (network namespaces: root), and measured where it can be measured.
// Needs haproxy, nginx, wrk, and the built binary in GW_BINARY or the source.
//
//   bun bench/cluster.ts [--quick] [--seed N]
//
// A full run writes bench/RESULTS-cluster.md.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measureBalancer } from "./cluster/costs.ts";
import { runLive } from "./cluster/live.ts";
import { renderBalancers, renderCalibration, renderSimulation } from "./cluster/page.ts";
import { playAll, playLikeLive } from "./cluster/scenarios.ts";
import { renderHeading } from "./gateway/report.ts";

const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, seed: { type: "string", default: "1" } },
});
const seed = Number(values.seed);
const sizes = values.quick ? [3, 30] : [3, 30, 300, 1_000];
const seconds = values.quick ? 2 : 5;
const clients = 20;

const costs = [];
for (const nodes of sizes) costs.push(await measureBalancer(nodes, seconds));
const pairs = [];
for (const failure of ["kill", "freeze", "vanish"] as const) {
  const live = await runLive(failure, clients);
  pairs.push({ failure, live, simulated: playLikeLive(failure, clients, seed) });
}
const page = [
  ...renderHeading("What a cluster loses, and how far it goes"),
  ...renderSimulation(playAll(sizes, seed), seed),
  ...renderCalibration(pairs),
  ...renderBalancers(costs, seconds),
  "",
].join("\n");
console.log(page);
if (!values.quick) writeFileSync(join(import.meta.dir, "RESULTS-cluster.md"), page);
