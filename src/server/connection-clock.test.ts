import { describe, expect, test } from "bun:test";
import { loadValid } from "../config/fixture.ts";
import type { ListenerConfig } from "../config/model.ts";
import { createManualWheel } from "../lib/manual-wheel.fixture.ts";
import { TICK_MS } from "../lib/timer-wheel.ts";
import { BodyRate } from "./body-rate.ts";
import { ConnectionClock } from "./connection-clock.ts";

/** A time may be over so much later: the beginning is known to a tick, and so is the end. */
const SLACK_MS = 2 * TICK_MS;

function createClock(limits: Partial<ListenerConfig> = {}) {
  const { wheel, advance } = createManualWheel(1000);
  const heard: string[] = [];
  const answers = { isTooSlow: false, hasLingered: true };
  const clock = new ConnectionClock(
    wheel,
    {
      ...loadValid({}).listener,
      readTimeoutMs: 0,
      writeTimeoutMs: 0,
      readHeaderTimeoutMs: 1000,
      idleTimeoutMs: 5000,
      ...limits,
    },
    {
      bodyIsTooSlow: () => answers.isTooSlow,
      bodyIsLate: () => heard.push("body is late"),
      writingIsLate: () => heard.push("writing is late"),
      isOver: () => heard.push("is over"),
      lingeredEnough() {
        heard.push("lingered");
        return answers.hasLingered;
      },
    },
  );
  /** Lets the time pass, and tells what was heard just before its end and soon after it. */
  const pass = (ms: number) => {
    advance(ms - 1);
    const before = [...heard];
    advance(SLACK_MS + 1);
    return { before, after: [...heard] };
  };
  return { clock, heard, answers, advance, pass };
}

describe("a head", () => {
  test.each([
    ["the time for heads", { readHeaderTimeoutMs: 1000 }],
    [
      "the time for whole requests where that is shorter",
      { readTimeoutMs: 1000, readHeaderTimeoutMs: 3000 },
    ],
  ])("must come in %s", (_, limits) => {
    const { pass } = createClock(limits);

    expect(pass(1000)).toEqual({ before: [], after: ["is over"] });
  });

  test("of a first request has its time from the opening on, not from its first byte", () => {
    const { clock, advance, pass } = createClock();

    advance(600);
    clock.headBegan();

    expect(pass(400)).toEqual({ before: [], after: ["is over"] });
  });

  test("of a later request has its time from its first byte on", () => {
    const { clock, advance, pass } = createClock();
    clock.requestBegan(false);
    clock.waits();

    advance(3000);
    clock.headBegan();

    expect(pass(1000)).toEqual({ before: [], after: ["is over"] });
  });
});

test("between requests a connection may be idle for its own time", () => {
  const { clock, advance, pass } = createClock();
  clock.requestBegan(false);
  advance(60_000);

  clock.waits();

  expect(pass(5000)).toEqual({ before: [], after: ["is over"] });
});

describe("an answer", () => {
  test("may take for ever where no time is set", () => {
    const { clock, heard, advance } = createClock();

    clock.requestBegan(false);
    advance(3_600_000);

    expect(heard).toEqual([]);
    expect(clock.isWriteLate()).toBe(false);
  });

  test("must come in its time, counted from the opening for the first request", () => {
    const { clock, pass } = createClock({ writeTimeoutMs: 2000 });

    clock.requestBegan(false);

    expect(pass(2000)).toEqual({ before: [], after: ["writing is late"] });
    expect(clock.isWriteLate()).toBe(true);
  });

  test("has its full time at each request, although the entry of an earlier one fires", () => {
    const { clock, advance, pass } = createClock({ writeTimeoutMs: 2000 });
    clock.requestBegan(false);
    advance(1500);
    clock.waits();
    clock.headBegan();

    clock.requestBegan(false);

    expect(pass(2000)).toEqual({ before: [], after: ["writing is late"] });
  });
});

describe("a body", () => {
  test("must come in the time for whole requests", () => {
    const { clock, pass } = createClock({ readTimeoutMs: 3000 });

    clock.requestBegan(true);

    expect(pass(3000)).toEqual({ before: [], after: ["body is late"] });
  });

  test("is asked for its speed every few seconds where no time is set, and given up when slow", () => {
    const { clock, heard, answers, advance, pass } = createClock();

    clock.requestBegan(true);
    advance(10 * BodyRate.checkMs);
    const whileFast = [...heard];
    answers.isTooSlow = true;

    expect(whileFast).toEqual([]);
    expect(pass(BodyRate.checkMs).after).toContain("body is late");
  });

  test("that has come is not late any more", () => {
    const { clock, heard, advance } = createClock({ readTimeoutMs: 3000 });
    clock.requestBegan(true);

    clock.bodyEnded();
    advance(60_000);

    expect(heard).toEqual([]);
  });
});

describe("an ending connection", () => {
  test("lingers for two seconds, and again for a client that still reads", () => {
    const { clock, heard, answers, advance, pass } = createClock();
    answers.hasLingered = false;

    clock.ends();
    const first = pass(2000);
    advance(1800);
    const betweenLooks = [...heard];
    advance(200 + SLACK_MS);

    expect(clock.isEnding).toBe(true);
    expect(first).toEqual({ before: [], after: ["lingered"] });
    expect(betweenLooks).toEqual(["lingered"]);
    expect(heard).toEqual(["lingered", "lingered"]);
  });

  test("that lingered enough is not looked at again", () => {
    const { clock, heard, advance } = createClock();

    clock.ends();
    advance(60_000);

    expect(heard).toEqual(["lingered"]);
  });

  test("hears nothing once it stopped", () => {
    const { clock, heard, advance } = createClock();

    clock.stop();
    advance(60_000);

    expect(clock.isEnding).toBe(true);
    expect(heard).toEqual([]);
  });
});
