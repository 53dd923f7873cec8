import { spawn } from "node:child_process";
import { cpuTimeUs, type PinnedProcess } from "../gateway/processes.ts";

/** One round of load on a gateway that may use every processor. */
export interface ScalingRound {
  readonly requestsPerSecond: number;
  /** Processor time of the gateway alone. */
  readonly gatewayUsPerRequest: number;
  /** The load generator's and the upstream's part of all processor time that was spent. */
  readonly loadShare: number;
  readonly failures: number;
}

/** Loads a gateway with `wrk`, unpinned, and counts who spent how much. */
export async function measureRound(
  gateway: PinnedProcess,
  upstream: PinnedProcess,
  path: string,
  seconds: number,
): Promise<ScalingRound> {
  const before = { gateway: cpuTimeUs(gateway.pid), upstream: cpuTimeUs(upstream.pid) };
  const url = `http://127.0.0.1:${gateway.port}${path}`;
  const load = await runWrk(url, seconds);
  const gatewayUs = cpuTimeUs(gateway.pid) - before.gateway;
  const loadUs = cpuTimeUs(upstream.pid) - before.upstream + load.cpuUs;
  return {
    requestsPerSecond: load.requests / load.seconds,
    gatewayUsPerRequest: gatewayUs / load.requests,
    loadShare: loadUs / (loadUs + gatewayUs),
    failures: load.failures,
  };
}

interface WrkResult {
  readonly requests: number;
  readonly seconds: number;
  readonly failures: number;
  readonly cpuUs: number;
}

async function runWrk(url: string, seconds: number): Promise<WrkResult> {
  // The shell's own clock tells what its child spent.
  const script = `TIMEFORMAT='cpu %U %S'; time wrk -t1 -c64 -d${seconds}s ${url}`;
  const child = spawn("bash", ["-c", script], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await new Promise((resolve) => child.once("close", resolve));

  const counted = /(\d+) requests in ([\d.]+)s/.exec(output);
  const spent = /cpu ([\d.]+) ([\d.]+)/.exec(output);
  if (counted === null || spent === null) throw new Error(`wrk said: ${output}`);
  return {
    requests: Number(counted[1]),
    seconds: Number(counted[2]),
    failures: Number(/Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? 0),
    cpuUs: (Number(spent[1]) + Number(spent[2])) * 1e6,
  };
}
