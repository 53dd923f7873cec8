import { createRandom } from "../../test/http1/random.ts";
import { createEventQueue } from "./event-queue.ts";
import {
  type Balance,
  createBalancer,
  type NodeState,
  RENDERED,
  type Server,
  type SimulatedBalancer,
  type SimulatedNode,
} from "./simulated-balancer.ts";

/** A cluster under load. */
export interface Setup {
  readonly nodes: number;
  readonly balancers: number;
  readonly balance: Balance;
  readonly getClients: number;
  readonly postClients: number;
  /** A node's own time for a request: this, ± 10 %, and 5 % of all take three times as long. */
  readonly workMs: number;
  /** A client's pause between an answer and its next request. */
  readonly pauseMs: number;
  readonly endMs: number;
  readonly seed: number;
}

/** Something happens to some nodes. */
export interface Change {
  readonly atMs: number;
  readonly nodes: readonly number[];
  readonly to: NodeState;
}

/** What a run came to. */
export interface Outcome {
  readonly gets: number;
  readonly failedGets: number;
  readonly posts: number;
  readonly failedPosts: number;
  readonly retries: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  /** From the first change until every balancer had all the nodes of that change out; `null`: never. */
  readonly outAfterMs: number | null;
  /** Requests of the busiest and the idlest node that nothing happened to, over their mean. */
  readonly busiest: number;
  readonly idlest: number;
  /** Health checks all balancers made, per second. */
  readonly checksPerSecond: number;
}

/** Plays a cluster: equal setup, changes and seed, equal outcome. */
export function simulate(setup: Setup, changes: readonly Change[]): Outcome {
  const random = createRandom(setup.seed);
  const queue = createEventQueue();
  const nodes = Array.from(
    { length: setup.nodes },
    (): SimulatedNode => ({ state: "serving", served: 0, breakOff: new Set(), held: [] }),
  );
  const balancers = Array.from({ length: setup.balancers }, () =>
    createBalancer(nodes, { queue, random, balance: setup.balance }),
  );
  const latencies: number[] = [];
  const counts = { gets: 0, failedGets: 0, posts: 0, failedPosts: 0, retries: 0 };

  const workTime = (): number => {
    const usual = setup.workMs * (0.9 + random.below(200) / 1_000);
    return random.oneIn(20) ? 3 * usual : usual;
  };

  const request = (balancer: SimulatedBalancer, isSafe: boolean, done: () => void): void => {
    const beganMs = queue.nowMs;
    const finish = (isAnswered: boolean): void => {
      if (isSafe) counts.gets += 1;
      else counts.posts += 1;
      if (isAnswered) latencies.push(queue.nowMs - beganMs);
      else if (isSafe) counts.failedGets += 1;
      else counts.failedPosts += 1;
      done();
    };
    const attempt = (left: number, avoided: Server | undefined): void => {
      const server = balancer.pick(avoided);
      if (server === undefined) {
        finish(false);
        return;
      }
      const again = (): void => {
        if (left === 0) {
          finish(false);
          return;
        }
        counts.retries += 1;
        attempt(left - 1, server);
      };
      send(balancer, server, {
        answered: () => finish(true),
        notConnected: again,
        // The node may have acted on it: only a safe request is asked again.
        unanswered: () => (isSafe ? again() : finish(false)),
      });
    };
    attempt(RENDERED.retries, undefined);
  };

  const send = (balancer: SimulatedBalancer, server: Server, then: Endings): void => {
    const { node } = server;
    const isNew = server.idle === 0;
    if (!isNew) server.idle -= 1;
    server.active += 1;
    let isOver = false;
    const end = (how: () => void): void => {
      if (isOver) return;
      isOver = true;
      server.active -= 1;
      node.breakOff.delete(breakOff);
      how();
    };
    const breakOff = (): void =>
      end(() => {
        balancer.noteError(server);
        then.unanswered();
      });
    const answer = (): void =>
      end(() => {
        // A draining node closes each connection with its answer.
        if (node.state === "serving") server.idle += 1;
        node.served += 1;
        balancer.noteSuccess(server);
        then.answered();
      });

    const { state } = node;
    if (state === "closed" || (state === "vanished" && isNew)) {
      const afterMs = state === "closed" ? 0.2 : RENDERED.timeoutConnect;
      queue.add(queue.nowMs + afterMs, () =>
        end(() => {
          balancer.noteError(server);
          then.notConnected();
        }),
      );
      return;
    }
    node.breakOff.add(breakOff);
    queue.add(queue.nowMs + RENDERED.timeoutServer, () => end(() => then.unanswered()));
    queue.add(queue.nowMs + workTime(), () => {
      if (node.state === "frozen") node.held.push(answer);
      else if (node.state !== "vanished") answer();
    });
  };

  const ask = (client: number, isSafe: boolean): void => {
    const balancer = balancers[client % balancers.length]!;
    const loop = (): void =>
      request(balancer, isSafe, () => {
        const pauseMs = setup.pauseMs * (0.5 + random.below(1_000) / 1_000);
        // Not even a client on the same machine asks again in no time.
        queue.add(queue.nowMs + 0.3 + pauseMs, loop);
      });
    queue.add(random.below(1_000) * (setup.workMs + setup.pauseMs) * 0.001, loop);
  };
  for (let client = 0; client < setup.getClients; client += 1) ask(client, true);
  for (let client = 0; client < setup.postClients; client += 1) ask(client, false);

  for (const change of changes) {
    queue.add(change.atMs, () => {
      for (const place of change.nodes) changeNode(nodes[place]!, change.to);
    });
  }
  const outAfterMs = watchFirst(changes[0]);
  queue.runUntil(setup.endMs);

  const touched = new Set(changes.flatMap((change) => change.nodes));
  const untouched = nodes.filter((_, place) => !touched.has(place));
  const compared = (untouched.length > 0 ? untouched : nodes).map((node) => node.served);
  const mean = compared.reduce((total, one) => total + one, 0) / compared.length;
  latencies.sort((one, other) => one - other);
  return {
    ...counts,
    p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
    worstMs: latencies.at(-1) ?? 0,
    outAfterMs: outAfterMs(),
    busiest: Math.max(...compared) / mean,
    idlest: Math.min(...compared) / mean,
    checksPerSecond:
      balancers.reduce((total, { checks }) => total + checks, 0) / (setup.endMs / 1_000),
  };

  function watchFirst(first: Change | undefined): () => number | null {
    let outMs: number | null = null;
    if (first === undefined) return () => null;
    const look = (): void => {
      const isOut = balancers.every(({ servers }) =>
        first.nodes.every((place) => servers[place]?.isUp === false),
      );
      if (isOut) outMs = queue.nowMs - first.atMs;
      else queue.add(queue.nowMs + 10, look);
    };
    queue.add(first.atMs, look);
    return () => outMs;
  }
}

interface Endings {
  readonly answered: () => void;
  /** Nothing was sent: any request may be asked of another node. */
  readonly notConnected: () => void;
  readonly unanswered: () => void;
}

function changeNode(node: SimulatedNode, to: NodeState): void {
  const wasFrozen = node.state === "frozen";
  // A node that drained has nothing in flight when it closes; one that is killed breaks off.
  const isKilled = to === "closed" && node.state !== "draining";
  node.state = to;
  if (isKilled) for (const breakOff of [...node.breakOff]) breakOff();
  if (wasFrozen && to === "serving") for (const answer of node.held.splice(0)) answer();
}
