import type { ChildProcess } from "node:child_process";
import { connect } from "node:net";
import { join } from "node:path";
import { spawnOwned } from "./owned-process.ts";

const START_LIMIT_MS = 10_000;
const LOG_LIMIT_MS = 5_000;
const PROBE_INTERVAL_MS = 10;

/** A failed wait shows so much of the end of the log. */
const SHOWN_LOG_LENGTH = 2_000;

const root = join(import.meta.dir, "..", "..");

/** A running gateway, as a process. */
export interface GatewayProcess {
  readonly pid: number;
  /** Both outputs, in order of arrival. */
  log(): string;
  /** Resolves with the log once it holds the text or matches; fails with the log when the process ends or the time is over. */
  logged(wanted: string | RegExp, timeoutMs?: number): Promise<string>;
  /** Signals (SIGTERM) and waits for the end; the exit code is `null` when the signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** How the gateway is started. */
export interface ProcessOptions {
  /** From the command on: `run -c file`. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where it will listen. */
  readonly port: number;
  /** What to start instead. */
  readonly program?: string;
  readonly cwd?: string;
}

/** Starts the gateway from source, or the binary that `GW_BINARY` names, and waits until it listens. */
export async function startProcess(options: ProcessOptions): Promise<GatewayProcess> {
  const { args, env, port, cwd } = options;
  const [program, ...words] = options.program === undefined ? gatewayCommand() : [options.program];
  const child = spawnOwned([program, ...words, ...args], {
    cwd,
    // Nobody balances what a test starts, so a stop need not be announced.
    env: { ...process.env, GW_SHUTDOWN_DELAY: "0", ...env },
  });
  const output = watchOutput(child);
  await waitUntilListening(child, port, output.log);
  return {
    // Set: the process would not listen otherwise.
    pid: child.pid ?? -1,
    log: output.log,
    logged: output.logged,
    stop: (signal = "SIGTERM") => stop(child, signal),
  };
}

/** The program and its first words, before the command: from source, or the binary that `GW_BINARY` names. */
export function gatewayCommand(): [string, ...string[]] {
  const binary = process.env.GW_BINARY;
  return binary === undefined ? [process.execPath, join(root, "src", "main.ts")] : [binary];
}

function watchOutput(child: ChildProcess): Pick<GatewayProcess, "log" | "logged"> {
  let text = "";
  const watchers = new Set<() => void>();
  const append = (words: string): void => {
    text += words;
    for (const watcher of watchers) watcher();
  };
  for (const stream of [child.stdout, child.stderr]) {
    // A character may come in two pieces.
    stream?.setEncoding("utf8");
    stream?.on("data", append);
  }

  const logged = (wanted: string | RegExp, timeoutMs = LOG_LIMIT_MS): Promise<string> =>
    new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        watchers.delete(look);
        clearTimeout(timer);
        child.off("close", giveUp);
        finish();
      };
      const look = (): void => {
        const isThere = typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
        if (isThere) settle(() => resolve(text));
      };
      const giveUp = (): void => {
        const shown = text.slice(-SHOWN_LOG_LENGTH);
        settle(() => reject(new Error(`the gateway never logged ${wanted}; its log:\n${shown}`)));
      };
      const timer = setTimeout(giveUp, timeoutMs);
      child.once("close", giveUp);
      watchers.add(look);
      look();
    });
  return { log: () => text, logged };
}

/** Connects until somebody answers: the log may be switched off by the configuration. */
function waitUntilListening(child: ChildProcess, port: number, log: () => string): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`the gateway ${why}; its log:\n${log()}`));
    child.once("error", (error) => fail(`could not be started (${error.message})`));
    child.once("close", (code) => fail(`ended with ${code} before it listened`));
    const probe = (): void => {
      if (child.exitCode !== null) return;
      if (performance.now() > deadline) {
        child.kill("SIGKILL");
        fail(`did not listen within ${START_LIMIT_MS} ms`);
        return;
      }
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => {
        socket.destroy();
        resolve();
      });
      socket.once("error", () => setTimeout(probe, PROBE_INTERVAL_MS));
    };
    probe();
  });
}

function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once("close", (code) => resolve(code));
    child.kill(signal);
  });
}
