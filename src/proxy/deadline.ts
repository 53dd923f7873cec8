import type { Stage } from "../contracts.ts";
import { Cancellation } from "../lib/cancellation.ts";
import type { TimerWheel } from "../lib/timer-wheel.ts";

/** Gives a stage only so much time, counted from its own start; the caller's deadline stays above it. */
export function withDeadline(stage: Stage, limitMs: number, wheel: TimerWheel): Stage {
  return (request) => {
    const cancellation = new Cancellation(wheel, request.cancellation);
    cancellation.expireIn(limitMs);
    const gathered = stage({ ...request, cancellation });
    if (gathered instanceof Promise) {
      return gathered.then((ready) => {
        cancellation.release();
        return ready;
      });
    }
    cancellation.release();
    return gathered;
  };
}
