import { expect, test } from "bun:test";
import { SharedMemory } from "./shared-memory.ts";

test("sections do not overlap and begin on cache lines of their own", () => {
  const memory = SharedMemory.create({ one: 1, many: 40, last: 2 });

  memory.section("one").fill(1);
  memory.section("many").fill(2);
  memory.section("last").fill(3);

  expect([...memory.section("one")]).toEqual([1]);
  expect(new Set(memory.section("many"))).toEqual(new Set([2]));
  expect([...memory.section("last")]).toEqual([3, 3]);
  for (const [start] of Object.values(memory.plan.sections)) expect(start % 16).toBe(0);
});

test("another thread sees the same numbers through a copy of the plan", () => {
  const memory = SharedMemory.create({ counter: 1 });

  const elsewhere = new SharedMemory(structuredClone(memory.plan));
  Atomics.add(elsewhere.section("counter"), 0, 5);

  expect(Atomics.load(memory.section("counter"), 0)).toBe(5);
});

test("a section that was not laid out is a mistake", () => {
  const memory = SharedMemory.create({ counter: 1 });

  expect(() => memory.section("conter")).toThrow('shared memory has no section "conter"');
});
