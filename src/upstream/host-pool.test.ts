import { describe, expect, test } from "bun:test";
import { loadValid } from "../config/fixture.ts";
import type { TransportConfig } from "../config/model.ts";
import { createManualWheel } from "../lib/manual-wheel.fixture.ts";
import { TICK_MS } from "../lib/timer-wheel.ts";
import { HostPool, type IdleBudget, type PooledConnection } from "./host-pool.ts";

class Connection implements PooledConnection {
  readonly name: string;
  idleSince = 0;
  isClosed = false;

  constructor(name: string) {
    this.name = name;
  }

  close(): void {
    this.isClosed = true;
  }
}

function createPool(limits: Partial<TransportConfig> = {}, budget: IdleBudget = { idle: 0 }) {
  const { wheel, state, advance } = createManualWheel();
  const transport: TransportConfig = {
    ...loadValid({}).transport,
    maxIdleConnections: 0,
    maxIdleConnectionsPerHost: 10,
    idleConnectionTimeoutMs: 0,
    isKeepAliveDisabled: false,
    ...limits,
  };
  return { pool: new HostPool<Connection>(transport, budget, wheel), budget, state, advance };
}

/** Puts new connections of these names into the pool. */
function fill(pool: HostPool<Connection>, ...names: string[]): Connection[] {
  const connections = names.map((name) => new Connection(name));
  for (const connection of connections) pool.put(connection);
  return connections;
}

const closedNames = (connections: readonly Connection[]) =>
  connections.filter(({ isClosed }) => isClosed).map(({ name }) => name);

test("gives the connection that was used last, each once", () => {
  const { pool, budget } = createPool();
  fill(pool, "a", "b");

  const taken = [pool.take()?.name, pool.take()?.name, pool.take()?.name];

  expect(taken).toEqual(["b", "a", undefined]);
  expect(budget.idle).toBe(0);
});

describe("closes a connection instead of keeping it", () => {
  test("when its host has as many as it may", () => {
    const { pool, budget } = createPool({ maxIdleConnectionsPerHost: 1 });

    const connections = fill(pool, "a", "b");

    expect(closedNames(connections)).toEqual(["b"]);
    expect([pool.size, budget.idle]).toEqual([1, 1]);
  });

  test("when all hosts together have as many as they may", () => {
    const budget = { idle: 0 };
    const { pool } = createPool({ maxIdleConnections: 2 }, budget);
    const { pool: other } = createPool({ maxIdleConnections: 2 }, budget);

    const connections = [...fill(pool, "a"), ...fill(other, "b"), ...fill(pool, "c")];

    expect(closedNames(connections)).toEqual(["c"]);
    expect(budget.idle).toBe(2);
  });

  test("when connections are not to be kept at all", () => {
    const { pool } = createPool({ isKeepAliveDisabled: true });

    expect(closedNames(fill(pool, "a"))).toEqual(["a"]);
    expect(pool.size).toBe(0);
  });
});

describe("idle connections", () => {
  test("are closed when they are too old, the younger ones later", () => {
    const { pool, budget, advance } = createPool({ idleConnectionTimeoutMs: 1000 });
    const [a] = fill(pool, "a");
    advance(500);
    const [b] = fill(pool, "b");

    advance(400);
    const early = [a!.isClosed, b!.isClosed];
    advance(100 + TICK_MS);
    const first = [a!.isClosed, b!.isClosed];
    advance(500);
    const second = [a!.isClosed, b!.isClosed];

    expect([early, first, second]).toEqual([
      [false, false],
      [true, false],
      [true, true],
    ]);
    expect([pool.size, budget.idle]).toEqual([0, 0]);
  });

  test("have their full time again after each use", () => {
    const { pool, advance } = createPool({ idleConnectionTimeoutMs: 1000 });
    const [a] = fill(pool, "a");

    advance(800);
    pool.put(pool.take()!);
    advance(800);

    expect(a!.isClosed).toBe(false);
  });

  test("live for ever where no time is set, and no timer runs for them", () => {
    const { pool, state } = createPool();

    fill(pool, "a");

    expect(state.starts).toBe(0);
  });

  test("that went away are forgotten, once", () => {
    const { pool, budget } = createPool();
    const [a] = fill(pool, "a", "b");

    pool.remove(a!);
    pool.remove(a!);

    expect([pool.size, budget.idle]).toEqual([1, 1]);
    expect(pool.take()?.name).toBe("b");
  });

  test("are closed all at once at the end", () => {
    const { pool, budget, state, advance } = createPool({ idleConnectionTimeoutMs: 1000 });
    const connections = fill(pool, "a", "b");

    pool.closeAll();
    advance(TICK_MS);

    expect(closedNames(connections)).toEqual(["a", "b"]);
    expect([pool.size, budget.idle]).toEqual([0, 0]);
    expect(state.tick).toBeNull();
  });
});
