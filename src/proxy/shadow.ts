import type { ProxyRequest, Stage } from "../contracts.ts";
import { withJsonBlock } from "../json/block.ts";
import { BodyStream } from "../lib/body.ts";
import { Cancellation } from "../lib/cancellation.ts";
import type { TimerWheel } from "../lib/timer-wheel.ts";
import { BodyCopier } from "./body-copier.ts";
import { ShadowBudget } from "./shadow-budget.ts";
import { bodyOfCall, MAX_COPIED_BODY_BYTES } from "./whole-body.ts";

/** What the copies of an endpoint's requests are made with. */
export interface ShadowOptions {
  /** Of a copy, from its start; whatever becomes of the client and the endpoint. */
  readonly timeoutMs: number;
  readonly wheel: TimerWheel;
  /** Cancelled when the gateway closes: copies on their way end. */
  readonly life: Cancellation;
  readonly onBug: (error: unknown) => void;
}

/**
 * Sends a copy of each request to the shadows and forgets what comes of it. The stage itself neither
 * waits nor fails for it: a body is copied while it passes, and one that is too long for that, or
 * breaks off, is not sent to the shadows.
 */
export function withShadows(stage: Stage, shadows: Stage, options: ShadowOptions): Stage {
  const budget = new ShadowBudget();
  const { onBug } = options;
  return (request) => {
    if (!budget.begin()) return stage(request);
    const copy = new Copy(shadows, budget, options);
    const { body } = request;
    if (!(body instanceof BodyStream)) {
      const gathered = stage(request);
      copy.sendWhole(request, body);
      return gathered;
    }
    const whole = body.takeWhole();
    if (whole !== undefined) {
      const gathered = stage({ ...request, body: BodyStream.of(whole) });
      copy.sendWhole(request, whole);
      return gathered;
    }
    const copier = copy.copierOf(request, body);
    const gathered = stage({ ...request, body: copier.passed });
    if (gathered instanceof Promise) gathered.then(() => copier.readerIsDone()).catch(onBug);
    else copier.readerIsDone();
    return gathered;
  };
}

/** Reads a backend's answer to its end and drops it, so that its connection can be used again. */
export function withDroppedAnswer(stage: Stage): Stage {
  return async (request) => {
    const gathered = await stage(request);
    const { response } = withJsonBlock((block) => gathered.settle(block));
    const body = response?.body ?? null;
    if (body !== null) await dropped(body);
    return gathered;
  };
}

function dropped(body: BodyStream): Promise<void> {
  return new Promise((resolve) => body.pipe({ data() {}, end: resolve, fail: () => resolve() }));
}

/** One request's copy; its place in the budget is taken already. */
class Copy {
  readonly #shadows: Stage;
  readonly #budget: ShadowBudget;
  readonly #options: ShadowOptions;
  #bodyBytes = 0;

  constructor(shadows: Stage, budget: ShadowBudget, options: ShadowOptions) {
    this.#shadows = shadows;
    this.#budget = budget;
    this.#options = options;
  }

  sendWhole(request: ProxyRequest, body: Buffer | null): void {
    if (this.#holds(body?.length ?? 0)) this.#send(request, body);
    else this.#end();
  }

  /** The copy leaves when all of the body has passed. */
  copierOf(request: ProxyRequest, body: BodyStream): BodyCopier {
    return new BodyCopier(body, {
      keeps: (bytes) => this.#holds(bytes),
      whole: (bytes) => this.#send(request, bytes),
      givenUp: () => this.#end(),
    });
  }

  #holds(bytes: number): boolean {
    if (this.#bodyBytes + bytes > MAX_COPIED_BODY_BYTES || !this.#budget.hold(bytes)) return false;
    this.#bodyBytes += bytes;
    return true;
  }

  async #send(request: ProxyRequest, body: Buffer | null): Promise<void> {
    const { wheel, life, timeoutMs, onBug } = this.#options;
    const cancellation = new Cancellation(wheel, life);
    cancellation.expireIn(timeoutMs);
    try {
      await this.#shadows({ ...request, body: bodyOfCall(body), cancellation });
    } catch (bug) {
      onBug(bug);
    }
    cancellation.release();
    this.#end();
  }

  #end(): void {
    this.#budget.end(this.#bodyBytes);
  }
}
