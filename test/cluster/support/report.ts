import type { LoadInterval } from "../network-load.ts";
import type { Attempt, ClusterLoad } from "./cluster-load.ts";

/** Prints what a live test counted: the figures that the tests' limits stand for. */
export function report(what: string, load: ClusterLoad | LoadInterval, more = ""): void {
  const counted = "attempts" in load ? describeAttempts(load.attempts) : describeInterval(load);
  console.log(`${what}: ${[...counted, more].filter(Boolean).join(", ")}`);
}

function describeAttempts(attempts: readonly Attempt[]): readonly string[] {
  const safe = attempts.filter(({ method }) => method !== "POST");
  const unsafe = attempts.filter(({ method }) => method === "POST");
  return [
    `${failed(safe)} of ${safe.length} safe requests failed`,
    `${failed(unsafe)} of ${unsafe.length} POSTs`,
    `slowest safe request ${Math.round(Math.max(0, ...safe.map(({ tookMs }) => tookMs)))} ms`,
  ];
}

function failed(attempts: readonly Attempt[]): number {
  return attempts.filter(({ status }) => status !== 200).length;
}

function describeInterval({ answered, failures, worstMs, silenceMs }: LoadInterval) {
  const kinds = [...new Set(failures)].map((kind) => ` (${kind})`).join("");
  return [
    `${answered} requests answered`,
    `${failures.length} failed${kinds}`,
    `slowest answer ${Math.round(worstMs)} ms`,
    `nobody answered for ${Math.round(silenceMs)} ms`,
  ];
}
