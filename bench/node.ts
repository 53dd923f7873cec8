// What a node costs: time to the first answer, memory when idle, and what a second worker brings.
// Needs two cores, nginx and wrk, and the built binary (npm run build).
//
//   bun bench/node.ts [--quick]
//
// A full run writes bench/RESULTS-node.md. GW_BINARY names another binary than dist/gw.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { freePort } from "../test/support/free-port.ts";
import { renderManyEndpoints, renderUpstream } from "./gateway/configurations.ts";
import { listDocument } from "./gateway/documents.ts";
import { startOnCores } from "./gateway/processes.ts";
import { renderHeading } from "./gateway/report.ts";
import { measureRound, type ScalingRound } from "./node/scaling.ts";
import { measureStart } from "./node/start-time.ts";

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const binary = process.env.GW_BINARY ?? join(import.meta.dir, "..", "dist", "gw");
const starts = values.quick ? 5 : 25;
const rounds = values.quick ? 1 : 5;
const seconds = values.quick ? 2 : 5;

/** Milliseconds to the first answer, by number of endpoints. */
const START_LIMITS = new Map([
  [10, 60],
  [1_000, 150],
]);
const IDLE_LIMIT_MB = 90;
const SCALING_TARGET = 1.8;

if (!existsSync(binary)) throw new Error(`${binary} is not there: npm run build`);
const folder = mkdtempSync("/dev/shm/gw-bench-");
try {
  const report = [
    ...renderHeading("What a node costs"),
    ...(await measureStarts()),
    ...(await measureScaling()),
    "",
  ];
  console.log(report.join("\n"));
  if (!values.quick) writeFileSync(join(import.meta.dir, "RESULTS-node.md"), report.join("\n"));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measureStarts(): Promise<string[]> {
  const lines = [
    `Start to first answer: from the start of the process to the first byte of its health page, ${starts} starts each, asked every millisecond.`,
    "",
    "| endpoints | workers | fastest | median | slowest | target (median) | idle memory (resident) |",
    "| --- | --- | --- | --- | --- | --- | --- |",
  ];
  for (const [endpoints, limit] of START_LIMITS) {
    for (const workers of [1, 2]) {
      const port = await freePort();
      const file = join(folder, `start-${endpoints}.json`);
      writeFileSync(file, renderManyEndpoints(port, 8081, endpoints));
      const words = ["run", "-c", file, "--workers", String(workers)];
      const { milliseconds, idleKilobytes } = await measureStart([binary, ...words], port, starts);
      const sorted = milliseconds.toSorted((left, right) => left - right);
      const median = sorted[sorted.length >> 1] ?? Number.NaN;
      const idle = idleKilobytes / 1024;
      const memory =
        workers === 2 && endpoints === 10
          ? verdict(idle < IDLE_LIMIT_MB, `target ${IDLE_LIMIT_MB}`)
          : "";
      const cells = [
        endpoints,
        workers,
        `${sorted[0]?.toFixed(0)} ms`,
        `${median.toFixed(0)} ms`,
        `${sorted.at(-1)?.toFixed(0)} ms`,
        verdict(median <= limit, `${limit} ms`),
        `${idle.toFixed(0)} MB${memory === "" ? "" : ` (${memory})`}`,
      ];
      lines.push(`| ${cells.join(" | ")} |`);
    }
  }
  return lines;
}

async function measureScaling(): Promise<string[]> {
  const upstreamPort = await freePort();
  // Ten times the list of the other benchmark: the gateway does most of the work, the load little.
  writeFileSync(join(folder, "list"), `[${Array(10).fill(listDocument).join(",")}]`);
  const upstreamFile = join(folder, "upstream.conf");
  writeFileSync(upstreamFile, renderUpstream(upstreamPort, folder));
  const upstream = await startOnCores(["nginx", "-c", upstreamFile], upstreamPort);
  try {
    const byWorkers = new Map<number, ScalingRound[]>([
      [1, []],
      [2, []],
    ]);
    for (let round = 0; round < rounds; round++) {
      for (const [workers, results] of byWorkers) {
        const port = await freePort();
        const file = join(folder, "scaling.json");
        writeFileSync(file, renderFiltering(port, upstreamPort));
        const command = [binary, "run", "-c", file, "--workers", String(workers)];
        const gateway = await startOnCores(command, port);
        try {
          await measureRound(gateway, upstream, "/list", 1);
          results.push(await measureRound(gateway, upstream, "/list", seconds));
        } finally {
          gateway.stop();
        }
      }
    }
    return renderScaling(byWorkers.get(1) ?? [], byWorkers.get(2) ?? []);
  } finally {
    upstream.stop();
  }
}

function renderFiltering(port: number, upstreamPort: number): string {
  return JSON.stringify({
    version: 3,
    port,
    listen_ip: "127.0.0.1",
    host: [`http://127.0.0.1:${upstreamPort}`],
    extra_config: {
      router: { disable_access_log: true },
      "telemetry/logging": { level: "ERROR", stdout: true },
    },
    endpoints: [
      {
        endpoint: "/list",
        output_encoding: "json-collection",
        backend: [{ url_pattern: "/list", is_collection: true, mapping: { collection: "lists" } }],
      },
      { endpoint: "/object", backend: [{ url_pattern: "/list", is_collection: true }] },
    ],
  });
}

function renderScaling(one: readonly ScalingRound[], two: readonly ScalingRound[]): string[] {
  const rate = [median(one, "requestsPerSecond"), median(two, "requestsPerSecond")] as const;
  const cost = [median(one, "gatewayUsPerRequest"), median(two, "gatewayUsPerRequest")] as const;
  const share = [median(one, "loadShare"), median(two, "loadShare")] as const;
  const seen = rate[1] / rate[0];
  // Two processors of its own give a worker each; a request then costs what it cost here.
  const capacity = (2 * cost[0]) / cost[1];
  return [
    "",
    `A second worker, on JSON of ${Math.round((listDocument.length * 10) / 1024)} KB that is decoded and encoded again: medians of ${rounds} rounds of ${seconds} s in turn. Load generator and upstream share the two processors with the gateway.`,
    "",
    "| workers | requests/s | gateway's CPU per request | share of load generator and upstream in all CPU time | failures |",
    "| --- | --- | --- | --- | --- |",
    ...[one, two].map(
      (results, index) =>
        `| ${index + 1} | ${rate[index]?.toFixed(0)} | ${cost[index]?.toFixed(0)} µs | ${((share[index] ?? 0) * 100).toFixed(0)} % | ${results.reduce((sum, { failures }) => sum + failures, 0)} |`,
    ),
    "",
    `Served with two workers: ${seen.toFixed(2)} × as much as with one, the load's share included. Per CPU time of the gateway alone, which is what free processors would give: ${capacity.toFixed(2)} × (target ${SCALING_TARGET} ×: ${capacity >= SCALING_TARGET ? "met" : "**not met**"}).`,
  ];
}

function median(results: readonly ScalingRound[], key: keyof ScalingRound): number {
  const sorted = results.map((one) => one[key]).toSorted((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

function verdict(isMet: boolean, target: string): string {
  return `${target}: ${isMet ? "met" : "**not met**"}`;
}
