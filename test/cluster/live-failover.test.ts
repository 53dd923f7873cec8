import { expect, test } from "bun:test";
import { type Cluster, SERVER_TIMEOUT_MS, withCluster } from "./support/cluster.ts";
import { haproxy } from "./support/haproxy-process.ts";
import { POST_CLIENTS, STEADY, startMixedLoad } from "./support/mixed-load.ts";
import { report } from "./support/report.ts";
import { until } from "./support/until.ts";

/** Longer than the nodes' shutdown delay. */
const LONG_MS = 1_800;

const isSafe = ({ method }: { readonly method: string }) => method !== "POST";

test.concurrent.skipIf(haproxy === undefined)(
  "a node that is killed costs no GET, and at most the POSTs that were on it",
  () =>
    withCluster({ workers: 2 }, async (cluster) => {
      const load = await startMixedLoad(cluster);

      await cluster.nodes[1].kill();
      const downMs = await cluster.shown("n2", "DOWN");
      await load.more(STEADY);
      await cluster.nodes[1].start();
      await cluster.shown("n2", "UP");
      await load.more(STEADY);
      await load.stop();

      report("kill -9", load, `down after ${Math.round(downMs)} ms`);
      expect(load.failures(isSafe)).toEqual([]);
      expect(load.failures().length).toBeLessThanOrEqual(POST_CLIENTS);
      expect(cluster.upstream.executedTwice()).toEqual([]);
    }),
);

test.concurrent.skipIf(haproxy === undefined)(
  "a node that stops loses nothing, not even a request that is longer than its delay",
  () =>
    withCluster({ workers: 2 }, async (cluster) => {
      const load = await startMixedLoad(cluster);
      load.add(6, { method: "GET", path: "/work", takesMs: LONG_MS });
      load.add(6, { method: "POST", path: "/work", takesMs: LONG_MS });
      await until("long requests are at work on all nodes", () => longOnes(cluster) >= 12);

      const ended = cluster.nodes[1].stop();
      await until("HAProxy sees 503", async () => {
        const server = await cluster.haproxy.stats.server("n2");
        return server?.checkStatus === "L7STS" && server.checkCode === 503;
      });
      await cluster.shown("n2", "DOWN");
      const isListeningWhileDown = await cluster.nodes[1].isListening();
      const code = await ended;
      const isListeningAfter = await cluster.nodes[1].isListening();
      await load.more(STEADY);
      await load.stop();

      report("SIGTERM", load);
      expect(load.failures()).toEqual([]);
      expect(cluster.upstream.executedTwice()).toEqual([]);
      expect([isListeningWhileDown, isListeningAfter, code]).toEqual([true, false, 0]);
      expect(cluster.nodes[1].log()).not.toContain("were cut");
    }),
);

function longOnes({ upstream }: Cluster): number {
  return upstream.executions.filter(({ takesMs }) => takesMs === LONG_MS).length;
}

test.concurrent.skipIf(haproxy === undefined)(
  "a node that freezes costs no GET, no GET longer than the balancer's limit, and comes back",
  () =>
    withCluster({}, async (cluster) => {
      const load = await startMixedLoad(cluster);

      cluster.nodes[1].signal("SIGSTOP");
      const downMs = await cluster.shown("n2", "DOWN");
      // It would answer those it still has with an error: they have outlived their endpoint's timeout.
      await load.settled();
      cluster.nodes[1].signal("SIGCONT");
      await cluster.shown("n2", "UP");
      await load.more(STEADY);
      await load.stop();

      report("SIGSTOP", load, `down after ${Math.round(downMs)} ms`);
      const slowestSafe = Math.max(...load.attempts.filter(isSafe).map(({ tookMs }) => tookMs));
      expect(load.failures(isSafe)).toEqual([]);
      expect(slowestSafe).toBeLessThan(SERVER_TIMEOUT_MS + 1_000);
      expect(downMs).toBeLessThan(4_000);
      // Checks may take as long as the balancer's patience: a client can meet the frozen node a second time.
      expect(load.failures().length).toBeLessThanOrEqual(2 * POST_CLIENTS);
      expect(cluster.upstream.executedTwice()).toEqual([]);
    }),
);

test.concurrent.skipIf(haproxy === undefined)(
  "all nodes are restarted one after the other and nothing is lost",
  () =>
    withCluster({}, async (cluster) => {
      const load = await startMixedLoad(cluster);
      load.add(3, { method: "POST", path: "/work", takesMs: LONG_MS / 2 });
      const servedAfter: string[] = [];

      for (const node of cluster.nodes) {
        expect(await node.stop()).toBe(0);
        await cluster.shown(node.name, "DOWN");
        await node.start();
        await cluster.shown(node.name, "UP");
        const before = (await cluster.haproxy.stats.server(node.name))?.requests ?? 0;
        await until(`${node.name} serves again`, async () => {
          return ((await cluster.haproxy.stats.server(node.name))?.requests ?? 0) > before;
        });
        servedAfter.push(node.name);
      }
      await load.stop();

      report("rolling restart", load);
      expect(load.failures()).toEqual([]);
      expect(cluster.upstream.executedTwice()).toEqual([]);
      expect(servedAfter).toEqual(["n1", "n2", "n3"]);
    }),
);
