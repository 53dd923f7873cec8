import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter } from "node:path";
import type { CommandContext } from "./command.ts";

/** HAProxy takes two descriptors for each connection, and one for the checks of each server. */
const DESCRIPTORS_PER_CONNECTION = 2;
/** For listeners, threads and the like; 29 were seen on two processors. */
const OWN_DESCRIPTORS = 50;

/** A thousand nodes take it a tenth of a second. */
const TIME_LIMIT_MS = 30_000;

/** What a real HAProxy makes of a configuration. */
export interface HaproxyVerdict {
  readonly isAccepted: boolean;
  /** For the user: why it is refused, or HAProxy's warnings; `null`: there is nothing to say. */
  readonly remarks: string | null;
}

/** How HAProxy is looked for and waited for. */
export interface HaproxyCheckOptions {
  readonly timeLimitMs?: number;
  /** Where it is looked for behind the path: Debian keeps servers in a folder that is not on everybody's. */
  readonly systemFolders?: readonly string[];
}

/** Asks the HAProxy on the path what it thinks of a configuration; names are not looked up, and nothing is written. */
export function checkWithHaproxy(
  text: string,
  environment: CommandContext["environment"],
  { timeLimitMs = TIME_LIMIT_MS, systemFolders = SYSTEM_FOLDERS }: HaproxyCheckOptions = {},
): HaproxyVerdict {
  const { PATH: path = "" } = environment;
  const { status, signal, stderr, error } = spawnSync("haproxy", ["-c", "-f", INPUT], {
    // Where the names cannot be looked up, each takes seconds, and HAProxy starts without them all the same.
    input: text.replaceAll("init-addr last,libc,none", "init-addr none"),
    stdio: ["pipe", "ignore", "pipe"],
    encoding: "utf8",
    timeout: timeLimitMs,
    killSignal: "SIGKILL",
    maxBuffer: MOST_REMARKS_BYTES,
    env: { ...environment, PATH: [path, ...systemFolders].join(delimiter) },
  });
  if (error !== undefined) return refuse(describeFailure(error, timeLimitMs));

  const remarks = remarksIn(stderr);
  const withRemarks = remarks === "" ? "" : `:\n${remarks}`;
  if (signal !== null) return refuse(`haproxy was ended by ${signal}${withRemarks}`);
  if (status !== 0) {
    const silence = ` (exit code ${status}), but does not say why`;
    return refuse(`haproxy refuses the result${withRemarks || silence}`);
  }
  if (!remarks.includes("[WARNING]")) return { isAccepted: true, remarks: null };
  const intro = "--check: haproxy accepts the result with warnings";
  return { isAccepted: true, remarks: `${intro}${withRemarks}` };
}

const SYSTEM_FOLDERS = ["/usr/sbin", "/usr/local/sbin"];
const INPUT = "/dev/stdin";
/** A thousand nodes with a complaint each are a fifth of a megabyte. */
const MOST_REMARKS_BYTES = 16 * 1024 * 1024;

function refuse(problem: string): HaproxyVerdict {
  return { isAccepted: false, remarks: `--check: ${problem}` };
}

function describeFailure(error: Error, timeLimitMs: number): string {
  const code = "code" in error ? error.code : undefined;
  if (code === "ETIMEDOUT") return `haproxy did not answer within ${timeLimitMs} ms`;
  const isMissing = code === "ENOENT";
  const reason = isMissing
    ? "it is not on the PATH; install it, or leave out --check and --out to print the file unchecked"
    : error.message;
  return `haproxy cannot be started: ${reason}`;
}

/** What HAProxy says besides its version, without process ids, and with a name for the text that the user knows. */
function remarksIn(stderr: string): string {
  const lines = stderr.trimEnd().split("\n");
  return lines
    .filter((line) => !line.startsWith("[NOTICE]"))
    .map((line) => line.replace(/^\[(\w+)\] +\(\d+\) : /, "[$1] "))
    .join("\n")
    .replaceAll(INPUT, "haproxy.cfg");
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
