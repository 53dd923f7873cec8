import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { findTool } from "../support/find-tool.ts";
import { gatewayCommand } from "../support/gateway-process.ts";
import type { LoadInterval } from "./network-load.ts";
import { balancerText, keepalivedText } from "./network-texts.ts";
import type { Host, HostProcess } from "./support/namespaces.ts";

const POLL_INTERVAL_MS = 20;
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
  readonly process: HostProcess;
  /** The server's columns `status` and `check_status`: `UP L7OK`. Empty while nobody answers. */
  state(node: Host): Promise<string>;
}

/** Starts HAProxy in front of the nodes, on port 80 of all addresses of the host. */
export function startBalancer(folder: string, host: Host, nodes: readonly Host[]): Balancer {
  const socket = join(folder, `${host.name}.sock`);
  const file = join(folder, `${host.name}.cfg`);
  writeFileSync(file, balancerText(configurationFile(folder), nodes, socket));
  const child = host.start(findTool("haproxy") ?? "haproxy", "-db", "-f", file);
  discardOutput(child);
  return {
    process: child,
    state: async (node) => {
      const lines = (await askSocket(socket, "show stat"))
        .split("\n")
        .map((line) => line.split(","));
      const [heads = [], ...rows] = lines;
      const row = rows.find((cells) => cells[0] === "gw" && cells[1]?.startsWith(node.address));
      const read = (column: string): string => row?.[heads.indexOf(column)] ?? "";
      return `${read("status")} ${read("check_status")}`.trim();
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

/** Polls until it is so; fails with what was waited for. */
export async function waitUntil(
  what: string,
  isSo: () => boolean | Promise<boolean>,
): Promise<number> {
  const began = performance.now();
  while (!(await isSo())) {
    if (performance.now() - began > WAIT_LIMIT_MS) throw new Error(`not in time: ${what}`);
    await Bun.sleep(POLL_INTERVAL_MS);
  }
  return performance.now() - began;
}

/** Ends a program at once, as a crash would. */
export async function crash(child: HostProcess): Promise<void> {
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await closed;
}

/** A pipe that nobody reads stops the program that writes to it. */
function discardOutput(child: HostProcess): void {
  const show = process.env.GW_TEST_LOG !== undefined;
  child.stdout.on("data", (chunk: Buffer) => show && process.stderr.write(chunk));
  child.stderr.on("data", (chunk: Buffer) => show && process.stderr.write(chunk));
}

/** A socket with a name in the file system is reached across network namespaces. */
function askSocket(path: string, command: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString("utf8");
    });
    socket.on("error", () => resolve(""));
    socket.on("close", () => resolve(text.replace(/^# /, "")));
    socket.write(`${command}\n`);
  });
}
