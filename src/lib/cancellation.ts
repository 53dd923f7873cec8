/**
 * The end of a piece of work that others may cause: a deadline, or a client that left.
 *
 * An `AbortSignal` costs more than the rest of a small request; one is made only when a library
 * asks for it.
 */
import { TimerEntry, type TimerWheel } from "./timer-wheel.ts";

/** Go's text for a deadline that has passed, which KrakenD's clients and logs know. */
export const DEADLINE_EXCEEDED = "context deadline exceeded";
/** Go's text for work that its owner gave up: a client that left. */
export const CANCELED = "context canceled";

/** Told once, at most, with the reason. */
export interface CancellationListener {
  onCancel(reason: string): void;
}

/** Like Go's context: cancelled once, by its deadline, its parent or its owner. */
export class Cancellation implements CancellationListener {
  readonly #parent: Cancellation | null;
  readonly #wheel: TimerWheel;
  readonly #deadline: TimerEntry;
  #listeners: CancellationListener[] = [];
  #reason: string | null = null;
  #isReleased = false;

  /** `timeoutMs` counts from now; `null` sets no deadline, zero and less is expired at once. */
  constructor(wheel: TimerWheel, parent: Cancellation | null, timeoutMs: number | null) {
    this.#wheel = wheel;
    this.#parent = parent;
    this.#deadline = new TimerEntry(() => this.cancel(DEADLINE_EXCEEDED));
    if (parent !== null) {
      if (parent.#reason !== null) this.#reason = parent.#reason;
      else parent.#listeners.push(this);
    }
    if (timeoutMs === null || this.#reason !== null) return;
    if (timeoutMs <= 0) this.cancel(DEADLINE_EXCEEDED);
    else wheel.schedule(this.#deadline, timeoutMs);
  }

  /** `null` while the work may go on. */
  get reason(): string | null {
    return this.#reason;
  }

  onCancel(reason: string): void {
    this.cancel(reason);
  }

  cancel(reason: string): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#wheel.cancel(this.#deadline);
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener.onCancel(reason);
  }

  get isReleased(): boolean {
    return this.#isReleased;
  }

  /** The work is done: the deadline and the parent forget it. */
  release(): void {
    this.#isReleased = true;
    this.#wheel.cancel(this.#deadline);
    this.#parent?.unlisten(this);
  }

  listen(listener: CancellationListener): void {
    if (this.#reason === null) this.#listeners.push(listener);
    else listener.onCancel(this.#reason);
  }

  unlisten(listener: CancellationListener): void {
    const at = this.#listeners.indexOf(listener);
    if (at >= 0) this.#listeners.splice(at, 1);
  }
}
