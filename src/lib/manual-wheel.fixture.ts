/** For tests: time that stands still until somebody moves it. */

import { TICK_MS, TimerWheel } from "./timer-wheel.ts";

/** A wheel and its time. */
export interface ManualWheel {
  readonly wheel: TimerWheel;
  /** `tick` is `null` while the wheel does not run; `starts` counts how often it began to. */
  readonly state: { nowMs: number; tick: (() => void) | null; starts: number };
  /** Lets so much time pass, with a tick every 50 ms and one at the end. */
  advance(ms: number): void;
}

/** A wheel whose time begins at `startMs`. */
export function createManualWheel(startMs = 0): ManualWheel {
  const state: ManualWheel["state"] = { nowMs: startMs, tick: null, starts: 0 };
  const wheel = new TimerWheel(() => state.nowMs, {
    every(_periodMs, tick) {
      state.tick = tick;
      state.starts++;
      return () => {
        state.tick = null;
      };
    },
  });
  const advance = (ms: number) => {
    const endMs = state.nowMs + ms;
    while (state.nowMs < endMs) {
      state.nowMs = Math.min(state.nowMs + TICK_MS, endMs);
      state.tick?.();
    }
  };
  return { wheel, state, advance };
}
