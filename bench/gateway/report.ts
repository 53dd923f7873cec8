import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import type { BurstResult } from "./load.ts";
import type { CallCost, Effort, ScenarioResult } from "./measure.ts";
import { burst } from "./scenarios.ts";

/** What a run came to. */
export interface Results {
  readonly scenarios: readonly ScenarioResult[];
  /** `undefined`: not measured. */
  readonly burst: BurstResult | undefined;
  readonly effort: Effort;
}

/** The results as a page: machine, commit, date, and a table with targets. */
export function renderReport({ scenarios, burst: answered, effort }: Results): string {
  const lines = [
    ...renderHeading("Benchmarks"),
    "CPU time of the measured process (user and kernel mode, from `/proc/PID/stat`) per request. It has one core to itself; `wrk` and the upstream, an nginx that serves files",
    `from memory, share the other. All kinds take turns within a round; medians of ${effort.rounds} rounds of ${effort.seconds} s. The ratio is the median of the rounds' own ratios. No access log anywhere.`,
    "`bun bench/gateway.ts` measures again.",
    "",
    "| scenario | CPU per request | compared with | ratio | target | met | beside them |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...scenarios.map(renderRow),
    "",
  ];
  if (answered !== undefined) lines.push(renderBurst(answered), "");
  return lines.join("\n");
}

/** Title, date, commit, machine and versions: without them no figure means anything. */
export function renderHeading(title: string): string[] {
  const date = new Date().toISOString().slice(0, 10);
  const where = `${date}, commit ${commit()}, ${machine()}.`;
  return [`# ${title}`, "", where, `${versions()}.`, ""];
}

function renderRow({ scenario, ratio, costs }: ScenarioResult): string {
  const [subject, baseline, ...beside] = costs.map(renderCost);
  const isMet = ratio <= scenario.target ? "yes" : "**no**";
  const cells = [
    scenario.title,
    subject,
    baseline,
    `${ratio.toFixed(2)} ×`,
    `${scenario.target} ×`,
    isMet,
    beside.join("; "),
  ];
  return `| ${cells.join(" | ")} |`;
}

function renderCost({ call, cpuUs, requestsPerSecond, failures }: CallCost): string {
  const failed = failures === 0 ? "" : `, **${failures} failed**`;
  return `${call.from} \`${call.path}\` ${cpuUs.toFixed(1)} µs (${Math.round(requestsPerSecond)}/s${failed})`;
}

function renderBurst({ answered, totalMs }: BurstResult): string {
  const isMet = answered === burst.count && totalMs < burst.limitMs ? "met" : "**not met**";
  return `${burst.count} requests in flight against an upstream that takes 1 s: ${answered} answered in ${Math.round(totalMs)} ms (target: all in under ${burst.limitMs} ms): ${isMet}.`;
}

function commit(): string {
  const hash = output("git", ["rev-parse", "--short", "HEAD"]);
  const isDirty = output("git", ["status", "--porcelain", "--", "src"]) !== "";
  return isDirty ? `${hash} with changes in src` : hash;
}

function machine(): string {
  const cores = cpus();
  return `${cores.length} × ${cores[0]?.model ?? "unknown"}, Linux ${output("uname", ["-r"])}`;
}

function versions(): string {
  const haproxy = /version (\S+)/.exec(output("haproxy", ["-v"]))?.[1];
  const nginx = spawnSync("nginx", ["-v"], { encoding: "utf8" }).stderr.trim().split("/")[1];
  return `Bun ${Bun.version}, HAProxy ${haproxy}, nginx ${nginx}`;
}

function output(command: string, words: readonly string[]): string {
  return spawnSync(command, words, { encoding: "utf8" }).stdout.trim();
}
