import { expect, test } from "bun:test";
import { roundRobin, roundRobinOver } from "./balancer.ts";

test.each([
  [0, "abcab"],
  [0.5, "bcabc"],
  [0.999, "cabca"],
])("hosts take turns, beginning where chance %p says", (chance, turns) => {
  const next = roundRobin(["a", "b", "c"], () => chance);

  expect(Array.from({ length: 5 }, next).join("")).toBe(turns);
});

test("a host that is listed twice gets two turns", () => {
  const next = roundRobin(["a", "a", "b"], () => 0);

  expect(Array.from({ length: 6 }, next).join("")).toBe("aabaab");
});

test("one host is asked without asking chance", () => {
  const next = roundRobin(["a"], () => {
    throw new Error("chance was asked");
  });

  expect([next(), next()]).toEqual(["a", "a"]);
});

test("no host is none", () => {
  expect(roundRobin([], () => 0)()).toBeUndefined();
});

test("a list that changes is taken in turn from then on", () => {
  const list = { current: [] as readonly string[] };
  const next = roundRobinOver(list, () => 0.5);
  const turns = [next()];

  list.current = ["a", "b"];
  turns.push(next(), next());
  list.current = ["c"];
  turns.push(next());

  expect(turns).toEqual([undefined, "b", "a", "c"]);
});
