import type { TransportConfig } from "../config/model.ts";
import { TimerEntry, type TimerWheel } from "../lib/timer-wheel.ts";

/** The idle connections of all upstreams of a worker, counted together. */
export interface IdleBudget {
  idle: number;
}

/** What the pool asks of a connection. */
export interface PooledConnection {
  /** When the pool got it, by the wheel's clock. */
  idleSince: number;
  close(): void;
}

/** The idle connections to one address, the most recent one on top. */
export class HostPool<Connection extends PooledConnection> {
  readonly #limits: TransportConfig;
  readonly #budget: IdleBudget;
  readonly #wheel: TimerWheel;
  readonly #sweep: TimerEntry;
  readonly #idle: Connection[] = [];

  constructor(limits: TransportConfig, budget: IdleBudget, wheel: TimerWheel) {
    this.#limits = limits;
    this.#budget = budget;
    this.#wheel = wheel;
    this.#sweep = new TimerEntry(() => this.#closeAged());
  }

  get size(): number {
    return this.#idle.length;
  }

  /** The connection that was used last, so that a pool that is too large empties by age. */
  take(): Connection | undefined {
    const connection = this.#idle.pop();
    if (connection !== undefined) this.#budget.idle--;
    return connection;
  }

  /** Keeps a connection for the next request; closes it where the limits are reached. */
  put(connection: Connection): void {
    const { maxIdleConnections, maxIdleConnectionsPerHost, isKeepAliveDisabled } = this.#limits;
    const isFull =
      isKeepAliveDisabled ||
      this.#idle.length >= maxIdleConnectionsPerHost ||
      (maxIdleConnections > 0 && this.#budget.idle >= maxIdleConnections);
    if (isFull) {
      connection.close();
      return;
    }
    connection.idleSince = this.#wheel.coarseNow();
    this.#idle.push(connection);
    this.#budget.idle++;
    if (this.#idle.length === 1) this.#scheduleSweep();
  }

  /** Forgets a connection that went away while it was idle. */
  remove(connection: Connection): void {
    const at = this.#idle.indexOf(connection);
    if (at < 0) return;
    this.#idle.splice(at, 1);
    this.#budget.idle--;
  }

  closeAll(): void {
    this.#wheel.cancel(this.#sweep);
    for (let connection = this.take(); connection !== undefined; connection = this.take()) {
      connection.close();
    }
  }

  #scheduleSweep(): void {
    const maxAgeMs = this.#limits.idleConnectionTimeoutMs;
    const oldest = this.#idle[0];
    if (maxAgeMs <= 0 || oldest === undefined) return;
    this.#wheel.schedule(this.#sweep, oldest.idleSince + maxAgeMs - this.#wheel.now());
  }

  /** The bottom of the stack is the oldest. */
  #closeAged(): void {
    const limit = this.#wheel.now() - this.#limits.idleConnectionTimeoutMs;
    let aged = 0;
    while (aged < this.#idle.length && this.#idle[aged]!.idleSince <= limit) aged++;
    for (const connection of this.#idle.splice(0, aged)) {
      this.#budget.idle--;
      connection.close();
    }
    this.#scheduleSweep();
  }
}
