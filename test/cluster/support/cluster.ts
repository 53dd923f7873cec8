import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClusterLoad } from "./cluster-load.ts";
import { type ClusterUpstream, startClusterUpstream } from "./cluster-upstream.ts";
import { type HaproxyProcess, startHaproxy } from "./haproxy-process.ts";
import { claimLoopbackBlock, type LoopbackBlock } from "./loopback-block.ts";
import { NodeProcess } from "./node-process.ts";
import { renderBalancer } from "./render-balancer.ts";
import { timeUntil, until } from "./until.ts";

/** What differs from three nodes behind a plain edge. */
export interface ClusterOptions {
  /** Added to `gw haproxy`. */
  readonly flags?: readonly string[] | ((block: LoopbackBlock) => readonly string[]);
  /** Laid over the root of the gateway's file. */
  readonly settings?: object;
  /** Added to the settings of one node alone. */
  readonly settingsOf?: (name: string) => object;
  /** Threads of each node; 1 where absent. */
  readonly workers?: number;
  /** In Go notation; above the 1.3 s within which the balancer sees that a node goes. */
  readonly shutdownDelay?: string;
  /** Last part of the address on which a TLS edge also listens without TLS, to redirect. */
  readonly plainAt?: number;
  /** Node that is expected to stay down. */
  readonly down?: string;
}

/** Three real nodes (`n1`, `n2`, `n3`) behind a real HAProxy, and an upstream behind them. */
export interface Cluster {
  /** Where clients go. */
  readonly edge: { readonly host: string; readonly port: number };
  readonly block: LoopbackBlock;
  readonly haproxy: HaproxyProcess;
  readonly upstream: ClusterUpstream;
  readonly nodes: readonly [NodeProcess, NodeProcess, NodeProcess];
  /** The file that HAProxy runs with. */
  readonly rendered: string;
  /** Another node that is not in the file, not started. */
  spare(name: string): NodeProcess;
  /** Clients at the edge. */
  load(): ClusterLoad;
  /** Resolves once HAProxy shows the node in this state, counted in milliseconds from the call. */
  shown(name: string, status: string, limitMs?: number): Promise<number>;
}

/** What the nodes' longest endpoint may take, and what HAProxy waits for at least. */
export const SERVER_TIMEOUT_MS = 3_000;

/** Gives the test a cluster and takes it down; when the test fails, what HAProxy and the nodes said is printed. */
export async function withCluster(
  options: ClusterOptions,
  body: (cluster: Cluster) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "gw-cluster-"));
  using block = await claimLoopbackBlock();
  const upstream = await startClusterUpstream(block.host(99), block.port(3));
  const nodes: NodeProcess[] = [];
  let haproxy: HaproxyProcess | undefined;
  try {
    const config = (name: string): string => {
      const settings = { ...options.settings, ...options.settingsOf?.(name) };
      return writeConfig(folder, { name, port: block.port(0), host: upstream.url, settings });
    };
    const create = (name: string, last: number): NodeProcess => {
      const { shutdownDelay = "1500ms", workers = 1 } = options;
      const address = { host: block.host(last), port: block.port(0) };
      const node = new NodeProcess({
        name,
        ...address,
        config: config(name),
        shutdownDelay,
        workers,
      });
      nodes.push(node);
      return node;
    };
    const first = [create("n1", 11), create("n2", 12), create("n3", 13)] as const;
    await Promise.all(first.map((node) => node.start()));
    const edge = { host: block.host(1), port: block.port(1) };
    const { plainAt } = options;
    const plain = plainAt === undefined ? [] : ["--bind", `${block.host(plainAt)}:80`];
    const { flags = [] } = options;
    const text = renderBalancer({
      folder,
      nodes: first,
      config: config("n1"),
      flags: [
        ...["--bind", `${edge.host}:${edge.port}`],
        ...plain,
        ...["--stats", `${edge.host}:${block.port(2)}`],
        ...["--maxconn", "400", "--user", "none"],
        ...(typeof flags === "function" ? flags(block) : flags),
      ],
    });
    // Port 80 is for root.
    const rendered = text.replaceAll(":80\n", `:${block.port(4)}\n`);
    const running = await startHaproxy({ folder, rendered });
    haproxy = running;
    const cluster: Cluster = {
      edge,
      block,
      haproxy: running,
      upstream,
      nodes: first,
      rendered,
      spare: (name) => create(name, 11 + nodes.length),
      load: () => new ClusterLoad(edge.host, edge.port),
      shown: (name, status, limitMs) =>
        timeUntil(
          `HAProxy shows ${name} as ${status}`,
          async () => (await running.stats.server(name))?.status === status,
          limitMs,
        ),
    };
    const expected = first.filter(({ name }) => name !== options.down);
    await Promise.all(expected.map(({ name }) => checked(cluster, name)));
    await body(cluster);
  } catch (error) {
    const logs = nodes.map((node) => `--- ${node.name}\n${node.log().slice(-1_500)}`).join("\n");
    console.error(`--- haproxy\n${haproxy?.log().slice(-6_000)}\n${logs}`);
    throw error;
  } finally {
    await haproxy?.stop();
    await Promise.all(nodes.map((node) => node.kill()));
    upstream.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An endpoint whose backend has the same path, or this one. */
export function endpoint(method: string, path: string, backendPath = path): object {
  return {
    endpoint: path,
    method,
    input_headers: ["*"],
    input_query_strings: ["id", "ms"],
    backend: [{ url_pattern: backendPath, method }],
  };
}

/** HAProxy counts a server as up before its first check. */
function checked({ haproxy }: Cluster, name: string): Promise<unknown> {
  return until(`HAProxy has checked ${name}`, async () => {
    const server = await haproxy.stats.server(name);
    return server?.status === "UP" && server.checkStatus === "L7OK";
  });
}

function writeConfig(
  folder: string,
  { name, port, host, settings }: { name: string; port: number; host: string; settings: object },
): string {
  const file = join(folder, `${name}.json`);
  const endpoints = [
    endpoint("GET", "/work"),
    endpoint("POST", "/work"),
    endpoint("GET", "/broken"),
  ];
  const root = { version: 3, name: "live", port, timeout: "2s", host: [host], endpoints };
  writeFileSync(file, JSON.stringify({ ...root, ...settings }));
  return file;
}
