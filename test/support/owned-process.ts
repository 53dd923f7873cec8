import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { findTool } from "./find-tool.ts";

/** How a process is started, besides its words. */
export interface OwnedOptions {
  readonly cwd?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

const setpriv = findTool("setpriv");

/** Where the system can end a process with its owner: Linux. */
export const endsWithKilledOwner = setpriv !== undefined;

const running = new Set<{ kill(signal: "SIGKILL"): boolean }>();

/** Starts a program without standard input that never outlives the tests, however they end. */
export function spawnOwned(
  command: readonly [string, ...string[]],
  { cwd, env }: OwnedOptions,
): ChildProcessByStdio<null, Readable, Readable> {
  // It becomes the program: process id, signals and exit code are the program's own.
  const wrapper = setpriv === undefined ? [] : [setpriv, "--pdeathsig", "KILL", "--"];
  const [program = "", ...words] = [...wrapper, ...command];
  const child = spawn(program, words, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  if (running.size === 0) process.on("exit", killRunning);
  running.add(child);
  child.once("close", () => {
    running.delete(child);
    if (running.size === 0) process.off("exit", killRunning);
  });
  return child;
}

function killRunning(): void {
  for (const child of running) child.kill("SIGKILL");
}
