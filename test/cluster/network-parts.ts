import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { findTool } from "../support/find-tool.ts";
import { gatewayCommand } from "../support/gateway-process.ts";
import type { LoadInterval } from "./network-load.ts";
import { balancerText, keepalivedText } from "./network-texts.ts";
import { type HaproxyProcess, startHaproxy } from "./support/haproxy-process.ts";
import type { Host, HostProcess } from "./support/namespaces.ts";
import { timeUntil } from "./support/until.ts";

const WAIT_LIMIT_MS = 30_000;
const GATEWAY_PORT = 8080;
const UPSTREAM_PORT = 9000;

/** Starts an upstream, and a gateway in front of it on each node; returns the gateways. */
export function startNodes(folder: string, upstream: Host, nodes: readonly Host[]): HostProcess[] {
  const file = configurationFile(folder);
  writeFileSync(
    file,
    JSON.stringify({
      version: 3,
      port: GATEWAY_PORT,
      timeout: "2s",
      host: [`http://${upstream.address}:${UPSTREAM_PORT}`],
      endpoints: [{ endpoint: "/who", backend: [{ url_pattern: "/who" }] }],
    }),
  );
  const program = join(import.meta.dir, "network-upstream.ts");
  discardOutput(upstream.start(process.execPath, program, String(UPSTREAM_PORT)));
  return nodes.map((node) => {
    const gateway = node.start(...gatewayCommand(), "run", "-c", file);
    discardOutput(gateway);
    return gateway;
  });
}

function configurationFile(folder: string): string {
  return join(folder, "gateway.json");
}

/** A running HAProxy. */
export interface Balancer {
  readonly haproxy: HaproxyProcess;
  /** The server's columns `status` and `check_status`: `UP L7OK`. Empty while nobody answers. */
  state(node: Host): Promise<string>;
}

/** Starts HAProxy in front of the nodes, on port 80 of all addresses of the host. */
export async function startBalancer(
  folder: string,
  host: Host,
  nodes: readonly Host[],
): Promise<Balancer> {
  const haproxy = await startHaproxy({
    folder: mkdtempSync(join(folder, `${host.name}-`)),
    rendered: balancerText(configurationFile(folder), nodes),
    start: host.start,
  });
  return {
    haproxy,
    state: async ({ address }) => {
      const servers = [...(await haproxy.stats.servers()).values()];
      const server = servers.find(({ name }) => name.startsWith(`${address}_`));
      return server === undefined ? "" : `${server.status} ${server.checkStatus}`.trim();
    },
  };
}

/** Starts keepalived, which holds the virtual address while it is the better of the two hosts. */
export function startKeepalived(
  folder: string,
  host: Host,
  options: { readonly peer: Host; readonly priority: number; readonly virtual: string },
): HostProcess {
  const file = join(folder, `${host.name}-keepalived.conf`);
  writeFileSync(file, keepalivedText(host, options));
  const pids = [`--pid=${file}.pid`, `--vrrp_pid=${file}.vrrp.pid`];
  const words = ["--dont-fork", "--log-console", "--vrrp", "-f", file, ...pids];
  const child = host.start(findTool("keepalived") ?? "keepalived", ...words);
  discardOutput(child);
  return child;
}

/** Clients that ask without pause. */
export interface Load {
  /** Everything since the last call of this, as one interval. */
  take(): LoadInterval;
  /** Everything since the last `take`, which stays. */
  soFar(): LoadInterval;
}

/** Lets clients on a host ask `http://address:80/who`. */
export function startLoad(
  host: Host,
  options: { readonly address: string; readonly clients: number; readonly limitMs: number },
): Load {
  const program = join(import.meta.dir, "network-load.ts");
  const words = [options.address, "80", String(options.clients), String(options.limitMs)];
  const child = host.start(process.execPath, program, ...words);
  child.stderr.resume();
  let intervals: LoadInterval[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => intervals.push(JSON.parse(line)));
  return {
    take: () => {
      const total = sum(intervals);
      intervals = [];
      return total;
    },
    soFar: () => sum(intervals),
  };
}

function sum(intervals: readonly LoadInterval[]): LoadInterval {
  const byNode: Record<string, number> = {};
  for (const interval of intervals) {
    for (const [node, count] of Object.entries(interval.byNode)) {
      byNode[node] = (byNode[node] ?? 0) + count;
    }
  }
  return {
    answered: intervals.reduce((total, { answered }) => total + answered, 0),
    failures: intervals.flatMap(({ failures }) => failures),
    worstMs: Math.max(0, ...intervals.map(({ worstMs }) => worstMs)),
    silenceMs: Math.max(0, ...intervals.map(({ silenceMs }) => silenceMs)),
    waitingMs: intervals.at(-1)?.waitingMs ?? 0,
    byNode,
  };
}

/** Waits longer than others do: for elections and checks. */
export function waitUntil(what: string, isSo: () => boolean | Promise<boolean>): Promise<number> {
  return timeUntil(what, isSo, WAIT_LIMIT_MS);
}

/** A pipe that nobody reads stops the program that writes to it. */
function discardOutput(child: HostProcess): void {
  const show = process.env.GW_TEST_LOG !== undefined;
  child.stdout.on("data", (chunk: Buffer) => show && process.stderr.write(chunk));
  child.stderr.on("data", (chunk: Buffer) => show && process.stderr.write(chunk));
}
