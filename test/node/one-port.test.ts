import { afterAll, expect, test } from "bun:test";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../support/free-port.ts";
import { gatewayCommand } from "../support/gateway-process.ts";
import { spawnOwned } from "../support/owned-process.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-one-port-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** So many endpoints that a node takes a while to build, in which another could take its port. */
const ENDPOINTS = 1_000;
const ROUNDS = 5;

function writeConfig(port: number): string {
  const file = join(folder, `${port}.json`);
  const endpoints = Array.from({ length: ENDPOINTS }, (_, i) => ({
    endpoint: `/items/${i}`,
    backend: [{ host: ["http://127.0.0.1:8080"], url_pattern: `/items/${i}` }],
  }));
  writeFileSync(file, JSON.stringify({ version: 3, port, listen_ip: "127.0.0.1", endpoints }));
  return file;
}

/** `gw run` with two workers; `settled` when it listens or has ended. */
function start(file: string) {
  const args = ["run", "-c", file, "--workers", "2", "--shutdown-delay", "0"];
  const child = spawnOwned([...gatewayCommand(), ...args], { env: process.env });
  const ended = once(child, "close");
  let log = "";
  const settled = new Promise<void>((resolve) => {
    void ended.then(() => resolve());
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        log += chunk.toString();
        if (log.includes("Listening on port")) resolve();
      });
    }
  });
  return { child, ended, settled, log: () => log };
}

test("of two nodes that start on one port in the same instant exactly one serves", async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const port = await freePort();
    const file = writeConfig(port);
    const nodes = [start(file), start(file)];
    await Promise.all(nodes.map(({ settled }) => settled));

    const serving = nodes.filter(({ log }) => log().includes("Listening on port"));
    expect(serving).toHaveLength(1);
    const health = await fetch(`http://127.0.0.1:${port}/__health`);
    for (const { child } of serving) child.kill("SIGTERM");
    const ends = await Promise.all(nodes.map(({ ended }) => ended));

    const refused = nodes.filter((node) => !serving.includes(node));
    expect(health.status).toBe(200);
    expect(ends.map(([code]) => code).toSorted()).toEqual([0, 1]);
    expect(refused[0]?.log()).toContain(
      `ERROR: [SERVICE: Gin] listen tcp 127.0.0.1:${port}: bind: address already in use: `,
    );
  }
});
