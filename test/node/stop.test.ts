import { expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import type { RawConnection } from "../support/raw-client.ts";
import { type Attempt, endpointsOf, Load, startCountingUpstream } from "./load.ts";

const WORKER_COUNTS = ["1", "2"] as const;

/** How a test's node differs from the default. */
interface NodeOptions {
  readonly workers: string;
  readonly delay?: string;
  readonly settings?: object;
}

/** A gateway in front of an upstream that notes the id of every request. */
async function startNode({ workers, delay = "0", settings = {} }: NodeOptions) {
  const upstream = await startCountingUpstream();
  const config = { ...endpointsOf(upstream), ...settings };
  const args = ["--workers", workers, "--shutdown-delay", delay];
  const gateway = await startGateway(config, {}, { args });
  return {
    gateway,
    upstream,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      upstream.stop();
    },
  };
}

/** Clients of every kind at work. */
async function startLoad(gateway: TestGateway): Promise<Load> {
  const load = new Load(gateway.port);
  load.add(8, "fast", true);
  load.add(4, "fast", false);
  for (const kind of ["upload", "download", "slow"] as const) {
    load.add(3, kind, true);
    load.add(1, kind, false);
  }
  await load.answered(200);
  return load;
}

/** Requests that the upstream saw and that got no whole answer, or that came on a connection which was in use. */
function failures(attempts: readonly Attempt[], seen: ReadonlySet<string>): Attempt[] {
  return attempts.filter(({ id, outcome, status, isReused }) => {
    if (outcome === "answered") return status !== 200;
    return outcome === "lost" && (seen.has(id) || isReused);
  });
}

function request(target: string): string {
  return `GET ${target} HTTP/1.1\r\nHost: gw\r\n\r\n`;
}

async function openAll(gateway: TestGateway, count: number): Promise<RawConnection[]> {
  return Promise.all(Array.from({ length: count }, () => gateway.connect()));
}

test.concurrent.each(WORKER_COUNTS)(
  "a stop at once under load loses no accepted request, with %s worker(s)",
  async (workers) => {
    await using node = await startNode({ workers });
    const { gateway, upstream } = node;
    const load = await startLoad(gateway);

    const code = await gateway.stop();
    await load.over();

    expect(failures(load.attempts, upstream.seen)).toEqual([]);
    expect(code).toBe(0);
    expect(gateway.log()).not.toContain("were cut");
  },
);

test.concurrent.each(WORKER_COUNTS)(
  "in the delay health is 503, all is served, and every answer ends its connection, with %s worker(s)",
  async (workers) => {
    await using node = await startNode({ workers, delay: "1s" });
    const { gateway, upstream } = node;
    const load = await startLoad(gateway);

    const ended = gateway.stop();
    const health = await untilDraining(gateway);
    const drainingSince = performance.now();
    const code = await ended;
    await load.over();

    const served = load.attempts.filter(
      ({ startedAt, outcome }) => startedAt > drainingSince && outcome === "answered",
    );
    expect(health.status).toBe(503);
    expect(health.headers.get("cache-control")).toBe("no-store");
    expect(await health.json()).toEqual({ status: "draining" });
    expect(served.length).toBeGreaterThan(100);
    expect(served.filter(({ endsConnection }) => !endsConnection)).toEqual([]);
    expect(failures(load.attempts, upstream.seen)).toEqual([]);
    expect(code).toBe(0);
  },
);

/** The first health page that is not 200. */
async function untilDraining(gateway: TestGateway): Promise<Response> {
  for (;;) {
    const response = await gateway.fetch("/__health");
    if (response.status !== 200) return response;
    await response.text();
  }
}

test.concurrent.each(WORKER_COUNTS)(
  "requests longer than max_shutdown_wait_time are cut and counted, with %s worker(s)",
  async (workers) => {
    const settings = { max_shutdown_wait_time: "600ms" };
    await using node = await startNode({ workers, settings });
    const { gateway, upstream } = node;
    const idle = await openAll(gateway, 11);
    for (const [at, client] of idle.entries()) client.send(request(`/fast?id=idle-${at}`));
    for (const client of idle) await client.readResponse();
    const stuck = await openAll(gateway, 12);
    for (const [at, client] of stuck.entries()) client.send(request(`/stuck?id=${at}`));
    while (upstream.seen.size < idle.length + stuck.length) await Bun.sleep(5);
    // Half a head is a request that is being received.
    idle.pop()!.send("GET /fast?id=half HTTP/1.1\r\nHo");

    const code = await gateway.stop();

    expect(code).toBe(0);
    expect(gateway.log()).toContain("requests in flight were cut cut=13");
    expect(upstream.seen.has("half")).toBe(false);
    for (const client of idle) expect(await client.closed()).toBe("close");
  },
);

test.concurrent.each([
  ["1", "SIGTERM", 143],
  ["2", "SIGTERM", 143],
  ["2", "SIGINT", 130],
] as const)("with %s worker(s) a second signal (%s) ends at once with %p", async (...given) => {
  const [workers, signal, expected] = given;
  await using node = await startNode({ workers, delay: "60s" });
  const { gateway, upstream } = node;
  const client = await gateway.connect();
  client.send(request("/stuck?id=1"));
  while (upstream.seen.size < 1) await Bun.sleep(5);

  const ended = gateway.stop();
  await gateway.logged("Draining");
  process.kill(gateway.pid, signal);

  expect(await ended).toBe(expected);
});

test.concurrent.each(WORKER_COUNTS)(
  "requests sent ahead are answered in order up to the one that ends the connection, with %s worker(s)",
  async (workers) => {
    await using node = await startNode({ workers });
    const { gateway, upstream } = node;
    const client = await gateway.connect();
    const ids = ["fast?id=a", "fast?id=b", "slow?id=c", "fast?id=d", "fast?id=e"];
    client.send(ids.map((id) => request(`/${id}`)).join(""));
    const first = await client.readResponse();
    const second = await client.readResponse();
    while (!upstream.seen.has("c")) await Bun.sleep(5);

    const ended = gateway.stop();
    const third = await client.readResponse();

    expect(await client.readUntilClose()).toBeEmpty();
    expect(await client.closed()).toBe("close");
    expect([first, second, third].map(({ text }) => JSON.parse(text).id)).toEqual(["a", "b", "c"]);
    expect(third.headers.connection).toEqual(["close"]);
    expect([...upstream.seen]).toEqual(["a", "b", "c"]);
    expect(await ended).toBe(0);
  },
);

test.concurrent.each(WORKER_COUNTS)(
  "a request that meets the closing of its idle connection is answered or never seen, with %s worker(s)",
  async (workers) => {
    await using node = await startNode({ workers });
    const { gateway, upstream } = node;
    const pool = await openAll(gateway, 80);
    for (const [at, client] of pool.entries()) client.send(request(`/fast?id=first-${at}`));
    for (const client of pool) await client.readResponse();

    const ended = gateway.stop();
    // Before, at and after the moment at which idle connections are closed.
    const outcomes = pool.map(async (client, at) => {
      await Bun.sleep(at * 5);
      client.send(request(`/fast?id=second-${at}`));
      return client.readResponse().then(
        ({ status, text }) => (status === 200 && text.includes(`second-${at}"`) ? "whole" : text),
        () => "none",
      );
    });
    const answers = await Promise.all(outcomes);

    const broken = answers.filter(
      (answer, at) => answer !== "whole" && upstream.seen.has(`second-${at}`),
    );
    expect(broken).toEqual([]);
    expect(answers.slice(0, 20)).toEqual(Array(20).fill("whole"));
    expect(await ended).toBe(0);
  },
);
