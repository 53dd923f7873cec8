import type { BalancerCost } from "./costs.ts";
import type { LiveOutcome } from "./live.ts";
import type { Failure, Played } from "./scenarios.ts";
import type { Outcome } from "./simulation.ts";

/** What the simulated clusters lost. */
export function renderSimulation(played: readonly Played[], seed: number): string[] {
  return [
    "## What is lost, simulated",
    "",
    `Two clients a node read, one writes; 20 ms of work, 100 ms pause; settings as rendered, \`timeout server\` 3 s; seed ${seed}. Equal seed, equal table.`,
    "Out: until every balancer had the failed nodes out. Load: the busiest and the idlest of the nodes that nothing happened to (in an upgrade: of all), over their mean.",
    "A node takes any number of requests at once: what remains to others is slower in truth where a cluster runs near its limit.",
    "",
    "| nodes | balancers | what | GET failed | POST failed | retries | p99 | worst | out after | busiest / idlest |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...played.map(renderPlayed),
    "",
  ];
}

function renderPlayed({ what, setup, outcome }: Played): string {
  const balance = setup.balance === "random" ? "random(2)" : setup.balance;
  const cells = [
    setup.nodes,
    `${setup.balancers} ${balance}`,
    what,
    `${outcome.failedGets} of ${outcome.gets}`,
    `${outcome.failedPosts} of ${outcome.posts}`,
    outcome.retries,
    milliseconds(outcome.p99Ms),
    milliseconds(outcome.worstMs),
    outcome.outAfterMs === null ? "never" : milliseconds(outcome.outAfterMs),
    `${outcome.busiest.toFixed(2)} / ${outcome.idlest.toFixed(2)}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

/** How well the simulation agrees with three real nodes. */
export function renderCalibration(
  pairs: readonly { failure: Failure; live: LiveOutcome; simulated: Outcome[] }[],
): string[] {
  return [
    "## Against three real nodes",
    "",
    "Three gateways, HAProxy with the rendered file and 20 clients, each on a host of its own (network namespaces); one gateway is killed, stopped by SIGSTOP, or its link is cut. Live figures are one run, of the 6 s from then on; simulated ones are the range of 20 runs in which the failure comes at different moments between two checks. Numbers of requests do not compare: live, all parts share the machine's processors. A node that refuses connections is out after ten errors even before a check confirms it (HAProxy's `sudden-death`), hence the few milliseconds of a killed one.",
    "",
    "| what | GET failed, live / simulated | worst, live / simulated | out after, live / simulated |",
    "| --- | --- | --- | --- |",
    ...pairs.map(({ failure, live, simulated }) => {
      const cells = [
        failure,
        `${live.failures.length} of ${live.answered} / ${Math.max(...simulated.map((one) => one.failedGets))} in the worst run`,
        `${milliseconds(live.worstMs)} / ${range(simulated.map((one) => one.worstMs))}`,
        `${milliseconds(live.outAfterMs)} / ${range(simulated.map((one) => one.outAfterMs ?? Number.POSITIVE_INFINITY))}`,
      ];
      return `| ${cells.join(" | ")} |`;
    }),
    "",
  ];
}

/** What one balancer costs and how many nodes it carries. */
export function renderBalancers(costs: readonly BalancerCost[], seconds: number): string[] {
  const [small] = costs;
  if (small === undefined) return [];
  return [
    "## One balancer",
    "",
    `HAProxy pinned to one core, the rendered file, 64 connections, answers of 200 bytes, ${seconds} s each. All nodes are addresses of one nginx, which shares the other core with the clients: requests per second are its limit, not HAProxy's; processor time is what counts.`,
    "",
    "| nodes | `gw haproxy` | `haproxy -c` | start (a reload's new worker) | checks alone | memory | CPU per request | kept connections used | requests/s |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...costs.map(renderCost),
    "",
    ...renderArithmetic(small, costs.at(-1) ?? small),
  ];
}

function renderCost(cost: BalancerCost): string {
  const cells = [
    cost.nodes,
    milliseconds(cost.renderMs),
    milliseconds(cost.checkMs),
    milliseconds(cost.startMs),
    `${(cost.idleShare * 100).toFixed(1)} % of a core`,
    `${cost.residentMegabytes.toFixed(0)} MB`,
    `${cost.cpuUs.toFixed(1)} µs`,
    `${(cost.reused * 100).toFixed(0)} %`,
    `${Math.round(cost.requestsPerSecond)}${cost.failures === 0 ? "" : `, **${cost.failures} failed**`}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

/** A core is planned to two thirds: what is above waits behind TLS handshakes and bursts. */
const PLANNED_SHARE = 0.66;

function renderArithmetic(small: BalancerCost, large: BalancerCost): string[] {
  const perSecond = (cost: BalancerCost): number =>
    ((PLANNED_SHARE - cost.idleShare) * 1e6) / cost.cpuUs;
  const few = perSecond(small);
  const many = perSecond(large);
  const rates = [100, 1_000, 5_000];
  return [
    "### How many nodes one balancer carries",
    "",
    "`requests/s of one core = (0.66 - share for checks) / CPU per request`, planned to two thirds of a core, plain HTTP. `nodes = that × cores / requests/s of one node`.",
    "",
    `- ${small.nodes} nodes: (0.66 - ${small.idleShare.toFixed(3)}) / ${small.cpuUs.toFixed(1)} µs = ${Math.round(few)} requests/s a core. ${large.nodes} nodes: (0.66 - ${large.idleShare.toFixed(3)}) / ${large.cpuUs.toFixed(1)} µs = ${Math.round(many)} requests/s a core.`,
    ...rates.map(
      (rate) =>
        `- Nodes that serve ${rate} requests/s each: one core of a balancer carries ${Math.floor(Math.max(few, many) / rate)} (at most ${Math.floor(Math.min(few, many) / rate)} where it has ${large.nodes} to talk to), four cores four times as many.`,
    ),
    `- Checks: a balancer makes one a second to each node, ${large.nodes} a second for ${large.nodes} nodes; a node answers as many a second as there are balancers, whatever the number of nodes. Ten balancers are ten requests a second.`,
    "- Connections: a balancer keeps idle ones to every node, at most as many as it had requests in flight there, and needs a descriptor for each: count clients + nodes + kept connections against the limit that `gw haproxy --check` looks at. Under steady load nearly all requests find one (column above); right after a start, and where a node sees less than a request every few seconds, each opens its own.",
    "- Node lists end at 1024 nodes. Beyond, and where one balancer's processor is not enough: several balancers behind DNS, anycast or a cloud's balancer, each with the whole list or with a part of it. In the simulation leastconn stays the more even choice with four balancers too; `random(2)` is for nodes of which one seems idle because it fails fast.",
    "",
  ];
}

function range(values: readonly number[]): string {
  return `${milliseconds(Math.min(...values))} to ${milliseconds(Math.max(...values))}`;
}

function milliseconds(value: number): string {
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
}
