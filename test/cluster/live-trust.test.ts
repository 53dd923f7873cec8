import { expect, test } from "bun:test";
import { withCluster } from "./support/cluster.ts";
import { open } from "./support/cluster-load.ts";
import { haproxy } from "./support/haproxy-process.ts";

const PROXY = 77;
const CLIENT = 78;

test.concurrent.skipIf(haproxy === undefined)(
  "without a certificate a trusted proxy says how its clients came, and nobody else",
  () =>
    withCluster({ flags: (block) => ["--trust", `${block.host(PROXY)}/32`] }, async (cluster) => {
      const { edge, block, upstream } = cluster;
      const ask = async (from: number, id: string) => {
        using connection = await open(edge.host, edge.port, block.host(from));
        const lines = [`GET /work?id=${id} HTTP/1.1`, "Host: gw", "X-Forwarded-Proto: https"];
        connection.send(`${lines.join("\r\n")}\r\n\r\n`);
        await connection.readResponse();
        return upstream.executions.find((one) => one.id === id)?.headers["x-forwarded-proto"];
      };

      const ofProxy = await ask(PROXY, "proxy");
      const ofClient = await ask(CLIENT, "client");

      expect([ofProxy, ofClient]).toEqual(["https", "http"]);
    }),
);
