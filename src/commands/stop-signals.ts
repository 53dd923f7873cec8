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
  readonly #say: (line: string) => void;
  #phase: "starting" | "serving" | "stopping" = "starting";
  #onStop = (): void => {};

  /** `say` takes a line for the operator, its newline included. */
  constructor(say: (line: string) => void) {
    this.#say = say;
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.on(signal, () => this.#onSignal(signal));
    }
  }

  /** To be called once the node serves: from now on a signal is the caller's to follow. */
  first(): Promise<void> {
    this.#phase = "serving";
    return new Promise((resolve) => {
      this.#onStop = resolve;
    });
  }

  /** The node is stopping for a reason of its own: the next signal is the second. */
  stopping(): void {
    this.#phase = "stopping";
  }

  #onSignal(signal: StopSignal): void {
    const now = createTimeFormat(" ")(Date.now());
    this.#say(`${now} Signal intercepted: ${SIGNAL_TEXTS[signal]}\n`);
    if (this.#phase === "starting") process.exit(0);
    // Differs from KrakenD: it ignores a second signal, and only SIGKILL forces its end.
    if (this.#phase === "stopping") process.exit(128 + constants.signals[signal]);
    this.#phase = "stopping";
    this.#onStop();
  }
}
