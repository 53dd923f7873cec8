import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { findTool } from "../../support/find-tool.ts";
import { isLeftover } from "../../support/leftovers.ts";
import { spawnOwned } from "../../support/owned-process.ts";
import { until } from "./until.ts";

const PREFIX = "gw-test";
const SCRIPT = join(import.meta.dir, "private-systemd.sh");
const NAMESPACES = ["--pid", "--mount", "--uts", "--ipc", "--cgroup", "--fork", "--kill-child"];
/** A busy machine takes its time. */
const START_LIMIT_MS = 40_000;
const TOOLS = ["unshare", "nsenter", "setpriv", "mount", "systemctl"];

const systemd = ["/lib/systemd/systemd", "/usr/lib/systemd/systemd"].find(existsSync);

/** A systemd of its own, which sees the machine's files and cannot change them; ports are the machine's. */
export interface PrivateSystemd extends AsyncDisposable {
  /** Runs a shell script as root beside it, and returns what it printed; throws where it fails. */
  run(script: string): string;
}

/** Why no systemd can be started here, or `undefined`: it can. */
export function whyNoPrivateSystemd(): string | undefined {
  if (process.getuid?.() !== 0) return "it takes root";
  if (systemd === undefined) return "no systemd";
  const missing = TOOLS.find((name) => findTool(name) === undefined);
  if (missing !== undefined) return `no program ${missing}`;
  if (findControlGroups() === undefined) return "no cgroup2 is mounted";
  const probe =
    "mount --make-rprivate / && mount -t tmpfs tmpfs /run && mount -t cgroup2 none /tmp";
  const { status } = spawnSync("unshare", [...NAMESPACES, "--mount-proc", "sh", "-c", probe]);
  return status === 0 ? undefined : "namespaces are refused";
}

/** Starts it; the files of the folder are in its `/opt`. */
export async function startPrivateSystemd(folder: string): Promise<PrivateSystemd> {
  const groups = findControlGroups() ?? "";
  removeLeftovers(groups);
  // systemd takes the group it is started in for the root of all of them.
  const group = mkdtempSync(join(groups, `${PREFIX}-${process.pid}-`));
  const enter = 'echo $$ > "$0/cgroup.procs" && exec unshare "$@"';
  const words = [...NAMESPACES, "--mount-proc", "sh", SCRIPT, folder, systemd ?? ""];
  const child = spawnOwned(["sh", "-c", enter, group, ...words], { env: process.env });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const ended = once(child, "close");
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
    await until("its control groups are empty", () => removeGroups(group));
  };
  const run = (script: string): string => {
    const [pid] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").split(" ");
    const inside = ["-t", pid ?? "", "-m", "-p", "-C", "--", "sh", "-euc", script];
    const { status, stdout, stderr } = spawnSync("nsenter", inside, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${script}: ${stdout}${stderr}${said}`);
    return stdout;
  };
  try {
    await until(
      "systemd runs",
      () => {
        if (child.exitCode !== null) throw new Error(`systemd did not start: ${said}`);
        return isRunning(run);
      },
      START_LIMIT_MS,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { run, [Symbol.asyncDispose]: stop };
}

function isRunning(run: (script: string) => string): boolean {
  try {
    return run("systemctl is-system-running").trim() === "running";
  } catch {
    return false;
  }
}

/** Where the second version of control groups is mounted. */
function findControlGroups(): string | undefined {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  return mounts.find((line) => line.includes(" - cgroup2 "))?.split(" ")[4];
}

/** The groups of tests that were ended before they could remove them; what was in them ended with them. */
function removeLeftovers(groups: string): void {
  for (const name of readdirSync(groups)) {
    if (isLeftover(name, PREFIX)) removeGroups(join(groups, name));
  }
}

/** False: a process of a group has not ended yet. */
function removeGroups(path: string): boolean {
  try {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory() && !removeGroups(join(path, entry.name))) return false;
    }
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}
