import { expect, jest, test } from "bun:test";
import { Trickle } from "./trickle.ts";

test("bytes leave one by one, with twice the time between them each time", () => {
  jest.useFakeTimers();
  const sent: string[] = [];

  new Trickle(Buffer.from("abcd"), (byte) => sent.push(Buffer.from(byte).toString()));
  const counts = [49, 1, 99, 1, 199, 1, 10_000].map((ms) => {
    jest.advanceTimersByTime(ms);
    return sent.length;
  });
  jest.useRealTimers();

  expect(counts).toEqual([1, 2, 2, 3, 3, 4, 4]);
  expect(sent.join("")).toBe("abcd");
});

test("what has not left is given back, once, and leaves no more", () => {
  jest.useFakeTimers();
  const sent: string[] = [];
  const trickle = new Trickle(Buffer.from("abc"), (byte) => sent.push(String(byte)));

  const rest = Buffer.from(trickle.takeRest()).toString();
  const again = trickle.takeRest().length;
  jest.advanceTimersByTime(10_000);
  jest.useRealTimers();

  expect([rest, again, sent.length]).toEqual(["bc", 0, 1]);
});
