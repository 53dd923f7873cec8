import { expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load.ts";
import { createLogger } from "../../src/logging/logger.ts";
import { startNode } from "../../src/node/start.ts";
import { ThreadReserve } from "../../src/platform/workers.ts";
import { freePort } from "../support/free-port.ts";
import { openConnection, type RawConnection } from "../support/raw-client.ts";
import { type CountingUpstream, endpointsOf, startCountingUpstream } from "./load.ts";
import type { BreakOrder } from "./workers/breakable-worker.ts";

const WORKERS = 2;

/** So many connections that none of the workers is without one. */
const CLIENTS = 24;

/** Between two requests of a client: the node has time to think. */
const PAUSE_MS = 10;

/** A node in this process whose workers break when the test says so. */
async function startBreakable(upstream: CountingUpstream) {
  const port = await freePort();
  const text = JSON.stringify({
    version: 3,
    port,
    listen_ip: "127.0.0.1",
    ...endpointsOf(upstream),
  });
  const source = { name: "test", text: Buffer.from(text), format: "json" } as const;
  const loaded = loadConfig(source, { environment: {} });
  if ("problems" in loaded) throw new Error(JSON.stringify(loaded.problems));

  let lines = "";
  const destination = (text: string) => {
    lines += text;
  };
  const entry = new URL("./workers/breakable-worker.ts", import.meta.url);
  const node = await startNode(loaded.config, {
    workers: WORKERS,
    threads: new ThreadReserve(entry, WORKERS),
    logs: {
      log: createLogger({ level: "DEBUG", prefix: "", layout: "basic", destination }),
      accessLog: null,
      showsErrors: true,
      announce() {},
    },
    logStyle: { isJson: false, hasColors: false },
    destination,
    onOpening: () => {},
  });
  if ("kind" in node) throw new Error(JSON.stringify(node));
  const backDoor = new BroadcastChannel("break");
  return {
    port,
    log: () => lines,
    breakWorker(worker: number, fault: BreakOrder["fault"]) {
      backDoor.postMessage({ port, worker, fault } satisfies BreakOrder);
    },
    async [Symbol.asyncDispose]() {
      backDoor.close();
      await node.stop(0);
    },
  };
}

/** One keep-alive client. */
interface Client {
  readonly connection: RawConnection;
  answered: number;
  /** Why its connection ended. */
  failure: string | null;
  /** From the first failure to the first answer on a new connection. */
  over: Promise<void>;
}

/** Asks again and again until it fails or is told to end. */
async function startClients(port: number, isOver: () => boolean): Promise<Client[]> {
  const clients: Client[] = [];
  for (let i = 0; i < CLIENTS; i++) {
    const connection = await openConnection(port);
    const client: Client = { connection, answered: 0, failure: null, over: Promise.resolve() };
    client.over = (async () => {
      try {
        while (!isOver()) {
          client.connection.send("GET /fast?id=1 HTTP/1.1\r\nHost: gw\r\n\r\n");
          const { status } = await client.connection.readResponse({ timeoutMs: 15_000 });
          if (status !== 200) throw new Error(`status ${status}`);
          client.answered++;
          await Bun.sleep(PAUSE_MS);
        }
      } catch (error) {
        client.failure = String(error);
      }
      client.connection.destroy();
    })();
    clients.push(client);
  }
  return clients;
}

test.concurrent.each([
  ["throw", "Error: thrown by the test"],
  ["reject", "Error: rejected by the test"],
  ["exit", "it ended with exit code 3"],
  ["loop", "it gave no sign of life for 5 s"],
] as const)(
  "a worker that breaks (%s) under load fails its own requests alone and is replaced",
  async (fault, reason) => {
    const upstream = await startCountingUpstream();
    await using node = await startBreakable(upstream);
    let isOver = false;
    const clients = await startClients(node.port, () => isOver);
    while (clients.some(({ answered }) => answered < 20)) await Bun.sleep(5);

    node.breakWorker(1, fault);
    while (!node.log().includes("died and is replaced")) await Bun.sleep(5);
    while (clients.every(({ failure }) => failure === null)) await Bun.sleep(5);
    const before = clients.map(({ answered }) => answered);
    // Both serve: connections to the new worker hang until it listens, if it does not.
    const later = await startClients(node.port, () => isOver);
    while (later.some(({ answered }) => answered < 20)) await Bun.sleep(5);
    isOver = true;
    await Promise.all([...clients, ...later].map(({ over }) => over));

    const failed = clients.filter(({ failure }) => failure !== null);
    const spared = clients.filter(({ failure }) => failure === null);
    expect(failed.length).toBeGreaterThan(0);
    expect(spared.length).toBeGreaterThan(0);
    expect(failed.map(({ failure }) => failure)).toEqual(
      failed.map(() => expect.stringMatching(/ended with (close|ECONNRESET|EPIPE)/)),
    );
    expect(
      clients.every(({ answered, failure }, at) => failure !== null || answered > before[at]!),
    ).toBe(true);
    expect(later.map(({ failure }) => failure)).toEqual(later.map(() => null));
    expect(node.log()).toContain(`[SERVICE: Node] worker 2 died and is replaced: ${reason}`);
    expect(node.log().match(/died and is replaced/g)).toHaveLength(1);
    upstream.stop();
  },
);

test.concurrent.each([
  ["on", {}],
  ["off", { "telemetry/logging": { level: "CRITICAL", stdout: false } }],
] as const)(
  "a crash loop ends gw run with 70 and says the last error, with the log %s",
  async (state, extraConfig) => {
    const folder = mkdtempSync(join(tmpdir(), "gw-crash-"));
    const file = join(folder, "gateway.json");
    const port = await freePort();
    const config = { version: 3, port, listen_ip: "127.0.0.1", extra_config: extraConfig };
    writeFileSync(file, JSON.stringify(config));

    const program = join(import.meta.dir, "crashing-program.ts");
    const child = spawn(process.execPath, [program, "run", "-c", file, "--workers", "2"]);
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      err += chunk.toString();
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    rmSync(folder, { recursive: true });

    const said = "workers crash as fast as they are replaced; the last one: ";
    expect(code).toBe(70);
    expect(err).toStartWith(`gw: ${said}`);
    expect(err).toContain("it always crashes");
    if (state === "off") expect(out).toBe("");
    else expect(out).toContain(`CRITICAL: [SERVICE: Node] ${said}`);
  },
);
