/**
 * The end of a piece of work that others may cause: a deadline, or a client that left.
 *
 * An `AbortSignal` costs more than the rest of a small request; one is made only when a library
 * asks for it.
 */
import type { TimerNode, TimerWheel } from "./timer-wheel.ts";

/** Go's text for a deadline that has passed, which KrakenD's clients and logs know. */
export const DEADLINE_EXCEEDED = "context deadline exceeded";
/** Go's text for work that its owner gave up: a client that left. */
export const CANCELED = "context canceled";

/** Told once, at most, with the reason. */
export interface CancellationListener {
  onCancel(reason: string): void;
}

/** Like Go's context: cancelled once, by its deadline, its parent or its owner. */
export class Cancellation implements CancellationListener, TimerNode {
  dueMs = 0;
  previous: TimerNode | null = null;
  next: TimerNode | null = null;
  readonly #parent: Cancellation | null;
  readonly #wheel: TimerWheel;
  /** Most work has one listener at a time. */
  #listener: CancellationListener | null = null;
  #others: CancellationListener[] | null = null;
  #reason: string | null = null;
  #isReleased = false;

  constructor(wheel: TimerWheel, parent: Cancellation | null) {
    this.#wheel = wheel;
    this.#parent = parent;
    parent?.listen(this);
  }

  /** `null` while the work may go on. */
  get reason(): string | null {
    return this.#reason;
  }

  /** The work is over; nothing can cancel it any more. */
  get isReleased(): boolean {
    return this.#isReleased;
  }

  /** Sets the deadline, counted from now; zero and less has passed already. */
  expireIn(timeoutMs: number): void {
    if (this.#reason !== null) return;
    if (timeoutMs <= 0) this.cancel(DEADLINE_EXCEEDED);
    else this.#wheel.schedule(this, timeoutMs);
  }

  fire(): void {
    this.cancel(DEADLINE_EXCEEDED);
  }

  onCancel(reason: string): void {
    this.cancel(reason);
  }

  cancel(reason: string): void {
    if (this.#reason !== null || this.#isReleased) return;
    this.#reason = reason;
    this.#wheel.cancel(this);
    const first = this.#listener;
    const others = this.#others;
    this.#listener = null;
    this.#others = null;
    first?.onCancel(reason);
    if (others !== null) for (const listener of others) listener.onCancel(reason);
  }

  /** The work is done: the deadline and the parent forget it. */
  release(): void {
    this.#isReleased = true;
    this.#wheel.cancel(this);
    this.#parent?.unlisten(this);
  }

  listen(listener: CancellationListener): void {
    if (this.#reason !== null) listener.onCancel(this.#reason);
    else if (this.#listener === null) this.#listener = listener;
    else if (this.#others === null) this.#others = [listener];
    else this.#others.push(listener);
  }

  unlisten(listener: CancellationListener): void {
    if (this.#listener === listener) {
      this.#listener = null;
      return;
    }
    const at = this.#others?.indexOf(listener) ?? -1;
    if (at >= 0) this.#others!.splice(at, 1);
  }
}
