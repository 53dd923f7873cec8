/** What the wheel needs of the runtime's timers. */
export interface TickSource {
  /** Calls `tick` about every `periodMs` until the returned function is called. */
  every(periodMs: number, tick: () => void): () => void;
}

/** How often the wheel looks for entries that are due; also how late one may fire. */
export const TICK_MS = 50;

/** A tick that comes so long after the one before says that the process stood still: suspended, or kept busy. */
const STANDSTILL_MS = 3 * TICK_MS;

/** One turn of the wheel is 25.6 s; a later deadline stays in its slot for more turns. */
const SLOT_COUNT = 512;

/** What the wheel keeps of a deadline; an object that has one deadline can be its own entry. */
export interface TimerNode {
  /** Of the wheel's clock; meaningful while scheduled. */
  dueMs: number;
  /** Neighbours in the list of a slot; `null` while not scheduled. Only the wheel changes them. */
  previous: TimerNode | null;
  next: TimerNode | null;
  /** Called by the wheel, once for each `schedule` that was not cancelled. */
  fire(): void;
}

/**
 * A deadline that can be set, moved and dropped any number of times without allocation.
 * Whoever has deadlines keeps one entry for each and arms it through the wheel.
 */
export class TimerEntry implements TimerNode {
  readonly #fire: () => void;
  dueMs = 0;
  previous: TimerNode | null = null;
  next: TimerNode | null = null;

  constructor(fire: () => void) {
    this.#fire = fire;
  }

  get isScheduled(): boolean {
    return this.next !== null;
  }

  fire(): void {
    this.#fire();
  }
}

/**
 * All deadlines of one worker behind a single interval of 50 ms, since a timer of the runtime for
 * each of several per request would cost more than a small request does.
 *
 * An entry never fires early and at most one tick late, or two after the process stood still. The
 * interval runs only while something is scheduled, and for one tick more.
 */
export class TimerWheel {
  readonly #nowMs: () => number;
  readonly #ticks: TickSource;
  readonly #slots: TimerNode[] = Array.from({ length: SLOT_COUNT }, createListHead);
  /** Due entries on their way out; one that an earlier one cancels or re-arms leaves this list. */
  readonly #due = createListHead();
  /** Number of the first slot, counted since time 0, that may hold due entries. */
  #cursor = 0;
  #count = 0;
  #lastTickMs = 0;
  /** The last tick fired nothing: it came after a standstill. */
  #hasWaited = false;
  #stop: (() => void) | null = null;

  /** `nowMs` must not run backwards. */
  constructor(nowMs: () => number, ticks: TickSource) {
    this.#nowMs = nowMs;
    this.#ticks = ticks;
  }

  /** Arms the entry to fire in `delayMs`, at once on the next tick when that is 0 or less; an armed one is moved. */
  schedule(entry: TimerNode, delayMs: number): void {
    const nowMs = this.#nowMs();
    if (this.#stop === null) this.#start(nowMs);
    if (isScheduled(entry)) unlink(entry);
    else this.#count++;
    entry.dueMs = nowMs + Math.max(delayMs, 0);
    link(this.#slots[slotNumber(entry.dueMs) % SLOT_COUNT]!, entry);
  }

  /** The wheel's clock, in milliseconds. */
  now(): number {
    return this.#nowMs();
  }

  /** The clock as of the last tick: up to a tick old, and free. For times of which that much may be missed. */
  coarseNow(): number {
    return this.#stop === null ? this.#nowMs() : this.#lastTickMs;
  }

  /** Arms the entry to fire by then, unless it fires earlier anyway: cheap for limits that mostly move away. */
  scheduleNoLaterThan(entry: TimerNode, dueMs: number): void {
    if (isScheduled(entry) && entry.dueMs <= dueMs) return;
    this.schedule(entry, dueMs - this.#nowMs());
  }

  /** Does nothing when the entry is not scheduled. */
  cancel(entry: TimerNode): void {
    if (!isScheduled(entry)) return;

    unlink(entry);
    this.#count--;
  }

  #start(nowMs: number): void {
    this.#lastTickMs = nowMs;
    this.#cursor = slotNumber(nowMs);
    this.#stop = this.#ticks.every(TICK_MS, () => this.#tick());
  }

  #tick(): void {
    const nowMs = this.#nowMs();
    const stoodStill = nowMs - this.#lastTickMs > STANDSTILL_MS;
    this.#lastTickMs = nowMs;
    // The event loop runs timers before it reads sockets: what came in time may lie there still. Once
    // only, so that a process whose every tick is late has deadlines too.
    this.#hasWaited = stoodStill && !this.#hasWaited;
    if (this.#hasWaited) return;

    this.#collectDue(nowMs);
    this.#fireDue();
    if (this.#count > 0) return;

    this.#stop?.();
    this.#stop = null;
  }

  /** First all, then fire: what re-arms itself with no delay waits for the next tick. */
  #collectDue(nowMs: number): void {
    const last = slotNumber(nowMs);
    // After a pause of the process one turn visits every slot.
    const first = Math.max(this.#cursor, last - SLOT_COUNT + 1);
    for (let number = first; number <= last; number++) {
      this.#collectSlot(this.#slots[number % SLOT_COUNT]!, nowMs);
    }
    // The last slot is not over yet; the next tick visits it again.
    this.#cursor = last;
  }

  #collectSlot(head: TimerNode, nowMs: number): void {
    let entry = head.next!;
    while (entry !== head) {
      const following = entry.next!;
      if (entry.dueMs <= nowMs) {
        unlink(entry);
        link(this.#due, entry);
      }
      entry = following;
    }
  }

  /** One that throws leaves the others in the list; the next tick goes on with them. */
  #fireDue(): void {
    while (this.#due.next !== this.#due) {
      const entry = this.#due.next!;
      unlink(entry);
      this.#count--;
      entry.fire();
    }
  }
}

/** A wheel on the runtime's own clock and interval, which does not keep the process alive. */
export function startTimerWheel(): TimerWheel {
  return new TimerWheel(() => performance.now(), {
    every(periodMs, tick) {
      const interval = setInterval(tick, periodMs);
      interval.unref?.();
      return () => clearInterval(interval);
    },
  });
}

function slotNumber(timeMs: number): number {
  return Math.floor(timeMs / TICK_MS);
}

/** Lists are circular through a head, so that no end is a special case. */
function createListHead(): TimerNode {
  const head = new TimerEntry(() => {});
  head.previous = head;
  head.next = head;
  return head;
}

function isScheduled(entry: TimerNode): boolean {
  return entry.next !== null;
}

function link(head: TimerNode, entry: TimerNode): void {
  const last = head.previous!;
  entry.previous = last;
  entry.next = head;
  last.next = entry;
  head.previous = entry;
}

function unlink(entry: TimerNode): void {
  entry.previous!.next = entry.next;
  entry.next!.previous = entry.previous;
  entry.previous = null;
  entry.next = null;
}
