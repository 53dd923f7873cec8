import { expect, test } from "bun:test";
import { type Cluster, withCluster } from "./support/cluster.ts";
import { open } from "./support/cluster-load.ts";
import { haproxy } from "./support/haproxy-process.ts";
import { until } from "./support/until.ts";

/** The balancer's own address towards the nodes. */
const BALANCER = "127.0.0.1/32";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function get(path: string, ...lines: readonly string[]): string {
  return [`GET ${path} HTTP/1.1`, "Host: gw", ...lines, "", ""].join("\r\n");
}

/** Asks from the given address of the block. */
async function ask({ edge, block }: Cluster, request: string, from = 77) {
  using connection = await open(edge.host, edge.port, block.host(from));
  connection.send(request);
  return await connection.readResponse();
}

test.concurrent.skipIf(haproxy === undefined)(
  "nothing that a client says of itself reaches the upstream, and the nodes log its address",
  () => {
    const router = { forwarded_by_client_ip: true, trusted_proxies: [BALANCER] };
    const remoteIpHeaders = { remote_ip_headers: ["X-Forwarded-For"] };
    const settings = { extra_config: { router: { ...router, ...remoteIpHeaders } } };
    return withCluster({ settings }, async (cluster) => {
      const spoofed = [
        "X-Forwarded-For: 198.51.100.1",
        "X-Forwarded-For: 198.51.100.2",
        "X-Real-IP: 198.51.100.3",
        "Forwarded: for=198.51.100.4",
        "X-Forwarded-Host: evil.test",
        "X-Forwarded-Port: 666",
        "X-Forwarded-Proto: https",
        "X-Request-Id: client-made-id-1",
        "X-Other: kept",
      ];

      const answer = await ask(cluster, get("/work?id=spoofed", ...spoofed));
      const logged = await until("a node has logged the request", () =>
        cluster.nodes
          .flatMap((node) => node.log().split("\n"))
          .find((line) => line.includes("spoofed")),
      );

      const seen = cluster.upstream.executions[0]?.headers ?? {};
      const ids = answer.headers["x-request-id"] ?? [];
      expect(answer.status).toBe(200);
      expect(JSON.stringify(seen)).not.toMatch(/198\.51\.100|evil\.test|666|client-made/);
      expect(seen["x-forwarded-for"]).toBe(cluster.block.host(77));
      expect(seen["x-forwarded-proto"]).toBe("http");
      expect(seen["x-other"]).toBe("kept");
      expect(ids).toHaveLength(1);
      expect(ids[0]).toMatch(UUID);
      expect(seen["x-request-id"]).toBe(ids[0]);
      expect(logged).toContain(` ${cluster.block.host(77)} `);
    });
  },
);

test.concurrent.skipIf(haproxy === undefined)(
  "the balancer's view of the nodes' health is nothing for clients",
  () =>
    withCluster({}, async (cluster) => {
      const { status } = await ask(cluster, get("/__health"));

      expect(status).toBe(404);
    }),
);

test.concurrent.skipIf(haproxy === undefined)(
  "a limit is exact for the whole cluster: 20 of a burst of 40 pass, of each client",
  () =>
    withCluster({ flags: ["--rate", "20/1m:src"] }, async (cluster) => {
      const burst = Array.from({ length: 40 }, (_, at) => get(`/work?id=burst-${at}`));

      const answers = await Promise.all(burst.map((request) => ask(cluster, request)));
      const other = await ask(cluster, get("/work?id=other"), 78);

      const refused = answers.filter(({ status }) => status === 429);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
      expect(refused).toHaveLength(20);
      expect(refused[0]?.headers["retry-after"]).toEqual(["60"]);
      expect(refused[0]?.text).toBe('{"message":"rate limit exceeded"}');
      expect(other.status).toBe(200);
      expect(cluster.upstream.executions).toHaveLength(21);
    }),
);

test.concurrent.skipIf(haproxy === undefined)(
  "a client that sends its head slowly gets 408 at the gateway's own limit, and costs no node anything",
  () =>
    withCluster({ settings: { read_header_timeout: "1s" } }, async (cluster) => {
      using connection = await open(cluster.edge.host, cluster.edge.port);
      const startedAt = performance.now();
      connection.send("GET /work HTTP/1.1\r\nHost: gw\r\nX-Slow: ");

      const { status } = await connection.readResponse();
      const tookMs = performance.now() - startedAt;

      const servers = [...(await cluster.haproxy.stats.servers()).values()];
      expect(status).toBe(408);
      expect(tookMs).toBeGreaterThan(990);
      expect(servers.map(({ requests }) => requests)).toEqual([0, 0, 0]);
    }),
);
