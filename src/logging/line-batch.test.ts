import { expect, test } from "bun:test";
import { LineBatch } from "./line-batch.ts";

function collect() {
  const writes: string[] = [];
  const timers: { callback: () => void; delayMs: number }[] = [];
  const batch = new LineBatch({
    destination: (lines) => writes.push(lines),
    delayMs: 100,
    schedule: (callback, delayMs) => timers.push({ callback, delayMs }),
  });
  return { batch, writes, timers };
}

test("waits for more and sets one timer for all", () => {
  const { batch, writes, timers } = collect();

  batch.write("/a\n");
  batch.write("/b\n");
  expect(writes).toEqual([]);
  expect(timers.map(({ delayMs }) => delayMs)).toEqual([100]);

  timers[0]!.callback();
  expect(writes).toEqual(["/a\n/b\n"]);

  batch.write("/c\n");
  expect(timers).toHaveLength(2);
});

test("does not wait once 16 KiB have come together", () => {
  const { batch, writes } = collect();

  batch.write(`${"a".repeat(10_000)}\n`);
  batch.write(`${"b".repeat(10_000)}\n`);

  expect(writes.map((lines) => lines.length)).toEqual([20_002]);
});

test("hands on the rest when the process ends, once", () => {
  const { batch, writes } = collect();

  batch.write("/a\n");
  batch.flush();
  batch.flush();

  expect(writes).toEqual(["/a\n"]);
});
