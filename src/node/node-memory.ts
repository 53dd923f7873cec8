import { SharedMemory, type SharedMemoryPlan } from "../lib/shared-memory.ts";

/** What a node is doing; it only ever goes on to a later state. */
export type NodeState = "starting" | "ready" | "draining" | "closed";

const STATES: readonly NodeState[] = ["starting", "ready", "draining", "closed"];

/** What all threads of a node see at once: its state, and of each worker a sign of life and the number of its requests. */
export class NodeMemory {
  readonly #memory: SharedMemory;
  readonly #state: Int32Array<SharedArrayBuffer>;
  readonly #heartbeats: Int32Array<SharedArrayBuffer>;
  readonly #inFlight: Int32Array<SharedArrayBuffer>;

  constructor(plan: SharedMemoryPlan) {
    this.#memory = new SharedMemory(plan);
    this.#state = this.#memory.section("node state");
    this.#heartbeats = this.#memory.section("worker heartbeats");
    this.#inFlight = this.#memory.section("worker requests in flight");
  }

  static create(workers: number): NodeMemory {
    const sizes = {
      "node state": 1,
      "worker heartbeats": workers,
      "worker requests in flight": workers,
    };
    return new NodeMemory(SharedMemory.create(sizes).plan);
  }

  /** For the threads: a `NodeMemory` made of it sees the same. */
  get plan(): SharedMemoryPlan {
    return this.#memory.plan;
  }

  enter(state: NodeState): void {
    Atomics.store(this.#state, 0, STATES.indexOf(state));
  }

  /** Every answer is the last one of its connection, and health says so. */
  readonly isDraining = (): boolean => Atomics.load(this.#state, 0) >= DRAINING;

  /** A worker's sign of life. */
  beat(worker: number, requestsInFlight: number): void {
    Atomics.store(this.#inFlight, worker, requestsInFlight);
    Atomics.add(this.#heartbeats, worker, 1);
  }

  /** Changes with every sign of life; wraps around. */
  heartbeatOf(worker: number): number {
    return Atomics.load(this.#heartbeats, worker);
  }

  /** As of the worker's last sign of life. */
  inFlightOf(worker: number): number {
    return Atomics.load(this.#inFlight, worker);
  }
}

const DRAINING = STATES.indexOf("draining");
