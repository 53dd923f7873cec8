import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { CommandContext } from "./command.ts";

/** HAProxy takes two descriptors for each connection, and one for the checks of each server. */
const DESCRIPTORS_PER_CONNECTION = 2;
/** For listeners, threads and the like; 29 were seen on two processors. */
const OWN_DESCRIPTORS = 50;

/** A thousand nodes take it a tenth of a second. */
const TIME_LIMIT_MS = 30_000;

/** Asks a real HAProxy what it thinks of a configuration, names not looked up; returns why it refuses it, or `undefined`. */
export function checkWithHaproxy(
  text: string,
  environment: CommandContext["environment"],
): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "gw-haproxy-"));
  try {
    const file = join(folder, "haproxy.cfg");
    // Where the names cannot be looked up, each takes seconds, and HAProxy starts without them all the same.
    writeFileSync(file, text.replaceAll("init-addr last,libc,none", "init-addr none"));
    const { status, stderr, error } = spawnSync("haproxy", ["-c", "-f", file], {
      encoding: "utf8",
      timeout: TIME_LIMIT_MS,
      killSignal: "SIGKILL",
      env: { ...environment, PATH: pathWithSystemFolders(environment) },
    });
    if (error !== undefined) return `--check: haproxy cannot be started: ${error.message}`;
    if (status !== 0) return `--check: haproxy refuses the result:\n${complaintsOf(stderr, file)}`;
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What HAProxy says besides its version, with a name for the file that the user can make sense of. */
function complaintsOf(stderr: string, file: string): string {
  const lines = stderr.trim().split("\n");
  const complaints = lines.filter((line) => !line.startsWith("[NOTICE]"));
  return complaints.join("\n").replaceAll(file, "haproxy.cfg");
}

/** Debian keeps servers in a folder that is not on everybody's path. */
function pathWithSystemFolders({ PATH = "" }: CommandContext["environment"]): string {
  return [PATH, "/usr/sbin", "/usr/local/sbin"].join(delimiter);
}

/**
 * Says when this machine allows fewer file descriptors than the file needs: `haproxy -c` does not
 * look, but HAProxy does not start where it cannot raise the limit. The file may be for another machine.
 */
export function findDescriptorShortage(
  maxConnections: number,
  servers: number,
): string | undefined {
  const others = servers + OWN_DESCRIPTORS;
  const wanted = maxConnections * DESCRIPTORS_PER_CONNECTION + others;
  const limit = hardDescriptorLimit();
  if (limit >= wanted) return undefined;
  const most = Math.floor((limit - others) / DESCRIPTORS_PER_CONNECTION);
  return `--check: warning: maxconn ${maxConnections} needs about ${wanted} file descriptors, and this machine allows ${limit} ('ulimit -Hn'): HAProxy would not start here; raise the limit (LimitNOFILE= of its unit) or give --maxconn ${most}`;
}

function hardDescriptorLimit(): number {
  try {
    const limits = readFileSync("/proc/self/limits", "latin1");
    const hard = /^Max open files +\S+ +(\S+)/m.exec(limits)?.[1] ?? "unlimited";
    return hard === "unlimited" ? Infinity : Number(hard);
  } catch {
    // Another system: HAProxy itself will say it.
    return Infinity;
  }
}
