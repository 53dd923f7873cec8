import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findTool } from "../../support/find-tool.ts";
import { spawnOwned } from "../../support/owned-process.ts";
import { StatsSocket } from "./stats-socket.ts";
import { until } from "./until.ts";

/** Where HAProxy is; `undefined`: live tests are skipped, as on systems that have 127.0.0.1 alone. */
export const haproxy: string | undefined =
  process.platform === "linux" ? findTool("haproxy") : undefined;

/** A running HAProxy in master-worker mode, as its service runs it. */
export interface HaproxyProcess {
  readonly stats: StatsSocket;
  /** What both processes printed, and HAProxy's own log. */
  log(): string;
  /** Replaces the file, reloads (SIGUSR2) and waits until the new worker answers. */
  reload(text?: string): Promise<void>;
  stop(): Promise<void>;
  /** Ends both processes at once. */
  crash(): Promise<void>;
}

/** How HAProxy is started. */
export interface HaproxyOptions {
  /** For its file and its socket alone. */
  readonly folder: string;
  /** The file that it runs with, but for the socket and the log: those are the test's own. */
  readonly rendered: string;
  /** Absent: on this machine. */
  readonly start?: (...command: [string, ...string[]]) => ReturnType<typeof spawnOwned>;
}

/** Starts HAProxy and waits until it answers on its socket. */
export async function startHaproxy({
  folder,
  rendered,
  start = (...command) => spawnOwned(command, { env: process.env }),
}: HaproxyOptions): Promise<HaproxyProcess> {
  const file = join(folder, "haproxy.cfg");
  const socketPath = join(folder, "admin.sock");
  const write = (text: string): void => writeFileSync(file, adapt(text, socketPath));
  write(rendered);

  const child = start(haproxy ?? "haproxy", "-W", "-db", "-f", file);
  let log = "";
  const append = (piece: Buffer): void => {
    log += piece.toString("utf8");
  };
  child.stdout.on("data", append);
  child.stderr.on("data", append);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));

  const stats = new StatsSocket(socketPath);
  const answers = async (): Promise<number | false | undefined> => {
    if (child.exitCode !== null) throw new Error(`HAProxy ended with ${child.exitCode}:\n${log}`);
    return await stats.workerPid();
  };
  await until("HAProxy answers on its socket", answers);
  return {
    stats,
    log: () => log,
    async reload(text) {
      if (text !== undefined) write(text);
      const former = await until("HAProxy answers", answers);
      child.kill("SIGUSR2");
      await until("a new worker answers", async () => {
        const pid = await answers();
        return pid !== undefined && pid !== former;
      });
    },
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
    async crash() {
      // The worker ends with the master.
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** What a test cannot use of a machine's own: the socket below /run, and the system's log. */
function adapt(rendered: string, socketPath: string): string {
  return rendered
    .replace("/run/haproxy/admin.sock", socketPath)
    .replace("log /dev/log local0 info", "log stdout format raw local0 info");
}
