import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTool } from "../support/find-tool.ts";
import type { LoadInterval } from "./network-load.ts";
import {
  startBalancer,
  startKeepalived,
  startLoad,
  startNodes,
  waitUntil,
} from "./network-parts.ts";
import { haproxy } from "./support/haproxy-process.ts";
import { createNetwork, type Host, whyNoNamespaces } from "./support/namespaces.ts";
import { report } from "./support/report.ts";

// Elections, checks and waits of real length.
const LIMIT_MS = 90_000;
const VIRTUAL_ADDRESS = "10.77.0.100";
/** What the balancer allows a node for its answer, a new connection, and a request on another node. */
const WORST_ANSWER_MS = 3_000 + 1_000 + 1_000;

const why = whyNoNamespaces();
const note = why === undefined ? "" : ` (not possible here: ${why})`;
const testOnNetwork = test.skipIf(why !== undefined || haproxy === undefined);
const testWithKeepalived = test.skipIf(
  why !== undefined || haproxy === undefined || findTool("keepalived") === undefined,
);

describe("three nodes on hosts of their own", () => {
  testOnNetwork(
    `no GET fails when a node's link is cut, and the node serves again afterwards${note}`,
    async () => {
      await using network = createNetwork();
      using folder = temporaryFolder();
      const upstream = network.addHost("upstream", "10.77.0.20");
      const nodes = addNodes(network);
      const [cutNode] = nodes;
      if (cutNode === undefined) throw new Error("no node");
      const lb = network.addHost("lb1", "10.77.0.1");
      const client = network.addHost("client", "10.77.0.30");
      startNodes(folder.path, upstream, nodes);
      const balancer = await startBalancer(folder.path, lb, nodes);
      const isUp = async (node: Host) => (await balancer.state(node)) === "UP L7OK";
      await waitUntil("all nodes are up", async () =>
        (await Promise.all(nodes.map(isUp))).every(Boolean),
      );
      const load = startLoad(client, { address: lb.address, clients: 20, limitMs: 10_000 });
      await waitUntil("every node serves", () => servedBy(load.soFar(), nodes));

      cutNode.cut();
      const downAfterMs = await waitUntil("the node is down", async () =>
        (await balancer.state(cutNode)).startsWith("DOWN"),
      );
      const answeredThen = load.soFar().answered;
      await waitUntil("nobody waits for the dead node any more", () => {
        const { answered, waitingMs } = load.soFar();
        return answered > answeredThen + 500 && waitingMs < 500;
      });
      const during = load.take();
      cutNode.mend();
      await waitUntil("the node is up again", () => isUp(cutNode));
      await waitUntil("the node serves again", () => servedBy(load.soFar(), [cutNode]));
      const after = load.take();

      report("a node's link is cut", during, `DOWN after ${Math.round(downAfterMs)} ms`);
      report("its link is back", after);
      expect(during.failures).toEqual([]);
      expect(during.worstMs).toBeLessThan(WORST_ANSWER_MS);
      expect(after.failures).toEqual([]);
    },
    LIMIT_MS,
  );
});

describe("two balancers with a moving address", () => {
  testWithKeepalived(
    `the address moves away from a dead HAProxy and a cut host, and back${note}`,
    async () => {
      await using network = createNetwork();
      using folder = temporaryFolder();
      const upstream = network.addHost("upstream", "10.77.0.20");
      const nodes = addNodes(network);
      const lb1 = network.addHost("lb1", "10.77.0.1");
      const lb2 = network.addHost("lb2", "10.77.0.2");
      const client = network.addHost("client", "10.77.0.30");
      startNodes(folder.path, upstream, nodes);
      const first = await startBalancer(folder.path, lb1, nodes);
      await startBalancer(folder.path, lb2, nodes);
      const holders = () =>
        [lb1, lb2].filter((lb) => lb.addresses().includes(VIRTUAL_ADDRESS)).map((lb) => lb.name);
      const waitForHolder = (name: string) =>
        waitUntil(`${name} alone holds the address`, () => holders().join() === name);
      await waitUntil("the nodes are up", async () => {
        const states = await Promise.all(nodes.map(first.state));
        return states.every((state) => state === "UP L7OK");
      });
      startKeepalived(folder.path, lb1, { peer: lb2, priority: 110, virtual: VIRTUAL_ADDRESS });
      startKeepalived(folder.path, lb2, { peer: lb1, priority: 100, virtual: VIRTUAL_ADDRESS });
      await waitForHolder("lb1");
      const load = startLoad(client, { address: VIRTUAL_ADDRESS, clients: 20, limitMs: 1_000 });
      const waitForAnswers = async () => {
        load.take();
        await waitUntil("clients are answered", () => load.soFar().answered > 200);
      };
      /** What clients met from a change until they were answered by the new holder. */
      const move = async (what: string, change: () => void, to: string) => {
        await waitForAnswers();
        load.take();
        change();
        const movedAfterMs = await waitForHolder(to);
        const answered = load.soFar().answered;
        // Whoever still waits for the old holder gives up later.
        await waitUntil("clients are answered", () => {
          const now = load.soFar();
          return now.answered > answered + 200 && now.waitingMs < 300;
        });
        const met = load.take();
        report(what, met, `address moved after ${Math.round(movedAfterMs)} ms`);
        await waitForAnswers();
        expect(load.take().failures).toEqual([]);
        expect(holders()).toEqual([to]);
        return met;
      };

      await move("the master's HAProxy is killed", () => void first.haproxy.crash(), "lb2");
      await move("it runs again", () => void startBalancer(folder.path, lb1, nodes), "lb1");
      const cut = await move("the master's link is cut", () => lb1.cut(), "lb2");
      await move("the link is back", () => lb1.mend(), "lb1");

      expect(cut.silenceMs).toBeLessThan(10_000);
    },
    LIMIT_MS,
  );
});

function addNodes(network: ReturnType<typeof createNetwork>): Host[] {
  return ["1", "2", "3"].map((number) => network.addHost(`node${number}`, `10.77.0.1${number}`));
}

function servedBy(load: LoadInterval, nodes: readonly Host[]): boolean {
  return nodes.every(({ address }) => (load.byNode[address] ?? 0) > 0);
}

function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "gw-network-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
