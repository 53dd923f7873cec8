import { describe, expect, test } from "bun:test";
import { createManualWheel } from "./manual-wheel.fixture.ts";
import { TICK_MS, TimerEntry } from "./timer-wheel.ts";

/** An entry that counts how often it fired. */
function createCounter() {
  const counter = { fired: 0, entry: new TimerEntry(() => counter.fired++) };
  return counter;
}

describe("firing", () => {
  test.each([[0], [1], [49], [50], [51], [999], [25_600], [25_601], [120_000]])(
    "fires an entry of %d ms not before its time and at most one tick after it",
    (delayMs) => {
      const { wheel, advance } = createManualWheel(13);
      const counter = createCounter();

      wheel.schedule(counter.entry, delayMs);
      advance(Math.max(delayMs - 1, 0));
      const before = counter.fired;
      advance(TICK_MS + 1);

      expect(before).toBe(0);
      expect(counter.fired).toBe(1);
    },
  );

  test("fires once only", () => {
    const { wheel, advance } = createManualWheel();
    const counter = createCounter();

    wheel.schedule(counter.entry, 10);
    advance(60_000);

    expect(counter.fired).toBe(1);
    expect(counter.entry.isScheduled).toBe(false);
  });

  test("does not fire early when ticks come early", () => {
    const { wheel, state } = createManualWheel();
    const counter = createCounter();

    wheel.schedule(counter.entry, 100);
    state.nowMs = 99.9;
    state.tick?.();
    const early = counter.fired;
    state.nowMs = 100;
    state.tick?.();

    expect(early).toBe(0);
    expect(counter.fired).toBe(1);
  });

  test("catches up after the process stood still for longer than a turn", () => {
    const { wheel, state, advance } = createManualWheel();
    const counters = Array.from({ length: 40 }, createCounter);

    for (const [i, counter] of counters.entries()) wheel.schedule(counter.entry, i * 1000);
    state.nowMs = 39_500;
    state.tick?.();
    advance(TICK_MS);

    expect(counters.map((counter) => counter.fired)).toEqual(Array(40).fill(1));
  });

  test("fires the others on the next tick when one throws", () => {
    const { wheel, state, advance } = createManualWheel();
    const counter = createCounter();

    wheel.schedule(
      new TimerEntry(() => {
        throw new Error("broken");
      }),
      10,
    );
    wheel.schedule(counter.entry, 10);
    state.nowMs = 50;

    expect(() => state.tick?.()).toThrow("broken");
    advance(TICK_MS);
    expect(counter.fired).toBe(1);
  });
});

describe("a tick after a standstill", () => {
  test.each([
    [3 * TICK_MS, 1],
    [3 * TICK_MS + 1, 0],
    [600_000, 0],
  ])("that comes %d ms after the one before fires %d of 1", (gapMs, fired) => {
    const { wheel, state } = createManualWheel();
    const counter = createCounter();

    wheel.schedule(counter.entry, 10);
    state.nowMs = gapMs;
    state.tick?.();

    expect(counter.fired).toBe(fired);
  });

  test("leaves a tick's time to cancel what is due, and fires the rest", () => {
    const { wheel, state, advance } = createManualWheel();
    const [answered, silent] = [createCounter(), createCounter()];

    wheel.schedule(answered.entry, 10);
    wheel.schedule(silent.entry, 10);
    state.nowMs = 2000;
    state.tick?.();
    wheel.cancel(answered.entry);
    advance(TICK_MS);

    expect([answered.fired, silent.fired]).toEqual([0, 1]);
    expect(state.tick).toBeNull();
  });

  test("fires all the same when the one before did not", () => {
    const { wheel, state } = createManualWheel();
    const counter = createCounter();

    wheel.schedule(counter.entry, 10);
    state.nowMs = 1000;
    state.tick?.();
    state.nowMs = 2000;
    state.tick?.();

    expect(counter.fired).toBe(1);
  });

  test("is told from the first one after a pause of the wheel", () => {
    const { wheel, state, advance } = createManualWheel();
    const counter = createCounter();

    wheel.schedule(counter.entry, 10);
    advance(200);
    state.nowMs += 60_000;
    wheel.schedule(counter.entry, 10);
    advance(TICK_MS);

    expect(counter.fired).toBe(2);
  });
});

describe("changing", () => {
  test("does not fire what was cancelled", () => {
    const { wheel, advance } = createManualWheel();
    const counter = createCounter();

    wheel.schedule(counter.entry, 100);
    wheel.cancel(counter.entry);
    wheel.cancel(counter.entry);
    advance(1000);

    expect(counter.fired).toBe(0);
  });

  test("moves an entry that is scheduled again", () => {
    const { wheel, advance } = createManualWheel();
    const counter = createCounter();

    wheel.schedule(counter.entry, 100);
    advance(90);
    wheel.schedule(counter.entry, 100);
    advance(90);
    const before = counter.fired;
    advance(60);

    expect(before).toBe(0);
    expect(counter.fired).toBe(1);
  });

  test("lets an entry re-arm itself while it fires", () => {
    const { wheel, advance } = createManualWheel();
    const times: number[] = [];
    const entry: TimerEntry = new TimerEntry(() => {
      times.push(times.length);
      if (times.length < 3) wheel.schedule(entry, 0);
    });

    wheel.schedule(entry, 0);
    advance(TICK_MS);
    const first = times.length;
    advance(TICK_MS);
    const second = times.length;
    advance(10 * TICK_MS);

    expect([first, second, times.length]).toEqual([1, 2, 3]);
  });

  test("lets an entry cancel another that is due on the same tick", () => {
    const { wheel, advance } = createManualWheel();
    const victim = createCounter();

    wheel.schedule(new TimerEntry(() => wheel.cancel(victim.entry)), 10);
    wheel.schedule(victim.entry, 10);
    advance(1000);

    expect(victim.fired).toBe(0);
  });

  test("lets an entry move another that is due on the same tick", () => {
    const { wheel, advance } = createManualWheel();
    const moved = createCounter();

    wheel.schedule(new TimerEntry(() => wheel.schedule(moved.entry, 500)), 10);
    wheel.schedule(moved.entry, 10);
    advance(400);
    const before = moved.fired;
    advance(250);

    expect(before).toBe(0);
    expect(moved.fired).toBe(1);
  });
});

describe("the interval", () => {
  test("runs only while something is scheduled", () => {
    const { wheel, state, advance } = createManualWheel();
    const counter = createCounter();
    const idle = state.tick;

    wheel.schedule(counter.entry, 100);
    const isRunning = state.tick !== null;
    advance(200);

    expect(idle).toBeNull();
    expect(isRunning).toBe(true);
    expect(state.tick).toBeNull();
  });

  test("is not stopped and started anew between deadlines that follow each other", () => {
    const { wheel, state, advance } = createManualWheel();
    const counter = createCounter();

    for (let i = 0; i < 10; i++) {
      wheel.schedule(counter.entry, 1000);
      advance(20);
      wheel.cancel(counter.entry);
      wheel.schedule(counter.entry, 1000);
    }

    expect(state.starts).toBe(1);
  });

  test("starts again after a pause without losing the time of the pause", () => {
    const { wheel, state, advance } = createManualWheel();
    const counter = createCounter();

    wheel.schedule(counter.entry, 10);
    advance(200);
    state.nowMs += 1_000_000;
    wheel.schedule(counter.entry, 100);
    advance(90);
    const before = counter.fired;
    advance(60);

    expect(before).toBe(1);
    expect(counter.fired).toBe(2);
  });
});

test("keeps every entry of a random sequence within its bounds", () => {
  const { wheel, state, advance } = createManualWheel();
  const random = createRandom(42);
  const late: number[] = [];
  const entries = Array.from({ length: 50 }, () => {
    const item = { dueMs: 0, entry: new TimerEntry(() => late.push(state.nowMs - item.dueMs)) };
    return item;
  });
  let armed = 0;

  for (let round = 0; round < 2000; round++) {
    const item = entries[random(entries.length)]!;
    if (random(4) === 0) wheel.cancel(item.entry);
    else {
      const delayMs = random(3) === 0 ? random(60_000) : random(300);
      item.dueMs = state.nowMs + delayMs;
      wheel.schedule(item.entry, delayMs);
      armed++;
    }
    advance(random(80));
  }
  advance(70_000);

  expect(armed).toBeGreaterThan(1000);
  expect(late.length).toBeGreaterThan(500);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...late)).toBeLessThanOrEqual(TICK_MS);
  expect(entries.some((item) => item.entry.isScheduled)).toBe(false);
});

function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
