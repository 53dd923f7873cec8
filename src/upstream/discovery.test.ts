import { expect, test } from "bun:test";
import { createManualWheel } from "../lib/manual-wheel.fixture.ts";
import { createLogger } from "../logging/logger.ts";
import { roundRobinOver } from "./balancer.ts";
import { SrvDirectory } from "./discovery.ts";
import type { SrvRecord } from "./srv-records.ts";

const TTL_MS = 30_000;

const [a, b]: readonly SrvRecord[] = ["a.", "b."].map((target) => ({
  priority: 1,
  weight: 1,
  port: 80,
  target,
})) as [SrvRecord, SrvRecord];

/** DNS that gives these answers one after the other; an error is thrown. */
function startDirectory(...answers: readonly (readonly SrvRecord[] | Error)[]) {
  const manual = createManualWheel();
  const asked: string[] = [];
  const lines: string[] = [];
  const directory = new SrvDirectory({
    lookup: async (name) => {
      const answer = answers[asked.push(name) - 1] ?? [];
      if (answer instanceof Error) throw answer;
      return answer;
    },
    ttlMs: TTL_MS,
    wheel: manual.wheel,
    log: createLogger({ level: "INFO", layout: "basic", destination: (line) => lines.push(line) }),
  });
  return {
    directory,
    asked,
    lines,
    list: () => directory.list("svc", "http", (host) => host),
    manual,
  };
}

async function pass(manual: ReturnType<typeof createManualWheel>, ms: number): Promise<void> {
  manual.advance(ms);
  await new Promise(setImmediate);
}

test("a name is asked for once at the start, for all its backends", async () => {
  const { directory, asked, list } = startDirectory([a!]);

  const lists = [list(), list()];
  await directory.firstAnswers();

  expect(asked).toEqual(["svc"]);
  expect(lists.map(({ current }) => current)).toEqual([["http://a.:80"], ["http://a.:80"]]);
});

test("hosts are others after the period, whether or not there are requests", async () => {
  const { directory, asked, list, manual } = startDirectory([a!], [b!]);
  const hosts = list();
  const next = roundRobinOver(hosts, () => 0);
  await directory.firstAnswers();

  const before = next();
  await pass(manual, TTL_MS - 100);
  const early = asked.length;
  await pass(manual, 200);

  expect([before, early, asked.length, next()]).toEqual(["http://a.:80", 1, 2, "http://b.:80"]);
});

test("a first failure leaves no hosts, and the next answer brings them", async () => {
  const { directory, list, lines, manual } = startDirectory(new Error("querySrv ENOTFOUND svc"), [
    a!,
  ]);
  const hosts = list();
  await directory.firstAnswers();

  expect(hosts.current).toEqual([]);
  await pass(manual, TTL_MS + 100);

  expect(hosts.current).toEqual(["http://a.:80"]);
  expect(lines.join("")).toContain(
    "ERROR: [SERVICE: DNS] svc: querySrv ENOTFOUND svc; it has no hosts",
  );
  expect(lines.join("")).toContain("INFO: [SERVICE: DNS] svc has hosts again");
});

test("a later failure keeps the hosts, and is told once", async () => {
  const failure = new Error("querySrv ETIMEOUT svc");
  const { directory, list, lines, manual } = startDirectory([a!], failure, failure);
  const hosts = list();
  await directory.firstAnswers();

  await pass(manual, TTL_MS + 100);
  await pass(manual, TTL_MS + 100);

  expect(hosts.current).toEqual(["http://a.:80"]);
  expect(lines.filter((line) => line.includes("its last hosts stay"))).toHaveLength(1);
});

test("an answer without weights takes the hosts away, and is told", async () => {
  const { directory, list, lines, manual } = startDirectory([a!], [{ ...a!, weight: 0 }]);
  const hosts = list();
  await directory.firstAnswers();

  await pass(manual, TTL_MS + 100);

  expect(roundRobinOver(hosts, () => 0)()).toBeUndefined();
  expect(lines.join("")).toContain("no record of the lowest priority has a weight");
});

test("a directory that is closed asks no more, and forgets late answers", async () => {
  const { directory, asked, list, manual } = startDirectory([a!]);
  const hosts = list();

  directory.close();
  await directory.firstAnswers();
  await pass(manual, 2 * TTL_MS);

  expect([asked.length, hosts.current]).toEqual([1, []]);
});
