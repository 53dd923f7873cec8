import { afterAll, expect, test } from "bun:test";
import { execFile, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:tls";
import { createAuthority, type KeyPair } from "../support/certificates.ts";
import { findTool } from "../support/find-tool.ts";
import { RawConnection } from "../support/raw-client.ts";
import { type Cluster, withCluster } from "./support/cluster.ts";
import { open } from "./support/cluster-load.ts";
import { haproxy } from "./support/haproxy-process.ts";
import { until } from "./support/until.ts";

const curl = findTool("curl");
const openssl = findTool("openssl");
const isPossible = haproxy !== undefined && openssl !== undefined;

const authority = isPossible ? createAuthority(openssl) : undefined;
afterAll(() => authority?.[Symbol.dispose]());

function issue(names: string): KeyPair {
  if (authority === undefined) throw new Error("only where there is openssl");
  return authority.issue(names);
}

/** Certificate and key in one file, as HAProxy reads them. */
function toPem({ certificate, key }: KeyPair): string {
  const file = certificate.replace(/\.pem$/, ".both.pem");
  writeFileSync(file, readFileSync(certificate, "utf8") + readFileSync(key, "utf8"));
  return file;
}

/** The plain side of a TLS edge, moved from port 80 to a port of the test's. */
function plainSide({ block }: Cluster) {
  return { host: block.host(2), port: block.port(4) };
}

test.concurrent.skipIf(!isPossible)(
  "the edge speaks TLS 1.2 and 1.3 with HTTP/2 and HSTS, refuses TLS 1.1, and sends plain clients over",
  () => {
    const flags = ["--cert", toPem(issue("DNS:edge.test"))];
    return withCluster({ flags, plainAt: 2 }, async (cluster) => {
      const { host, port } = cluster.edge;

      const answer = await getOverTls(cluster);
      const http2 = await getOverHttp2(cluster);
      const hosts = [
        "edge.test",
        "edge.test:8080",
        "[::1]",
        "[::1]:8080",
        "10.0.0.1:80",
        "a.test:",
      ];
      const redirects = await Promise.all(hosts.map((name) => postPlain(cluster, name)));
      const nameless = await Promise.all(
        ["", ":80", ":", null].map((name) => postPlain(cluster, name)),
      );
      const versions = ["-tls1_1", "-tls1_2", "-tls1_3"].map((flag) => [
        flag,
        canShakeHands(`${host}:${port}`, flag),
      ]);

      expect(answer.status).toBe(200);
      expect(answer.headers["strict-transport-security"]).toEqual(["max-age=63072000"]);
      expect(http2).toEqual({ status: 200, hsts: "max-age=63072000" });
      expect(
        cluster.upstream.executions.map(({ headers }) => headers["x-forwarded-proto"]),
      ).toEqual(["https", "https"]);
      expect(redirects.map(({ status }) => status)).toEqual([308, 308, 308, 308, 308, 308]);
      expect(nameless.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
      expect(redirects.map(({ headers }) => headers.location)).toEqual([
        [`https://edge.test:${port}/work?id=1`],
        [`https://edge.test:${port}/work?id=1`],
        [`https://[::1]:${port}/work?id=1`],
        [`https://[::1]:${port}/work?id=1`],
        [`https://10.0.0.1:${port}/work?id=1`],
        [`https://a.test:${port}/work?id=1`],
      ]);
      expect(versions).toEqual([
        ["-tls1_1", false],
        ["-tls1_2", true],
        ["-tls1_3", true],
      ]);
    });
  },
);

test.concurrent.skipIf(!isPossible)(
  "a node whose certificate has another name is out, and the others serve over TLS",
  () => {
    const right = issue("DNS:gw.test");
    const wrong = issue("DNS:other.test");
    const flags = ["--node-ca", authority?.certificate ?? "", "--node-name", "gw.test"];
    const settingsOf = (name: string) => {
      const { certificate, key } = name === "n2" ? wrong : right;
      return { tls: { keys: [{ public_key: certificate, private_key: key }] } };
    };
    return withCluster({ flags, settingsOf, down: "n2" }, async (cluster) => {
      await cluster.shown("n2", "DOWN");
      const load = cluster.load();
      load.add(6, { method: "GET", path: "/work" });
      load.add(3, { method: "POST", path: "/work" });

      const shares = await cluster.haproxy.stats.sharesDuring(() => load.more(200));
      await load.stop();

      const server = await cluster.haproxy.stats.server("n2");
      expect(load.failures()).toEqual([]);
      expect(shares.get("n2")).toBe(0);
      // HAProxy puts a star in front while the next check is under way.
      expect(server?.checkStatus).toMatch(/^(\* )?L6RSP$/);
    });
  },
);

test.concurrent.skipIf(!isPossible || curl === undefined)(
  "with --no-h2 a client executes a POST once whose node is killed, and hears of it",
  () => {
    const flags = ["--cert", toPem(issue("DNS:edge.test")), "--no-h2"];
    return withCluster({ flags }, async (cluster) => {
      const { haproxy, nodes, upstream } = cluster;
      const answer = postWithCurl(cluster, "/work?id=killed&ms=1500");
      const holder = await until("a node holds the POST", async () => {
        const servers = await haproxy.stats.servers();
        const held = nodes.find(({ name }) => servers.get(name)?.current === 1);
        return upstream.executions.length === 1 ? held : undefined;
      });

      await holder.kill();

      expect(await answer).toBe("HTTP/1.1 502");
      expect(upstream.executions.map(({ id, method }) => [id, method])).toEqual([
        ["killed", "POST"],
      ]);
    });
  },
);

test.concurrent.skipIf(!isPossible)(
  "what the balancer answers itself has a request id and HSTS as well",
  () => {
    const limits = ["--rate", "2/1m:src", "--max-body", "1k"];
    const flags = ["--cert", toPem(issue("DNS:edge.test")), ...limits];
    return withCluster({ flags, plainAt: 2 }, async (cluster) => {
      const large = `POST /work HTTP/1.1\r\nHost: edge.test\r\nContent-Length: 1025\r\n\r\n${"x".repeat(1025)}`;

      const ours = [
        await sendOverTls(cluster, "GET /__health HTTP/1.1\r\nHost: edge.test\r\n\r\n"),
        await sendOverTls(cluster, large),
        await getOverTls(cluster),
        await getOverTls(cluster),
        await getOverTls(cluster),
      ];
      const redirect = await postPlain(cluster, "edge.test");

      expect(ours.map(({ status }) => status)).toEqual([404, 413, 200, 200, 429]);
      for (const { headers } of ours) {
        expect(headers["strict-transport-security"]).toEqual(["max-age=63072000"]);
        expect(headers["x-request-id"]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
      }
      expect(redirect.headers["x-request-id"]).toHaveLength(1);
      // RFC 6797 section 7.2: never without TLS.
      expect(redirect.headers["strict-transport-security"]).toBeUndefined();
    });
  },
);

/** Offers HTTP/2, as curl does, and resolves with the protocol and the status that it got in the end. */
function postWithCurl({ edge }: Cluster, path: string): Promise<string> {
  const words = [
    ...["--silent", "--output", "/dev/null", "--write-out", "HTTP/%{http_version} %{http_code}"],
    ...["--cacert", authority?.certificate ?? "", "--data", "x", "--max-time", "15"],
    ...["--connect-to", `edge.test:443:${edge.host}:${edge.port}`, `https://edge.test${path}`],
  ];
  return new Promise((resolve) => {
    execFile(curl ?? "", words, (_error, stdout) => resolve(stdout));
  });
}

/** `null`: without `Host`. */
async function postPlain(cluster: Cluster, name: string | null) {
  const { host, port } = plainSide(cluster);
  using connection = await open(host, port);
  const line = name === null ? "" : `Host: ${name}\r\n`;
  connection.send(`POST /work?id=1 HTTP/1.1\r\n${line}Content-Length: 0\r\n\r\n`);
  return await connection.readResponse();
}

function getOverTls(cluster: Cluster) {
  return sendOverTls(cluster, "GET /work?id=tls HTTP/1.1\r\nHost: edge.test\r\n\r\n");
}

async function sendOverTls({ edge }: Cluster, request: string) {
  const socket = connect({
    ...edge,
    servername: "edge.test",
    ca: readFileSync(authority?.certificate ?? ""),
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("secureConnect", resolve);
    socket.once("error", reject);
  });
  using connection = new RawConnection(socket);
  connection.send(request);
  return await connection.readResponse();
}

async function getOverHttp2({ edge }: Cluster) {
  const session = connectHttp2(`https://${edge.host}:${edge.port}`, {
    servername: "edge.test",
    ca: readFileSync(authority?.certificate ?? ""),
  });
  try {
    return await new Promise((resolve, reject) => {
      session.once("error", reject);
      const stream = session.request({ ":path": "/work?id=h2", ":authority": "edge.test" });
      stream.once("error", reject);
      stream.once("response", (headers) => {
        const { ":status": status, "strict-transport-security": hsts } = headers;
        resolve({ status, hsts });
      });
      stream.resume();
    });
  } finally {
    session.destroy();
  }
}

/** With everything allowed on the client's side, so that a refusal is the edge's. */
function canShakeHands(address: string, version: string): boolean {
  const words = ["s_client", "-connect", address, version, "-cipher", "DEFAULT@SECLEVEL=0"];
  return spawnSync(openssl ?? "", words, { input: "" }).status === 0;
}
