import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** How many threads can run at once: the processors that the process may use, no more than its control group's quota pays for. */
export function usableProcessors(readFile: (path: string) => string = readText): number {
  const quotas = [quotaOfVersion2(readFile), quotaOfVersion1(readFile)];
  const quota = Math.min(...quotas.filter((one) => one !== undefined), Infinity);
  // Half a processor still wants one thread; one and a half want two.
  return Math.max(1, Math.min(availableParallelism(), Math.ceil(quota)));
}

function quotaOfVersion2(readFile: (path: string) => string): number | undefined {
  const group = /^0::(\/.*)$/m.exec(readFile("/proc/self/cgroup"))?.[1] ?? "/";
  return tightestQuota("/sys/fs/cgroup", group, (folder) => {
    const [quota, period] = readFile(`${folder}/cpu.max`).trim().split(" ");
    return ratio(quota, period);
  });
}

function quotaOfVersion1(readFile: (path: string) => string): number | undefined {
  const group = /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(\/.*)$/m.exec(readFile("/proc/self/cgroup"))?.[1];
  return tightestQuota("/sys/fs/cgroup/cpu", group ?? "/", (folder) =>
    ratio(readFile(`${folder}/cpu.cfs_quota_us`), readFile(`${folder}/cpu.cfs_period_us`)),
  );
}

/** From the process's own group up to the root; in a container the root is all it sees. */
function tightestQuota(
  root: string,
  group: string,
  quotaOf: (folder: string) => number | undefined,
): number | undefined {
  const names = group.split("/").filter((name) => name !== "" && name !== "..");
  let tightest: number | undefined;
  for (let depth = names.length; depth >= 0; depth--) {
    tightest = tighter(tightest, quotaOf([root, ...names.slice(0, depth)].join("/")));
  }
  return tightest;
}

/** `undefined` where there is no limit: `max`, -1, or no such file. */
function ratio(quota = "", period = ""): number | undefined {
  const processors = Number.parseInt(quota, 10) / Number.parseInt(period, 10);
  return processors > 0 && Number.isFinite(processors) ? processors : undefined;
}

function tighter(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return Math.min(left, right);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    // No such file: this system, or this version of control groups, does not limit here.
    return "";
  }
}
