import { expect, test } from "bun:test";
import { hostsOfRecords, type SrvRecord } from "./srv-records.ts";

/** Records a, b, c … of equal priority with these weights. */
function records(...weights: readonly number[]): SrvRecord[] {
  return weights.map((weight, index) => ({
    priority: 1,
    weight,
    port: 80,
    target: `${String.fromCharCode(0x61 + index)}.`,
  }));
}

/** How often each of a, b, c … is in the list. */
function counts(hosts: readonly string[], length: number): number[] {
  return records(...Array(length).fill(0)).map(
    ({ target }) => hosts.filter((host) => host === `http://${target}:80`).length,
  );
}

test("a record becomes scheme, target with its final dot, and port", () => {
  const [record] = records(1);

  expect(hostsOfRecords([{ ...record!, target: "a.example.", port: 8443 }], "https")).toEqual([
    "https://a.example.:8443",
  ]);
});

test("only the records with the lowest priority are used", () => {
  const [a, b, c] = records(1, 1, 1);

  const hosts = hostsOfRecords([{ ...a!, priority: 20 }, { ...b!, priority: 10 }, c!], "http");

  expect(hosts).toEqual(["http://c.:80"]);
});

test("records of a higher priority do not stand in for those of weight 0", () => {
  const [a, b] = records(0, 1);

  expect(hostsOfRecords([a!, { ...b!, priority: 2 }], "http")).toEqual([]);
});

test.each([
  ["as they are", [1, 2, 3], [1, 2, 3]],
  ["divided by what they have in common", [10, 20, 30], [1, 2, 3]],
  ["up to 100 in all unscaled", [33, 67], [33, 67]],
  ["scaled to 100 in all, and rounded down", [200, 90], [68, 31]],
  ["scaled before they are divided", [300, 300], [1, 1]],
  ["without those that are scaled to nothing", [65_535, 1], [1, 0]],
  ["without weight 0", [0, 4, 6], [0, 2, 3]],
  ["none where all are 0", [0, 0], [0, 0]],
])("weights count %s: %j", (_, weights, expected) => {
  expect(counts(hostsOfRecords(records(...weights), "http"), weights.length)).toEqual(expected);
});

test("more than 100 records of one weight each are all used", () => {
  const hosts = hostsOfRecords(
    Array.from({ length: 150 }, (_, port) => ({ priority: 0, weight: 5, port, target: "a." })),
    "http",
  );

  expect(new Set(hosts).size).toBe(150);
  expect(hosts).toHaveLength(150);
});

test("no records are no hosts", () => {
  expect(hostsOfRecords([], "http")).toEqual([]);
});
