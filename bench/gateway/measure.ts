import { type LoadResult, runLoad } from "./load.ts";
import { cpuTimeUs } from "./processes.ts";
import type { Call, Scenario } from "./scenarios.ts";
import type { Stage } from "./subjects.ts";

/** How long and how often. */
export interface Effort {
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly rounds: number;
}

/** Medians over the rounds of one call. */
export interface CallCost {
  readonly call: Call;
  readonly cpuUs: number;
  readonly requestsPerSecond: number;
  readonly failures: number;
}

/** Medians of one scenario. */
export interface ScenarioResult {
  readonly scenario: Scenario;
  /** Median of the rounds' own ratios: the machine's mood cancels out. */
  readonly ratio: number;
  /** Subject, baseline, and what was measured beside them. */
  readonly costs: readonly CallCost[];
}

/** Measures subject, baseline and the others in turn, round after round. */
export async function measureScenario(
  scenario: Scenario,
  stage: Stage,
  effort: Effort,
): Promise<ScenarioResult> {
  const calls = [scenario.subject, scenario.baseline, ...scenario.beside];
  for (const call of calls) await measureCall(call, scenario, stage, effort.warmUpSeconds);

  const rounds: Sample[][] = [];
  for (let round = 0; round < effort.rounds; round++) {
    const samples: Sample[] = [];
    for (const call of calls)
      samples.push(await measureCall(call, scenario, stage, effort.seconds));
    rounds.push(samples);
  }
  return {
    scenario,
    ratio: median(
      rounds.map(([subject, baseline]) => (subject?.cpuUs ?? 0) / (baseline?.cpuUs ?? 0)),
    ),
    costs: calls.map((call, index) =>
      toCost(
        call,
        rounds.map((samples) => samples[index]),
      ),
    ),
  };
}

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  const lower = sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

interface Sample extends LoadResult {
  readonly cpuUs: number;
}

async function measureCall(
  call: Call,
  scenario: Scenario,
  stage: Stage,
  seconds: number,
): Promise<Sample> {
  const subject = stage.subjects.get(call.from);
  if (subject === undefined) throw new Error(`${call.from} does not run`);
  const before = cpuTimeUs(subject.pid);
  const url = `http://127.0.0.1:${subject.port}${call.path}`;
  const load = await runLoad(url, scenario.connections, seconds);
  return { ...load, cpuUs: (cpuTimeUs(subject.pid) - before) / load.requests };
}

function toCost(call: Call, samples: readonly (Sample | undefined)[]): CallCost {
  const present = samples.filter((one) => one !== undefined);
  return {
    call,
    cpuUs: median(present.map((one) => one.cpuUs)),
    requestsPerSecond: median(present.map((one) => one.requests / one.durationSeconds)),
    failures: present.reduce((total, one) => total + one.failures, 0),
  };
}
