import { toTimerMs } from "../lib/timer-limit.ts";
import type { Logger } from "../logging/logger.ts";
import type { WorkerThread, WorkerThreadEvents } from "../platform/workers.ts";
import type { NodeMemory } from "./node-memory.ts";
import type { SystemFailure } from "./system-failure.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";

/** What the supervisor tolerates. */
export interface SupervisorLimits {
  /** How often it looks for signs of life. */
  readonly checkMs: number;
  /** A worker without one for so many looks in a row hangs: counted, not timed, so that a suspended process is no reason. */
  readonly silentChecks: number;
  /** The same for a worker that never becomes ready. */
  readonly startingChecks: number;
  /** So many crashes within the window, or in a row without a worker that became ready, are a loop. */
  readonly crashes: number;
  readonly crashWindowMs: number;
  /** How long after the time to stop a worker may take to say so. */
  readonly stopGraceMs: number;
}

/** Five seconds without a sign of life, ten to become ready, three crashes in ten. */
export const SUPERVISOR_LIMITS: SupervisorLimits = {
  checkMs: 500,
  silentChecks: 10,
  startingChecks: 20,
  crashes: 3,
  crashWindowMs: 10_000,
  stopGraceMs: 1_000,
};

/** What the supervisor is made of. */
export interface SupervisorOptions {
  readonly workers: number;
  /** Starts a worker that speaks the messages of `worker-messages.ts`. */
  readonly start: (worker: number, events: WorkerThreadEvents) => WorkerThread;
  readonly memory: NodeMemory;
  readonly log: Logger;
  /** Whole lines for the log. */
  readonly onLines: (lines: string) => void;
  /** Called once, when all workers are prepared and are told to open their port. */
  readonly onOpening: () => void;
  readonly limits?: SupervisorLimits;
  /** Milliseconds of a clock that never jumps back. */
  readonly now?: () => number;
}

/** Why a node cannot serve. */
export type NodeFailure =
  | { readonly kind: "system"; readonly failure: SystemFailure }
  /** Workers crash as fast as they are replaced. */
  | { readonly kind: "crash-loop"; readonly lastError: string };

interface Slot {
  readonly worker: number;
  thread: WorkerThread;
  isPrepared: boolean;
  isReady: boolean;
  heartbeat: number;
  /** Looks since the last sign of life; of a worker that is not ready yet, since it was started. */
  checks: number;
  lastError: string;
  /** It served and then gave no more sign of life. */
  isHung: boolean;
  hasEnded: boolean;
  /** Set while the node stops; called with the number of cut requests, once. */
  stopped: ((cut: number) => void) | null;
}

/** Starts the workers of a node, replaces one that dies or hangs, and ends them together. */
export class Supervisor {
  /** The port, once every worker listens; or why the node cannot start. */
  readonly started: Promise<number | NodeFailure>;
  /** Resolves when a node that has started cannot go on. */
  readonly failed: Promise<NodeFailure>;
  readonly #options: SupervisorOptions;
  readonly #limits: SupervisorLimits;
  readonly #now: () => number;
  readonly #slots: Slot[] = [];
  readonly #timer: ReturnType<typeof setInterval>;
  #crashTimes: number[] = [];
  #crashesInARow = 0;
  #isOpen = false;
  #hasStarted = false;
  #isEnding = false;
  #onStarted: (result: number | NodeFailure) => void = () => {};
  #onFailed: (failure: NodeFailure) => void = () => {};

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#limits = options.limits ?? SUPERVISOR_LIMITS;
    this.#now = options.now ?? (() => performance.now());
    this.started = new Promise((resolve) => {
      this.#onStarted = resolve;
    });
    this.failed = new Promise((resolve) => {
      this.#onFailed = resolve;
    });
    for (let worker = 0; worker < options.workers; worker++) this.#fill(worker);
    this.#timer = setInterval(() => this.#check(), this.#limits.checkMs);
  }

  /** Ends every worker; a worker that does not answer in time is cut, with what it had in flight. */
  async stop(waitMs: number): Promise<{ readonly cut: number }> {
    this.#isEnding = true;
    // The looks for signs of life go on: a worker that hangs is not waited for to the end.
    const cuts = await Promise.all(this.#slots.map((slot) => this.#stopWorker(slot, waitMs)));
    clearInterval(this.#timer);
    return { cut: cuts.reduce((sum, cut) => sum + cut, 0) };
  }

  /** Tells every worker that lives. */
  tellAll(message: ToWorker): void {
    for (const { thread, hasEnded } of this.#slots) if (!hasEnded) thread.post(message);
  }

  #fill(worker: number): void {
    const { memory, start } = this.#options;
    // What its predecessor had in flight is lost, and counted already.
    memory.beat(worker, 0);
    let slot: Slot;
    const events: WorkerThreadEvents = {
      message: (message) => this.#onMessage(slot, message as FromWorker),
      failed: (error) => {
        slot.lastError = describeError(error);
      },
      ended: (exitCode) => this.#onEnded(slot, exitCode),
    };
    slot = {
      worker,
      thread: start(worker, events),
      isPrepared: false,
      isReady: false,
      heartbeat: memory.heartbeatOf(worker),
      checks: 0,
      lastError: "",
      isHung: false,
      hasEnded: false,
      stopped: null,
    };
    this.#slots[worker] = slot;
  }

  #onMessage(slot: Slot, message: FromWorker): void {
    if (message.kind === "lines") this.#options.onLines(message.lines);
    else if (message.kind === "stopped") slot.stopped?.(message.cut);
    else if (message.kind === "prepared") this.#onPrepared(slot);
    else if (message.kind === "ready") this.#onReady(slot, message.port);
    else this.#onRefused(slot, message.failure);
  }

  /** None opens its port before all can: requests that came to a node that is not up yet would die with it. */
  #onPrepared(slot: Slot): void {
    slot.isPrepared = true;
    if (this.#isEnding) return;
    if (this.#isOpen) {
      this.#tell(slot, { kind: "listen" });
      return;
    }
    if (!this.#slots.every(({ isPrepared }) => isPrepared)) return;
    this.#isOpen = true;
    this.#options.onOpening();
    for (const prepared of this.#slots) this.#tell(prepared, { kind: "listen" });
  }

  #onReady(slot: Slot, port: number): void {
    slot.isReady = true;
    slot.checks = 0;
    this.#crashesInARow = 0;
    if (!this.#slots.every(({ isReady }) => isReady)) return;
    this.#hasStarted = true;
    this.#onStarted(port);
  }

  /** At the start it is the operator's to mend; later, a file that vanished say, it is a crash like another. */
  #onRefused(slot: Slot, failure: SystemFailure): void {
    slot.lastError = failure.message;
    if (!this.#hasStarted) this.#giveUp({ kind: "system", failure });
    slot.thread.terminate();
  }

  #onEnded(slot: Slot, exitCode: number): void {
    slot.hasEnded = true;
    const error = slot.lastError || `it ended with exit code ${exitCode}`;
    const lost = { requests_lost: this.#options.memory.inFlightOf(slot.worker) };
    const what = `${SCOPE} worker ${slot.worker + 1} died`;
    if (this.#isEnding) {
      if (slot.stopped !== null)
        this.#options.log.error(`${what} while it stopped: ${error}`, lost);
      slot.stopped?.(0);
      return;
    }
    const isLoop = !slot.isHung && this.#isCrashLoop();
    this.#options.log.error(`${what}${isLoop ? "" : " and is replaced"}: ${error}`, lost);
    if (isLoop) this.#giveUp({ kind: "crash-loop", lastError: error });
    else this.#fill(slot.worker);
  }

  /** Counts one more crash. A worker that hung is none: one request with much to do is not a node that cannot serve. */
  #isCrashLoop(): boolean {
    const { crashes, crashWindowMs } = this.#limits;
    const now = this.#now();
    this.#crashesInARow++;
    this.#crashTimes = [...this.#crashTimes, now].filter((time) => time > now - crashWindowMs);
    return this.#crashTimes.length >= crashes || this.#crashesInARow >= crashes;
  }

  #giveUp(failure: NodeFailure): void {
    this.#isEnding = true;
    this.#onStarted(failure);
    this.#onFailed(failure);
    // A node that has started is stopped by whoever hears of the failure: the other workers still serve.
    if (this.#hasStarted) return;
    clearInterval(this.#timer);
    for (const slot of this.#slots) slot.thread.terminate();
  }

  #check(): void {
    const { memory } = this.#options;
    for (const slot of this.#slots) {
      if (slot.hasEnded) continue;
      const heartbeat = memory.heartbeatOf(slot.worker);
      const isAlive = slot.isReady && heartbeat !== slot.heartbeat;
      const waitsForOthers = slot.isPrepared && !this.#isOpen;
      slot.checks = isAlive || waitsForOthers ? 0 : slot.checks + 1;
      slot.heartbeat = heartbeat;
      const { silentChecks, startingChecks, checkMs } = this.#limits;
      const allowed = slot.isReady ? silentChecks : startingChecks;
      if (slot.checks < allowed) continue;
      const seconds = (allowed * checkMs) / 1000;
      slot.lastError = slot.isReady
        ? `it gave no sign of life for ${seconds} s`
        : `it was not ready after ${seconds} s`;
      slot.isHung = slot.isReady;
      slot.checks = 0;
      slot.thread.terminate();
    }
  }

  #stopWorker(slot: Slot, waitMs: number): Promise<number> {
    const { memory } = this.#options;
    if (slot.hasEnded) return Promise.resolve(0);
    return new Promise((resolve) => {
      const settle = (cut: number) => {
        clearTimeout(timer);
        slot.stopped = null;
        resolve(cut);
      };
      const timer = setTimeout(
        () => {
          settle(memory.inFlightOf(slot.worker));
          slot.thread.terminate();
        },
        toTimerMs(waitMs + this.#limits.stopGraceMs),
      );
      slot.stopped = settle;
      this.#tell(slot, { kind: "stop", waitMs });
    });
  }

  #tell(slot: Slot, order: ToWorker): void {
    slot.thread.post(order);
  }
}

const SCOPE = "[SERVICE: Node]";

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.stack?.includes(error.message) === true
    ? error.stack
    : `${error.message} ${error.stack ?? ""}`;
}
