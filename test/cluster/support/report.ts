import type { Attempt, ClusterLoad } from "./cluster-load.ts";

/** Prints what a live test counted: the figures that the tests' limits stand for. */
export function report(what: string, load: ClusterLoad, more = ""): void {
  const { attempts } = load;
  const safe = attempts.filter(({ method }) => method !== "POST");
  const unsafe = attempts.filter(({ method }) => method === "POST");
  const parts = [
    `${what}: ${failed(safe)} of ${safe.length} safe requests failed`,
    `${failed(unsafe)} of ${unsafe.length} POSTs`,
    `slowest safe request ${Math.round(Math.max(0, ...safe.map(({ tookMs }) => tookMs)))} ms`,
    ...(more === "" ? [] : [more]),
  ];
  console.log(parts.join(", "));
}

function failed(attempts: readonly Attempt[]): number {
  return attempts.filter(({ status }) => status !== 200).length;
}
