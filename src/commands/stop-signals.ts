import { constants } from "node:os";
import { createTimeFormat } from "../logging/local-time.ts";

type StopSignal = "SIGTERM" | "SIGINT";

/** Go's names for them. */
const SIGNAL_TEXTS: Readonly<Record<StopSignal, string>> = {
  SIGTERM: "terminated",
  SIGINT: "interrupt",
};

/**
 * The signals that stop a node. While it starts, one ends the process at once; later the first lets
 * the node finish and the second ends the process with 128 and its number.
 */
export class StopSignals {
  /** Resolves with the first signal to a node that serves: it is the caller's to follow. */
  readonly first: Promise<void>;
  readonly #say: (line: string) => void;
  readonly #echoMs: number;
  #phase: "starting" | "serving" | "stopping" = "starting";
  #firstAt = 0;
  #onStop = (): void => {};

  /**
   * `say` takes a line for the operator, its newline included. Signals within `echoMs` of the first
   * are taken for the same one: npm passes on what the terminal has sent to all its children already.
   */
  constructor(say: (line: string) => void, echoMs: number) {
    this.#say = say;
    this.#echoMs = echoMs;
    this.first = new Promise((resolve) => {
      this.#onStop = resolve;
    });
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.on(signal, () => this.#onSignal(signal));
    }
  }

  /** To be called before the port opens: from now on a signal no longer ends the process at once. */
  serving(): void {
    this.#phase = "serving";
  }

  /** The node is stopping for a reason of its own: the next signal is the second. */
  stopping(): void {
    this.#phase = "stopping";
  }

  #onSignal(signal: StopSignal): void {
    if (this.#phase === "stopping" && performance.now() - this.#firstAt < this.#echoMs) return;
    const now = createTimeFormat(" ")(Date.now());
    this.#say(`${now} Signal intercepted: ${SIGNAL_TEXTS[signal]}\n`);
    if (this.#phase === "starting") process.exit(0);
    // Differs from KrakenD: it ignores a second signal, and only SIGKILL forces its end.
    if (this.#phase === "stopping") process.exit(128 + constants.signals[signal]);
    this.#phase = "stopping";
    this.#firstAt = performance.now();
    this.#onStop();
  }
}
