import type { Balance } from "./simulated-balancer.ts";
import { type Change, type Outcome, type Setup, simulate } from "./simulation.ts";

/** A simulated run with what was done to the cluster. */
export interface Played {
  readonly what: string;
  readonly setup: Setup;
  readonly outcome: Outcome;
}

/** What is done to one node while clients ask. */
export type Failure = "kill" | "freeze" | "vanish";

const WORK_MS = 20;
const FAILURE_AT_MS = 8_000;
const LIKE_LIVE_RUNS = 20;
const STATES = { kill: "closed", freeze: "frozen", vanish: "vanished" } as const;

// A node that is replaced: it drains for its shutdown delay, starts, and is waited for until it is UP.
const DRAIN_MS = 5_000;
const START_MS = 300;
const BACK_MS = 2_700;

/** Plays every failure and a rolling upgrade at every size, with one balancer and with several. */
export function playAll(sizes: readonly number[], seed: number): Played[] {
  return sizes.flatMap((nodes) =>
    balancersFor(nodes).flatMap(({ balancers, balance }) => {
      const setup = (endMs: number): Setup => ({
        nodes,
        balancers,
        balance,
        getClients: nodes * 2,
        postClients: nodes,
        workMs: WORK_MS,
        pauseMs: 100,
        endMs,
        seed,
      });
      return plansFor(nodes).map(({ what, changes, endMs }) => ({
        what,
        setup: setup(endMs),
        outcome: simulate(setup(endMs), changes),
      }));
    }),
  );
}

/**
 * The same as the live run: three nodes, clients that ask for `/who` without pause. Played several
 * times, for how long a failure goes unseen depends on where between two checks it comes.
 */
export function playLikeLive(failure: Failure, clients: number, seed: number): Outcome[] {
  return Array.from({ length: LIKE_LIVE_RUNS }, (_, run) => {
    const atMs = FAILURE_AT_MS + (run * 1_000) / LIKE_LIVE_RUNS;
    const setup: Setup = {
      nodes: 3,
      balancers: 1,
      balance: "leastconn",
      getClients: clients,
      postClients: 0,
      workMs: WORK_MS,
      pauseMs: 0,
      endMs: atMs + 6_000,
      seed: seed + run,
    };
    return simulate(setup, [{ atMs, nodes: [0], to: STATES[failure] }]);
  });
}

function balancersFor(nodes: number): { balancers: number; balance: Balance }[] {
  const one = { balancers: 1, balance: "leastconn" } as const;
  if (nodes < 30) return [one, { balancers: 2, balance: "leastconn" }];
  return [one, { balancers: 4, balance: "leastconn" }, { balancers: 4, balance: "random" }];
}

function plansFor(nodes: number): { what: string; changes: Change[]; endMs: number }[] {
  const tenth = Array.from({ length: Math.max(1, Math.floor(nodes / 10)) }, (_, place) => place);
  const failures = [
    { what: "kill -9 of one", changes: fail("kill", [0]) },
    { what: "one frozen for 6 s", changes: [...fail("freeze", [0]), back([0])] },
    { what: "one vanishes", changes: fail("vanish", [0]) },
    { what: "one in ten vanishes", changes: fail("vanish", tenth) },
  ];
  const usable = failures.slice(0, tenth.length === 1 ? 3 : 4);
  return [
    ...usable.map((plan) => ({ ...plan, endMs: FAILURE_AT_MS + 8_000 })),
    rollingUpgrade(nodes, tenth.length),
  ];
}

function fail(failure: Failure, nodes: readonly number[]): Change[] {
  return [{ atMs: FAILURE_AT_MS, nodes, to: STATES[failure] }];
}

function back(nodes: readonly number[]): Change {
  return { atMs: FAILURE_AT_MS + 6_000, nodes, to: "serving" };
}

/** All nodes, so many at a time. */
function rollingUpgrade(nodes: number, atOnce: number) {
  const changes: Change[] = [];
  let atMs = FAILURE_AT_MS;
  for (let first = 0; first < nodes; first += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, nodes - first) }, (_, more) => first + more);
    changes.push({ atMs, nodes: some, to: "draining" });
    changes.push({ atMs: atMs + DRAIN_MS, nodes: some, to: "closed" });
    changes.push({ atMs: atMs + DRAIN_MS + START_MS, nodes: some, to: "serving" });
    atMs += DRAIN_MS + START_MS + BACK_MS;
  }
  return { what: `rolling upgrade, ${atOnce} at a time`, changes, endMs: atMs + 2_000 };
}
