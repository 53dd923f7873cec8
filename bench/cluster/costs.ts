import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTool } from "../../test/support/find-tool.ts";
import { freePort } from "../../test/support/free-port.ts";
import { gatewayCommand } from "../../test/support/gateway-process.ts";
import { runLoad } from "../gateway/load.ts";
import { cpuTimeUs, LOAD_CORE, MEASURED_CORE, startPinned } from "../gateway/processes.ts";

/** What one HAProxy costs with so many nodes. */
export interface BalancerCost {
  readonly nodes: number;
  /** `gw haproxy`, from the start of the process to its end. */
  readonly renderMs: number;
  /** `haproxy -c` on the result. */
  readonly checkMs: number;
  /** From the start of HAProxy until it accepts connections: what a reload takes until the new worker serves. */
  readonly startMs: number;
  /** Processor time for health checks alone, as a share of one core. */
  readonly idleShare: number;
  readonly residentMegabytes: number;
  /** Processor time of HAProxy per request of 200 bytes. */
  readonly cpuUs: number;
  readonly requestsPerSecond: number;
  readonly failures: number;
  /** Share of the requests that needed no new connection to a node. */
  readonly reused: number;
}

/**
 * Measures HAProxy on one core, with the rendered file in front of so many addresses of 127/8, all of
 * them one nginx: what answers costs the other core as little as possible.
 */
export async function measureBalancer(nodes: number, seconds: number): Promise<BalancerCost> {
  const folder = mkdtempSync(join(tmpdir(), "gw-bench-"));
  const [port, nodePort, statsPort] = [await freePort(), await freePort(), await freePort()];
  const stops: (() => void)[] = [];
  try {
    const list = join(folder, "hosts.txt");
    const lines = Array.from(
      { length: nodes },
      (_, place) => `127.78.${place >> 7}.${(place & 127) + 1}:${nodePort}\n`,
    );
    writeFileSync(list, lines.join(""));
    const file = join(folder, "haproxy.cfg");
    const [program, ...words] = gatewayCommand();
    const options = ["--bind", `127.0.0.1:${port}`, "--stats", `127.0.0.1:${statsPort}`];
    const small = ["--maxconn", "2000", "--user", "none"];
    const rendered = timed(program, [...words, "haproxy", "--nodes", list, ...options, ...small]);
    const socket = `stats socket ${join(folder, "admin.sock")}`;
    writeFileSync(file, rendered.output.replace(/stats socket \S+/, socket));
    const haproxy = findTool("haproxy") ?? "haproxy";
    const checked = timed(haproxy, ["-c", "-f", file]);

    const web = join(folder, "nginx.conf");
    writeFileSync(web, nginxText(folder, nodePort));
    const nginx = findTool("nginx") ?? "nginx";
    stops.push((await startPinned(LOAD_CORE, [nginx, "-c", web], nodePort)).stop);
    const began = performance.now();
    const balancer = await startPinned(MEASURED_CORE, [haproxy, "-db", "-f", file], port);
    const startMs = performance.now() - began;
    stops.push(balancer.stop);

    const idleBefore = cpuTimeUs(balancer.pid);
    await Bun.sleep(seconds * 1_000);
    const idleShare = (cpuTimeUs(balancer.pid) - idleBefore) / (seconds * 1e6);
    const before = cpuTimeUs(balancer.pid);
    const load = await runLoad(`http://127.0.0.1:${port}/`, 64, seconds);
    const spentUs = cpuTimeUs(balancer.pid) - before - idleShare * load.durationSeconds * 1e6;
    const reused = await readReuse(statsPort);
    const { stdout } = spawnSync("ps", ["-o", "rss=", "-p", String(balancer.pid)]);
    return {
      nodes,
      renderMs: rendered.ms,
      checkMs: checked.ms,
      startMs,
      idleShare,
      residentMegabytes: Number(stdout) / 1024,
      cpuUs: spentUs / load.requests,
      requestsPerSecond: load.requests / load.durationSeconds,
      failures: load.failures,
      reused,
    };
  } finally {
    for (const stop of stops) stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readReuse(statsPort: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${statsPort}/;csv`);
  const [heads = [], ...rows] = (await answer.text()).split("\n").map((line) => line.split(","));
  const total = rows.find((cells) => cells[0] === "gw" && cells[1] === "BACKEND") ?? [];
  const read = (column: string): number => Number(total[heads.indexOf(column)]);
  return read("reuse") / (read("reuse") + read("connect"));
}

function timed(program: string, words: readonly string[]): { output: string; ms: number } {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8" });
  const ms = performance.now() - began;
  if (status !== 0) throw new Error(`${program} ${words.join(" ")}: ${stderr}`);
  return { output: stdout, ms };
}

function nginxText(folder: string, port: number): string {
  return `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 8192; }
http {
  access_log off;
  keepalive_requests 1000000;
  server {
    listen ${port};
    location / { default_type application/json; return 200 '{"filler":"${"x".repeat(180)}"}'; }
  }
}
`;
}
