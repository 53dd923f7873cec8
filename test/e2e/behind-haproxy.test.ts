import { expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findTool } from "../support/find-tool.ts";
import { freePort } from "../support/free-port.ts";
import { startGateway } from "../support/gateway.ts";

const haproxy = findTool("haproxy");

test.skipIf(haproxy === undefined)(
  "a backend learns the client's address through HAProxy",
  async () => {
    await using gateway = await startGateway(
      { endpoints: [{ endpoint: "/who", backend: [{ url_pattern: "/who" }] }] },
      { users: { body: { ok: true } } },
    );
    await using balancer = await startHaproxy(haproxy ?? "", gateway.port);

    const answer = await fetch(`http://127.0.0.1:${balancer.port}/who`);

    expect(answer.headers.get("x-krakend-completed")).toBe("true");
    expect(gateway.requests[0]?.headers["x-forwarded-for"]).toEqual(["203.0.113.9"]);
  },
);

async function startHaproxy(program: string, gatewayPort: number) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "gw-haproxy-"));
  const file = join(folder, "haproxy.cfg");
  // The client's address is made up: every connection of this test comes from 127.0.0.1.
  writeFileSync(
    file,
    `defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
listen gw
  bind 127.0.0.1:${port}
  http-request set-header X-Forwarded-For 203.0.113.9
  server one 127.0.0.1:${gatewayPort}
`,
  );
  const child = spawn(program, ["-db", "-f", file], { stdio: "ignore" });
  const ended = once(child, "exit");
  await waitUntilListening(port, () => child.exitCode !== null);
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function waitUntilListening(port: number, hasEnded: () => boolean): Promise<void> {
  for (;;) {
    if (hasEnded()) throw new Error("HAProxy did not start");
    const socket = connect(port, "127.0.0.1");
    const isOpen = await new Promise((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
  }
}
