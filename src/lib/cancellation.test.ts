import { describe, expect, test } from "bun:test";
import {
  CANCELED,
  Cancellation,
  type CancellationListener,
  DEADLINE_EXCEEDED,
} from "./cancellation.ts";
import { createManualWheel } from "./manual-wheel.fixture.ts";
import { TICK_MS } from "./timer-wheel.ts";

function createListener() {
  const reasons: string[] = [];
  return { reasons, onCancel: (reason: string) => void reasons.push(reason) };
}

describe("a deadline", () => {
  test("cancels the work when its time is over, not before", () => {
    const { wheel, advance } = createManualWheel();
    const work = new Cancellation(wheel, null);
    work.expireIn(1000);

    advance(999);
    const before = work.reason;
    advance(100);

    expect(before).toBeNull();
    expect(work.reason).toBe(DEADLINE_EXCEEDED);
  });

  test.each([[0], [-1]])("of %p ms has passed already", (timeoutMs) => {
    const work = new Cancellation(createManualWheel().wheel, null);

    work.expireIn(timeoutMs);

    expect(work.reason).toBe(DEADLINE_EXCEEDED);
  });

  test.each([
    ["is done", (work: Cancellation) => work.release(), null],
    ["was cancelled for another reason", (work: Cancellation) => work.cancel(CANCELED), CANCELED],
  ])("does nothing to work that %s", (_, stop, reason) => {
    const { wheel, state, advance } = createManualWheel();
    const work = new Cancellation(wheel, null);
    work.expireIn(1000);

    stop(work);
    advance(TICK_MS);
    const tick = state.tick;
    advance(2000);

    expect(tick).toBeNull();
    expect(work.reason).toBe(reason);
  });

  test("is not set on work that was cancelled", () => {
    const { wheel, state } = createManualWheel();
    const work = new Cancellation(wheel, null);
    work.cancel(CANCELED);

    work.expireIn(1000);

    expect(state.starts).toBe(0);
  });
});

describe("listeners", () => {
  test("are told once each, with the first reason", () => {
    const work = new Cancellation(createManualWheel().wheel, null);
    const listeners = [createListener(), createListener(), createListener()];
    for (const listener of listeners) work.listen(listener);

    work.cancel("first");
    work.cancel("second");

    expect(listeners.map(({ reasons }) => reasons)).toEqual([["first"], ["first"], ["first"]]);
  });

  test("that come too late are told at once", () => {
    const work = new Cancellation(createManualWheel().wheel, null);
    const late = createListener();
    work.cancel(CANCELED);

    work.listen(late);

    expect(late.reasons).toEqual([CANCELED]);
  });

  test.each([[0], [1], [2]])("number %p that left hears nothing, the others do", (leaving) => {
    const work = new Cancellation(createManualWheel().wheel, null);
    const listeners = [createListener(), createListener(), createListener()];
    for (const listener of listeners) work.listen(listener);

    work.unlisten(listeners[leaving]!);
    work.cancel(CANCELED);

    const told = listeners.map(({ reasons }) => reasons.length);
    expect(told).toEqual([0, 1, 2].map((index) => (index === leaving ? 0 : 1)));
  });

  test("hear nothing once the work is done", () => {
    const work = new Cancellation(createManualWheel().wheel, null);
    const listener = createListener();
    work.listen(listener);

    work.release();
    work.cancel(CANCELED);

    expect(work.isReleased).toBe(true);
    expect(listener.reasons).toEqual([]);
  });
});

describe("a parent", () => {
  test("takes its children with it, with its reason", () => {
    const { wheel } = createManualWheel();
    const parent = new Cancellation(wheel, null);
    const children = [new Cancellation(wheel, parent), new Cancellation(wheel, parent)];

    parent.cancel(CANCELED);

    expect(children.map(({ reason }) => reason)).toEqual([CANCELED, CANCELED]);
  });

  test("that was cancelled has no children that live", () => {
    const { wheel } = createManualWheel();
    const parent = new Cancellation(wheel, null);
    parent.cancel(CANCELED);

    const child = new Cancellation(wheel, parent);

    expect(child.reason).toBe(CANCELED);
  });

  test("outlives a child that was cancelled", () => {
    const { wheel } = createManualWheel();
    const parent = new Cancellation(wheel, null);
    const child = new Cancellation(wheel, parent);

    child.cancel(CANCELED);

    expect(parent.reason).toBeNull();
  });

  test("forgets a child whose work is done", () => {
    const { wheel } = createManualWheel();
    const parent = new WatchedParent(wheel, null);
    const child = new Cancellation(wheel, parent);

    child.release();
    parent.cancel(CANCELED);

    expect(parent.left).toEqual([child]);
    expect(child.reason).toBeNull();
  });
});

class WatchedParent extends Cancellation {
  readonly left: CancellationListener[] = [];

  override unlisten(listener: CancellationListener): void {
    this.left.push(listener);
    super.unlisten(listener);
  }
}
