import { expect, test } from "bun:test";
import { availableParallelism } from "node:os";
import { usableProcessors } from "./processors.ts";

test.each([
  ["no control groups", {}, Infinity],
  ["no limit", { "/sys/fs/cgroup/cpu.max": "max 100000\n" }, Infinity],
  ["a container's quota", { "/sys/fs/cgroup/cpu.max": "100000 100000\n" }, 1],
  ["a part of a processor", { "/sys/fs/cgroup/cpu.max": "20000 100000\n" }, 1],
  ["one and a half", { "/sys/fs/cgroup/cpu.max": "150000 100000\n" }, 2],
  [
    "the group of a service",
    {
      "/proc/self/cgroup": "0::/system.slice/gw.service\n",
      "/sys/fs/cgroup/system.slice/gw.service/cpu.max": "max 100000\n",
      "/sys/fs/cgroup/system.slice/cpu.max": "50000 100000\n",
    },
    1,
  ],
  [
    "the older version",
    {
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "100000\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    },
    1,
  ],
  [
    "the group of a service with the older version",
    {
      "/proc/self/cgroup": "5:cpuset:/other\n4:cpu,cpuacct:/system.slice/gw.service\n0::/\n",
      "/sys/fs/cgroup/cpu/system.slice/gw.service/cpu.cfs_quota_us": "100000\n",
      "/sys/fs/cgroup/cpu/system.slice/gw.service/cpu.cfs_period_us": "100000\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    },
    1,
  ],
  [
    "the older version without a limit",
    {
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    },
    Infinity,
  ],
] satisfies [string, Record<string, string>, number][])("%s", (_name, files, quota) => {
  const read = (path: string) => new Map(Object.entries(files)).get(path) ?? "";

  const count = usableProcessors(read);

  expect(count).toBe(Math.min(availableParallelism(), quota));
});
