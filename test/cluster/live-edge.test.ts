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
    const remoteIpHeaders = { remote_ip_headers: ["X-Client-IP", "X-Forwarded-For"] };
    const settings = { extra_config: { router: { ...router, ...remoteIpHeaders } } };
    return withCluster({ settings }, async (cluster) => {
      const spoofed = [
        "X-Forwarded-For: 198.51.100.1",
        "X-Forwarded-For: 198.51.100.2",
        "X-Real-IP: 198.51.100.3",
        "Forwarded: for=198.51.100.4",
        "X-Client-IP: 198.51.100.5",
        "x-client-ip: 198.51.100.6",
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
      const paths = [
        ...["/__health", "/__HEALTH", "/__health/", "//__health", "/__Health//", "/__health?a=/b"],
        ...["/%5F%5fhealth", "/__healt%68", "/%2F__health%2f", "http://gw/__health"],
      ];

      const answers = await Promise.all(paths.map((path) => ask(cluster, get(path))));

      expect(answers.map(({ status }, at) => [paths[at], status])).toEqual(
        paths.map((path) => [path, 404]),
      );
      // Not the nodes' answers, which may be 404 as well.
      const servers = [...(await cluster.haproxy.stats.servers()).values()];
      expect(servers.map(({ requests }) => requests)).toEqual([0, 0, 0]);
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
  "behind a trusted proxy a limit counts whom the proxy names, and not what a client says",
  () => {
    const flags = ["--rate", "3/1m:src", "--trust", "127.0.0.0/8"];
    return withCluster({ flags }, async (cluster) => {
      const named = (address: string, at: number) =>
        get(
          `/work?id=${at}`,
          "X-Forwarded-For: 198.51.100.9",
          `X-Forwarded-For: 1.1.1.${at}, ${address}`,
        );
      const count = async (requests: readonly string[]) => {
        const answers = await Promise.all(requests.map((request) => ask(cluster, request)));
        return answers.filter(({ status }) => status === 200).length;
      };
      const six = [1, 2, 3, 4, 5, 6];

      const one = await count(six.map((at) => named("203.0.113.1", at)));
      const other = await count(six.map((at) => named("2001:db8::2", at)));
      const unnamed = await count(six.map((at) => named("unknown", at)));

      expect([one, other, unnamed]).toEqual([3, 3, 3]);
    });
  },
);

test.concurrent.skipIf(haproxy === undefined)(
  "behind proxies in a row a limit counts the client, and a client of IPv6 by its network",
  () => {
    const flags = ["--rate", "3/1m:src", "--trust", "127.0.0.0/8,192.0.2.0/24"];
    return withCluster({ flags }, async (cluster) => {
      const count = async (forwarded: (at: number) => string) => {
        let passed = 0;
        // One after the other: two threads of HAProxy can each let the last request of a limit through.
        for (const at of [1, 2, 3, 4, 5, 6]) {
          const forwardedFor = `X-Forwarded-For: ${forwarded(at)}`;
          const { status } = await ask(cluster, get(`/work?id=${at}`, forwardedFor));
          if (status === 200) passed++;
        }
        return passed;
      };

      const counts = {
        "two hops": await count((at) => `1.1.1.${at}, 203.0.113.1, 192.0.2.1`),
        "another client": await count((at) => `1.1.1.${at}, 203.0.113.2, 192.0.2.1`),
        "three hops": await count((at) => `1.1.1.${at}, 203.0.113.3, 192.0.2.2, 192.0.2.1`),
        "many clients": await count((at) => `203.0.113.${10 + at}, 192.0.2.2, 192.0.2.1`),
        "a hop without an address": await count((at) => `1.1.1.${at}, unknown, 192.0.2.1`),
        "one network": await count((at) => `2001:db8::${at}`),
        "many networks": await count((at) => `2001:db8:0:${at}::1`),
        "IPv4 in IPv6": await count((at) => `::ffff:203.0.113.${30 + at}`),
      };

      expect(counts).toEqual({
        "two hops": 3,
        "another client": 3,
        "three hops": 3,
        "many clients": 6,
        "a hop without an address": 3,
        "one network": 3,
        "many networks": 6,
        "IPv4 in IPv6": 6,
      });
    });
  },
);

test.concurrent.skipIf(haproxy === undefined)(
  "a body above the limit is refused, announced or in chunks, and reaches no node",
  () =>
    withCluster({ flags: ["--max-body", "1k"] }, async (cluster) => {
      const post = (line: string, body: string) =>
        ask(cluster, `POST /work HTTP/1.1\r\nHost: gw\r\n${line}\r\n\r\n${body}`);
      const chunked = (size: number) =>
        post(
          "Transfer-Encoding: chunked",
          `${size.toString(16)}\r\n${"x".repeat(size)}\r\n0\r\n\r\n`,
        );

      const answers = [
        await post("Content-Length: 1025", "x".repeat(1025)),
        await chunked(1025),
        await post("Content-Length: 1024", "x".repeat(1024)),
        await chunked(1024),
      ];

      expect(answers.map(({ status }) => status)).toEqual([413, 413, 200, 200]);
      expect(cluster.upstream.executions).toHaveLength(2);
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
