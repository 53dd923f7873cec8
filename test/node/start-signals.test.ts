import { afterAll, expect, test } from "bun:test";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../support/free-port.ts";
import { startGateway } from "../support/gateway.ts";
import { gatewayCommand } from "../support/gateway-process.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-start-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** So many endpoints that there is time for a signal while they are read and built. */
const ENDPOINTS = 1_000;

async function writeConfig(): Promise<{ file: string; port: number }> {
  const port = await freePort();
  const file = join(folder, `${port}.json`);
  const endpoints = Array.from({ length: ENDPOINTS }, (_, at) => ({
    endpoint: `/endpoint/${at}/{id}`,
    backend: [{ url_pattern: `/users/{id}` }, { url_pattern: `/orders/{id}`, group: "orders" }],
  }));
  const host = ["http://127.0.0.1:65535"];
  const text = JSON.stringify({ version: 3, listen_ip: "127.0.0.1", port, host, endpoints });
  writeFileSync(file, text);
  return { file, port };
}

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly isPortOpen: boolean;
}

/** Starts `gw run` and signals when `moment` says so; `moment` hears every output. */
async function interrupt(
  workers: string,
  signal: NodeJS.Signals,
  moment: (child: ChildProcess, output: () => string) => Promise<void>,
): Promise<End> {
  const { file, port } = await writeConfig();
  const [program, ...words] = gatewayCommand();
  const args = [...words, "run", "-c", file, "--workers", workers, "--shutdown-delay", "0"];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = new Promise<Pick<End, "code" | "signal">>((resolve) => {
    child.once("close", (code, by) => resolve({ code, signal: by }));
  });
  await moment(child, () => output);
  child.kill(signal);
  const end = await ended;
  return { ...end, output, isPortOpen: await isOpen(port) };
}

function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  return new Promise((resolve) => {
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

const MOMENTS = [0, 10, 20, 30, 40, 50, 60, 70, 80, 100, 120, 140, 160, 180, 200, 250, 300];

test.concurrent.each([
  ["1", "SIGTERM"],
  ["2", "SIGTERM"],
  ["2", "SIGINT"],
] as const)(
  "with %s worker(s) a signal (%s) at any moment of the start ends it without a trace",
  async (workers, signal) => {
    for (const delayMs of MOMENTS) {
      const end = await interrupt(workers, signal, () => Bun.sleep(delayMs));

      // The system itself ends a process that had no time to say that it wants to hear the signal.
      if (end.signal === null) expect(end.code).toBe(0);
      else expect(end).toMatchObject({ signal, output: "" });
      expect(end.output).not.toMatch(/^ +at |error/im);
      expect(end.isPortOpen).toBe(false);
    }
  },
);

test.concurrent.each([
  ["1", "Starting gw"],
  ["2", "Starting gw"],
  ["1", "Listening on port"],
  ["2", "Listening on port"],
])("with %s worker(s) a signal right after %p ends it with 0", async (workers, line) => {
  const end = await interrupt(workers, "SIGTERM", async (child, output) => {
    while (!output().includes(line) && child.exitCode === null) await Bun.sleep(1);
  });

  expect(end).toMatchObject({ code: 0, isPortOpen: false });
  expect(end.output).toContain("Signal intercepted: terminated");
});

test.each(["1", "2"])(
  "the signals of other servers' habits do not end a node with %s worker(s)",
  async (workers) => {
    await using gateway = await startGateway({}, {}, { args: ["--workers", workers] });
    // The port opens a moment before all is set up.
    await gateway.logged("Listening on port");

    for (const signal of ["SIGHUP", "SIGUSR1", "SIGUSR2"] as const) {
      process.kill(gateway.pid, signal);
      await gateway.logged(`WARNING: ${signal} has no effect`);
    }

    expect((await gateway.fetch("/__health")).status).toBe(200);
    expect(await gateway.stop()).toBe(0);
  },
);
