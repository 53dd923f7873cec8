import type { Random } from "../../test/http1/random.ts";
import type { EventQueue } from "./event-queue.ts";

/** What `gw haproxy` writes, in ms. */
export const RENDERED = {
  inter: 1_000,
  fastinter: 250,
  downinter: 1_000,
  fall: 2,
  rise: 2,
  slowstart: 5_000,
  spread: 0.05,
  errorLimit: 5,
  retries: 3,
  timeoutConnect: 1_000,
  timeoutCheck: 1_000,
  timeoutServer: 3_000,
} as const;

/** How a node behaves towards anybody who asks. */
export type NodeState = "serving" | "draining" | "closed" | "frozen" | "vanished";

/** A node as it is. */
export interface SimulatedNode {
  state: NodeState;
  served: number;
  /** Told when requests in flight break off at once, as with a killed process. */
  breakOff: Set<() => void>;
  /** Answers held back by a freeze. */
  held: (() => void)[];
}

/** A node as one balancer sees it. */
export interface Server {
  readonly node: SimulatedNode;
  isUp: boolean;
  active: number;
  idle: number;
  /** Checks in a row against what the balancer believes. */
  against: number;
  errors: number;
  upSinceMs: number;
  /** The number of the check that counts, and when it is due. */
  check: number;
  checkAtMs: number;
}

/** How a balancer picks. */
export type Balance = "leastconn" | "random";

/** One balancer's view of all nodes: health checks of its own, errors of its own, loads of its own. */
export interface SimulatedBalancer {
  readonly servers: readonly Server[];
  checks: number;
  pick(avoided: Server | undefined): Server | undefined;
  /** A connection could not be made, or broke: `observe layer4`. */
  noteError(server: Server): void;
  noteSuccess(server: Server): void;
}

/** Starts a balancer that believes all nodes up, as HAProxy does. */
export function createBalancer(
  nodes: readonly SimulatedNode[],
  options: { readonly queue: EventQueue; readonly random: Random; readonly balance: Balance },
): SimulatedBalancer {
  const { queue, random, balance } = options;
  const servers = nodes.map((node): Server => {
    const longAgo = -RENDERED.slowstart;
    const counts = { active: 0, idle: 0, against: 0, errors: 0, check: 0, checkAtMs: 0 };
    return { node, isUp: true, upSinceMs: longAgo, ...counts };
  });
  let cursor = 0;

  const fraction = (): number => random.below(1_000_000) / 1_000_000;

  const scheduleCheck = (server: Server, afterMs: number): void => {
    server.check += 1;
    server.checkAtMs = queue.nowMs + afterMs;
    const mine = server.check;
    queue.add(queue.nowMs + afterMs, () => {
      // A check that was brought forward replaces the one that was due.
      if (server.check === mine) runCheck(server);
    });
  };
  const nextInterval = (server: Server): number => {
    const isChanging = server.against > 0;
    const plain = server.isUp ? RENDERED.inter : RENDERED.downinter;
    const interval = isChanging ? RENDERED.fastinter : plain;
    return interval * (1 + RENDERED.spread * (fraction() - 0.5));
  };
  const runCheck = (server: Server): void => {
    balancer.checks += 1;
    const { state } = server.node;
    const isSilent = state === "frozen" || state === "vanished";
    const takesMs = isSilent ? RENDERED.timeoutCheck : 1;
    const mine = server.check;
    queue.add(queue.nowMs + takesMs, () => {
      if (server.check !== mine) return;
      judge(server, state === "serving");
      scheduleCheck(server, nextInterval(server));
    });
  };
  const judge = (server: Server, isHealthy: boolean): void => {
    if (isHealthy === server.isUp) {
      server.against = 0;
      return;
    }
    server.against += 1;
    if (server.against < (server.isUp ? RENDERED.fall : RENDERED.rise)) return;
    server.isUp = isHealthy;
    server.against = 0;
    server.errors = 0;
    server.idle = 0;
    if (isHealthy) server.upSinceMs = queue.nowMs;
  };
  const weigh = (server: Server): number => {
    const share = (queue.nowMs - server.upSinceMs) / RENDERED.slowstart;
    return share >= 1 ? 1 : Math.max(0.01, share);
  };
  const load = (server: Server): number => (server.active + 1) / weigh(server);
  const isUsable = (server: Server, avoided: Server | undefined): boolean =>
    server.isUp && server !== avoided;

  const pickLeast = (avoided: Server | undefined): Server | undefined => {
    let best: Server | undefined;
    let bestLoad = Number.POSITIVE_INFINITY;
    let bestPlace = cursor;
    for (let step = 1; step <= servers.length; step += 1) {
      const place = (cursor + step) % servers.length;
      const server = servers[place]!;
      if (!isUsable(server, avoided)) continue;
      const one = load(server);
      if (one >= bestLoad) continue;
      best = server;
      bestLoad = one;
      bestPlace = place;
      // Nobody can have less than nothing.
      if (one === 1) break;
    }
    cursor = bestPlace;
    return best;
  };
  const pickRandom = (avoided: Server | undefined): Server | undefined => {
    const draw = (): Server | undefined => {
      for (let attempt = 0; attempt < 20; attempt += 1) {
        const server = servers[random.below(servers.length)]!;
        if (isUsable(server, avoided) && fraction() < weigh(server)) return server;
      }
      return pickLeast(avoided);
    };
    const one = draw();
    const other = draw();
    if (one === undefined || other === undefined) return one;
    return load(one) <= load(other) ? one : other;
  };

  const balancer: SimulatedBalancer = {
    servers,
    checks: 0,
    // Where there is no other node, the same is asked again.
    pick: (avoided) => {
      const pick = balance === "leastconn" ? pickLeast : pickRandom;
      return pick(avoided) ?? pick(undefined);
    },
    noteError(server) {
      server.errors += 1;
      if (server.errors < RENDERED.errorLimit || !server.isUp) return;
      // sudden-death: one failure from down. That is the next check, or as many errors again.
      server.errors = 0;
      if (server.against >= RENDERED.fall - 1) {
        judge(server, false);
        return;
      }
      server.against = RENDERED.fall - 1;
      if (server.checkAtMs > queue.nowMs + RENDERED.fastinter) {
        scheduleCheck(server, RENDERED.fastinter);
      }
    },
    noteSuccess(server) {
      server.errors = 0;
    },
  };
  // HAProxy spreads the first checks over the interval.
  servers.forEach((server, place) => {
    scheduleCheck(server, (RENDERED.inter * place) / servers.length);
  });
  return balancer;
}
