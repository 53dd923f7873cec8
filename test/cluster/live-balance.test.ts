import { expect, test } from "bun:test";
import { endpoint, withCluster } from "./support/cluster.ts";
import { haproxy } from "./support/haproxy-process.ts";
import { report } from "./support/report.ts";

test.concurrent.skipIf(haproxy === undefined)(
  "each of three nodes gets a third of 3,000 requests",
  () =>
    withCluster({}, async (cluster) => {
      const load = cluster.load();
      load.add(30, { method: "GET", path: "/work" });

      const shares = await cluster.haproxy.stats.sharesDuring(() => load.more(3_000));
      await load.stop();

      report("distribution", load, JSON.stringify(Object.fromEntries(shares)));
      expect(load.failures()).toEqual([]);
      expect([...shares.keys()]).toEqual(["n1", "n2", "n3"]);
      for (const share of shares.values()) expect(Math.abs(share - 100 / 3)).toBeLessThan(2);
    }),
);

test.concurrent.skipIf(haproxy === undefined)(
  "a slow node gets a small share, and the others do its work",
  () => {
    const slow = { endpoints: [endpoint("GET", "/work", "/slow")] };
    return withCluster({ settingsOf: (name) => (name === "n2" ? slow : {}) }, async (cluster) => {
      const load = cluster.load();
      load.add(30, { method: "GET", path: "/work" });

      const shares = await cluster.haproxy.stats.sharesDuring(() => load.more(1_500));
      await load.stop();

      report("a slow node", load, JSON.stringify(Object.fromEntries(shares)));
      expect(load.failures()).toEqual([]);
      expect(shares.get("n2")).toBeGreaterThan(0);
      expect(shares.get("n2")).toBeLessThan(12);
    });
  },
);

test.concurrent.skipIf(haproxy === undefined)(
  "a route that fails on every node takes no node out, and is not asked twice",
  () =>
    withCluster({}, async (cluster) => {
      const load = cluster.load();
      load.add(10, { method: "GET", path: "/broken" });
      await load.more(300);
      load.add(5, { method: "GET", path: "/work" });

      await load.more(900);
      await load.stop();
      const servers = [...(await cluster.haproxy.stats.servers()).values()];

      const ofPath = (path: string) => load.attempts.filter((attempt) => attempt.path === path);
      const asked = cluster.upstream.executions.filter(({ path }) => path === "/broken");
      expect(load.failures(({ path }) => path === "/work")).toEqual([]);
      expect(ofPath("/work").length).toBeGreaterThan(50);
      expect([...new Set(ofPath("/broken").map(({ status }) => status))]).toEqual([500]);
      expect(asked).toHaveLength(ofPath("/broken").length);
      expect(servers.map(({ status, downs }) => `${status} ${downs}`)).toEqual([
        "UP 0",
        "UP 0",
        "UP 0",
      ]);
    }),
);
