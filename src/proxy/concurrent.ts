import type { Gathered, ProxyRequest, Stage, StageResult } from "../contracts.ts";
import type { Failure } from "../errors.ts";
import { type JsonBlock, withJsonBlock } from "../json/block.ts";
import { CANCELED, Cancellation } from "../lib/cancellation.ts";
import type { TimerWheel } from "../lib/timer-wheel.ts";
import { bodyOfCall, withWholeBody } from "./whole-body.ts";

/** Identical calls get this part of the endpoint's time. */
const TIMEOUT_SHARE = 0.75;

/** How often a backend is called at once. */
export interface ConcurrentOptions {
  /** At least 2. */
  readonly calls: number;
  /** The endpoint's. */
  readonly timeoutMs: number;
  readonly wheel: TimerWheel;
}

/** Calls a backend several times at once; the first complete answer wins and the other calls are cancelled. */
export function createConcurrentStage(stage: Stage, options: ConcurrentOptions): Stage {
  const race = withWholeBody((request) => new Race(options, request).run(stage));
  return (request) => {
    const cancellation = new Cancellation(options.wheel, request.cancellation);
    cancellation.expireIn(options.timeoutMs * TIMEOUT_SHARE);
    return race({ ...request, cancellation });
  };
}

/** Several calls of one request. */
class Race {
  readonly #options: ConcurrentOptions;
  readonly #request: ProxyRequest;
  /** One for each call, below the one that all share. */
  readonly #cancellations: Cancellation[] = [];
  readonly #outcome = Promise.withResolvers<Gathered>();
  #arrived = 0;
  #isOver = false;
  #lastIncomplete: Gathered | null = null;
  #lastError: Failure | null = null;

  /** The request's cancellation is the race's own. */
  constructor(options: ConcurrentOptions, request: ProxyRequest) {
    this.#options = options;
    this.#request = request;
  }

  run(stage: Stage): Promise<Gathered> {
    const { calls, wheel } = this.#options;
    for (let call = 0; call < calls && !this.#isOver; call++) {
      const cancellation = new Cancellation(wheel, this.#request.cancellation);
      this.#cancellations.push(cancellation);
      const gathered = stage({
        ...this.#request,
        body: bodyOfCall(this.#request.body),
        cancellation,
      });
      if (gathered instanceof Promise) {
        gathered
          .then((ready) => this.#arrive(ready, cancellation))
          .catch((bug) => this.#outcome.reject(bug));
      } else this.#arrive(gathered, cancellation);
    }
    return this.#outcome.promise;
  }

  #arrive(gathered: Gathered, cancellation: Cancellation): void {
    if (this.#isOver) return;
    // Only a decoded answer is known to be complete; it is decoded once more where it is written.
    const { response, error } = withJsonBlock((block) => gathered.settle(block));
    this.#arrived++;
    if (error !== null) this.#lastError = error;
    else if (response?.isComplete === true) {
      this.#win(gathered, cancellation, response);
      return;
    } else if (response !== null) this.#lastIncomplete = gathered;
    if (this.#arrived < this.#options.calls) return;
    this.#end();
    this.#outcome.resolve(new Rest(this.#lastIncomplete, this.#lastError));
  }

  #win(
    gathered: Gathered,
    winner: Cancellation,
    { body }: NonNullable<StageResult["response"]>,
  ): void {
    this.#isOver = true;
    for (const cancellation of this.#cancellations) {
      if (cancellation !== winner) cancellation.cancel(CANCELED);
    }
    if (body === null) this.#end();
    else {
      // Differs from KrakenD: it cuts the stream here. It has the endpoint's own time.
      this.#request.cancellation.expireIn(this.#options.timeoutMs);
      body.whenOver(() => this.#end());
    }
    this.#outcome.resolve(gathered);
  }

  #end(): void {
    this.#isOver = true;
    this.#request.cancellation.release();
  }
}

/** No call was complete: the last incomplete answer and the last error together. */
class Rest implements Gathered {
  readonly #incomplete: Gathered | null;
  readonly #error: Failure | null;

  constructor(incomplete: Gathered | null, error: Failure | null) {
    this.#incomplete = incomplete;
    this.#error = error;
  }

  settle(block: JsonBlock): StageResult {
    return { response: this.#incomplete?.settle(block).response ?? null, error: this.#error };
  }
}
