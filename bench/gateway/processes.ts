import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";

const START_LIMIT_MS = 15_000;
const PROBE_INTERVAL_MS = 20;

/** Where what is measured runs, alone. */
export const MEASURED_CORE = 0;
/** Where the load generator and the upstreams run. */
export const LOAD_CORE = 1;

/** A program pinned to a core that listens on a port of 127.0.0.1. */
export interface PinnedProcess {
  readonly pid: number;
  readonly port: number;
  stop(): void;
}

/** Starts a program on one core and waits until it listens; throws with its messages when it does not. */
export function startPinned(
  core: number,
  command: readonly string[],
  port: number,
): Promise<PinnedProcess> {
  // `taskset` replaces itself by the program: the process measured is the program's own.
  return startOnCores(["taskset", "-c", String(core), ...command], port);
}

/** The same on all cores. */
export async function startOnCores(
  command: readonly string[],
  port: number,
): Promise<PinnedProcess> {
  const [program = "", ...words] = command;
  const child = spawn(program, words, { stdio: ["ignore", "ignore", "pipe"] });
  const messages: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => messages.push(chunk));
  try {
    await waitUntilListening(child, port);
  } catch (error) {
    child.kill("SIGKILL");
    throw new Error(`${command.join(" ")}: ${error}\n${Buffer.concat(messages).toString("utf8")}`);
  }
  return { pid: child.pid ?? -1, port, stop: () => child.kill("SIGKILL") };
}

const ticksPerSecond = Number(spawnSync("getconf", ["CLK_TCK"], { encoding: "utf8" }).stdout);

/** Processor time of a process and all its threads so far, in user and kernel mode, in µs. */
export function cpuTimeUs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The name, in parentheses, may hold blanks; utime and stime are fields 14 and 15 of the line.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1e6;
}

async function waitUntilListening(child: ChildProcess, port: number): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}`);
    if (performance.now() > deadline) throw new Error(`does not listen on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, PROBE_INTERVAL_MS));
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
