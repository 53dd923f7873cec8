import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LoadInterval } from "../../test/cluster/network-load.ts";
import {
  type Load,
  startBalancer,
  startLoad,
  startNodes,
  waitUntil,
} from "../../test/cluster/network-parts.ts";
import { createNetwork } from "../../test/cluster/support/namespaces.ts";

/** What clients of a real cluster met, and when the balancer had the node out. */
export interface LiveOutcome extends LoadInterval {
  readonly seconds: number;
  readonly outAfterMs: number;
}

/** Three real nodes behind a real HAProxy, each a network namespace; one of them fails under load. */
export async function runLive(
  failure: "kill" | "freeze" | "vanish",
  clients: number,
): Promise<LiveOutcome> {
  const folder = mkdtempSync(join(tmpdir(), "gw-bench-"));
  try {
    await using network = createNetwork();
    const upstream = network.addHost("upstream", "10.78.0.20");
    const nodes = [1, 2, 3].map((place) => network.addHost(`node${place}`, `10.78.0.1${place}`));
    const lb = network.addHost("lb", "10.78.0.1");
    const client = network.addHost("client", "10.78.0.30");
    const gateways = startNodes(folder, upstream, nodes);
    const balancer = await startBalancer(folder, lb, nodes);
    const states = () => Promise.all(nodes.map(balancer.state));
    await waitUntil("all nodes are up", async () =>
      (await states()).every((state) => state === "UP L7OK"),
    );
    const load = startLoad(client, { address: lb.address, clients, limitMs: 10_000 });
    await answer(load, 2_000);
    load.take();

    const began = performance.now();
    const [first] = nodes;
    if (failure === "kill") gateways[0]?.kill("SIGKILL");
    else if (failure === "freeze") gateways[0]?.kill("SIGSTOP");
    else first?.cut();
    const outAfterMs = await waitUntil("the node is out", async () =>
      ((await states())[0] ?? "").startsWith("DOWN"),
    );
    await waitUntil("all is over", () => performance.now() - began > 6_000);
    const met = load.take();
    if (failure === "freeze") gateways[0]?.kill("SIGCONT");
    return { ...met, outAfterMs, seconds: (performance.now() - began) / 1_000 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function answer(load: Load, count: number): Promise<number> {
  return waitUntil("clients are answered", () => load.soFar().answered >= count);
}
