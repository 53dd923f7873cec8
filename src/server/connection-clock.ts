import type { ListenerConfig } from "../config/model.ts";
import { TICK_MS, TimerEntry, type TimerWheel } from "../lib/timer-wheel.ts";
import { BodyRate } from "./body-rate.ts";

/** How long a client may take to notice that the connection ends. */
const LINGER_MS = 2_000;

/** What happens when a time is over. */
export interface ClockEvents {
  bodyIsTooSlow(now: number): boolean;
  bodyIsLate(): void;
  /** The present request took longer than an answer may. */
  writingIsLate(): void;
  /** A head did not come in time, or no request came at all. */
  isOver(): void;
  /** False: the client is still reading and gets more time. */
  lingeredEnough(): boolean;
}

/**
 * The times of one connection: one timer entry, moved only to earlier times. When it fires too
 * early it is set anew, so that a request on a busy connection costs no more than a few assignments.
 */
export class ConnectionClock {
  readonly #wheel: TimerWheel;
  readonly #limits: ListenerConfig;
  readonly #events: ClockEvents;
  readonly #entry: TimerEntry;
  #phase: "head" | "idle" | "busy" | "body" | "ending" = "head";
  #since: number;

  constructor(wheel: TimerWheel, limits: ListenerConfig, events: ClockEvents) {
    this.#wheel = wheel;
    this.#limits = limits;
    this.#events = events;
    this.#entry = new TimerEntry(() => this.#check());
    this.#since = wheel.now();
    this.#arm();
  }

  get isEnding(): boolean {
    return this.#phase === "ending";
  }

  /** The first bytes of a head came. The time of a connection's first head runs from its opening. */
  headBegan(): void {
    if (this.#phase === "idle") this.#enter("head");
  }

  requestBegan(hasBody: boolean): void {
    if (this.#phase !== "head") this.#since = this.#wheel.coarseNow();
    this.#phase = hasBody ? "body" : "busy";
    if (hasBody || this.#limits.writeTimeoutMs > 0) this.#arm();
  }

  bodyEnded(): void {
    if (this.#phase !== "body") return;
    this.#phase = "busy";
    this.#arm();
  }

  /** For the next request. */
  waits(): void {
    this.#enter("idle");
  }

  ends(): void {
    this.#enter("ending");
  }

  stop(): void {
    this.#phase = "ending";
    this.#wheel.cancel(this.#entry);
  }

  /** The present request took longer than an answer may. */
  isWriteLate(): boolean {
    const { writeTimeoutMs } = this.#limits;
    return writeTimeoutMs > 0 && this.#wheel.now() - this.#since > writeTimeoutMs;
  }

  #enter(phase: "head" | "idle" | "ending"): void {
    this.#phase = phase;
    this.#since = this.#wheel.coarseNow();
    this.#arm();
  }

  #arm(): void {
    const limitMs = this.#limitMs();
    // The time of the beginning may be a tick too early: that much is given back.
    if (limitMs !== Infinity) {
      this.#wheel.scheduleNoLaterThan(this.#entry, this.#since + limitMs + TICK_MS);
    }
  }

  /** How long the present phase may last before somebody looks at it. */
  #limitMs(): number {
    const { readHeaderTimeoutMs, readTimeoutMs, writeTimeoutMs, idleTimeoutMs } = this.#limits;
    const readMs = readTimeoutMs > 0 ? readTimeoutMs : Infinity;
    switch (this.#phase) {
      case "head":
        return Math.min(readHeaderTimeoutMs, readMs);
      case "idle":
        return idleTimeoutMs;
      case "body":
        return Math.min(readMs, this.#wheel.now() - this.#since + BodyRate.checkMs);
      case "ending":
        return LINGER_MS;
      case "busy":
        return writeTimeoutMs > 0 ? writeTimeoutMs : Infinity;
    }
  }

  #check(): void {
    const now = this.#wheel.now();
    if (this.#phase === "body") {
      const { readTimeoutMs } = this.#limits;
      const isLate = readTimeoutMs > 0 && now - this.#since >= readTimeoutMs + TICK_MS;
      if (isLate || this.#events.bodyIsTooSlow(now)) this.#events.bodyIsLate();
      else this.#arm();
      return;
    }
    if (now - this.#since < this.#limitMs() + TICK_MS) {
      this.#arm();
      return;
    }
    if (this.#phase === "busy") {
      this.#events.writingIsLate();
      return;
    }
    if (this.#phase !== "ending") {
      this.#events.isOver();
      return;
    }
    if (this.#events.lingeredEnough()) return;
    this.#since = now;
    this.#arm();
  }
}
