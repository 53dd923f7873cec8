import type { Cluster } from "./cluster.ts";
import type { ClusterLoad, Work } from "./cluster-load.ts";

/** What a test asks before something happens, and after it is over. */
export const STEADY = 300;

/** How many POSTs are on their way at a time, at most. */
export const POST_CLIENTS = 6;

/** Clients of every kind at work, and so many of some more. */
export async function startMixedLoad(
  cluster: Cluster,
  ...others: readonly (readonly [count: number, Work])[]
): Promise<ClusterLoad> {
  const load = cluster.load();
  load.add(12, { method: "GET", path: "/work" });
  load.add(3, { method: "GET", path: "/work", isConnecting: true });
  load.add(POST_CLIENTS - 1, { method: "POST", path: "/work" });
  load.add(1, { method: "POST", path: "/work", isConnecting: true });
  for (const [count, work] of others) load.add(count, work);
  await load.more(STEADY);
  return load;
}
