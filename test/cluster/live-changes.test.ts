import { expect, test } from "bun:test";
import { type Cluster, withCluster } from "./support/cluster.ts";
import type { ClusterLoad } from "./support/cluster-load.ts";
import { haproxy } from "./support/haproxy-process.ts";
import { STEADY, startMixedLoad } from "./support/mixed-load.ts";
import { report } from "./support/report.ts";
import { until } from "./support/until.ts";

/** Among the clients are some whose requests outlive whatever is changed. */
function startLoad(cluster: Cluster): Promise<ClusterLoad> {
  return startMixedLoad(cluster, [2, { method: "POST", path: "/work", takesMs: 800 }]);
}

test.concurrent.skipIf(haproxy === undefined)(
  "HAProxy is reloaded three times and nothing is lost",
  () =>
    withCluster({}, async (cluster) => {
      const load = await startLoad(cluster);

      for (let reload = 0; reload < 3; reload++) {
        await cluster.haproxy.reload();
        await load.more(STEADY);
      }
      await load.stop();

      report("reload of HAProxy, three times", load);
      expect(load.failures()).toEqual([]);
      expect(cluster.upstream.executedTwice()).toEqual([]);
    }),
);

test.concurrent.skipIf(haproxy === undefined)(
  "HAProxy is reloaded while a node is dead, and no GET is lost",
  () =>
    withCluster({}, async (cluster) => {
      await cluster.nodes[2].kill();
      await cluster.shown("n3", "DOWN");
      const load = await startLoad(cluster);

      await cluster.haproxy.reload();
      await cluster.shown("n3", "DOWN");
      await load.more(STEADY);
      await load.stop();

      report("reload of HAProxy beside a dead node", load);
      expect(load.failures()).toEqual([]);
      expect(cluster.upstream.executedTwice()).toEqual([]);
    }),
);

test.concurrent.skipIf(haproxy === undefined)(
  "a node is added and another removed while HAProxy runs, and the load is even again",
  () =>
    withCluster({}, async (cluster) => {
      const { stats } = cluster.haproxy;
      const load = await startLoad(cluster);
      const added = cluster.spare("n4");
      await added.start();

      const checks = /default-server (.*)/.exec(cluster.rendered)?.[1] ?? "";
      // It enters with its whole weight: its share is measured below.
      const options = checks.replace("slowstart 5s ", "");
      const answers = [
        await stats.send(`add server gw/n4 ${added.host}:${added.port} ${options} weight 100`),
        await stats.send("enable health gw/n4"),
        await stats.send("enable server gw/n4"),
      ];
      await cluster.shown("n4", "UP");
      await load.more(STEADY);
      answers.push(await stats.send("set server gw/n1 state drain"));
      await until("n1 has no request left", async () => {
        const server = await stats.server("n1");
        return server?.current === 0;
      });
      answers.push(await stats.send("set server gw/n1 state maint"));
      const deleted = await until("HAProxy lets go of n1", async () => {
        const answer = await stats.send("del server gw/n1");
        return answer.includes("deleted") && answer.trim();
      });
      await cluster.nodes[0].stop();
      const shares = await until("the load is even", async () => {
        const measured = await stats.sharesDuring(() => load.more(900));
        const isEven = [...measured.values()].every((share) => Math.abs(share - 100 / 3) < 5);
        return isEven && measured;
      });
      await load.stop();

      report("a node added, a node removed", load, JSON.stringify(Object.fromEntries(shares)));
      expect(answers[0]).toContain("New server registered.");
      expect(answers.slice(1).map((answer) => answer.trim())).toEqual(["", "", "", ""]);
      expect(deleted).toBe("Server deleted.");
      expect(load.failures()).toEqual([]);
      expect(cluster.upstream.executedTwice()).toEqual([]);
      expect([...shares.keys()].sort()).toEqual(["n2", "n3", "n4"]);
    }),
);
