import { expect, test } from "bun:test";
import { BodyRate } from "./body-rate.ts";

const { windowMs } = BodyRate;
/** What must come in a window. */
const enough = (100 * windowMs) / 1000;

test.each([
  ["too slow with a byte less than 100 a second", enough - 1, true],
  ["fast enough with 100 bytes a second", enough, false],
])("a body is %s", (_, bytes, isTooSlow) => {
  const rate = new BodyRate(0);

  rate.add(bytes);

  expect(rate.isTooSlow(windowMs)).toBe(isTooSlow);
});

test("nothing is judged before its window is over", () => {
  const rate = new BodyRate(1000);

  expect(rate.isTooSlow(1000 + windowMs - 1)).toBe(false);
  expect(rate.isTooSlow(1000 + windowMs)).toBe(true);
});

test("a window that is looked at late must hold more", () => {
  const rate = new BodyRate(0);

  rate.add(enough);

  expect(rate.isTooSlow(2 * windowMs)).toBe(true);
});

test("what came in one window does not count in the next", () => {
  const rate = new BodyRate(0);
  rate.add(10 * enough);

  const first = rate.isTooSlow(windowMs);
  const second = rate.isTooSlow(2 * windowMs);

  expect([first, second]).toEqual([false, true]);
});

test("time in which the gateway does not read is not the client's", () => {
  const rate = new BodyRate(0);

  rate.pause();
  const paused = rate.isTooSlow(10 * windowMs);
  rate.resume(10 * windowMs);
  const justResumed = rate.isTooSlow(11 * windowMs - 1);
  const later = rate.isTooSlow(11 * windowMs);

  expect([paused, justResumed, later]).toEqual([false, false, true]);
});
