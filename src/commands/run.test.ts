import { afterAll, afterEach, expect, test } from "bun:test";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnOwned } from "../../test/support/owned-process.ts";
import { VERSION } from "../version.ts";
import { defaultWorkers } from "./run.ts";

const main = join(import.meta.dir, "..", "main.ts");
const folder = mkdtempSync(join(tmpdir(), "gw-run-"));
const started: { stop(): void }[] = [];

afterEach(() => {
  for (const one of started.splice(0)) one.stop();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** `gw` as a process of its own, with both outputs in one text. */
function gw(words: readonly string[], environment: Record<string, string> = {}) {
  const { PATH = "" } = process.env;
  const env = { PATH, GW_SHUTDOWN_DELAY: "0", ...environment };
  const child = spawnOwned([process.execPath, main, ...words], { env });
  started.push({ stop: () => child.kill("SIGKILL") });
  let log = "";
  const waiting = new Set<() => void>();
  const append = (chunk: Buffer) => {
    log += chunk.toString();
    for (const look of waiting) look();
  };
  child.stdout.on("data", append);
  child.stderr.on("data", append);
  const logged = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        if (!log.includes(text)) return;
        waiting.delete(look);
        resolve(log);
      };
      waiting.add(look);
      look();
      child.once("close", () => reject(new Error(`ended without ${text}:\n${log}`)));
    });
  return { child, logged, ended: endOf(child, () => log) };
}

function endOf(child: ChildProcess, log: () => string) {
  return new Promise<{ code: number | null; log: string }>((resolve) => {
    child.once("close", (code) => resolve({ code, log: log() }));
  });
}

function listen(onConnection: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer(onConnection);
  started.push({ stop: () => server.close() });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve({ server, port: typeof address === "object" ? (address?.port ?? 0) : 0 });
    });
  });
}

/** A port on which nothing listened just now. */
async function freePort(): Promise<number> {
  const { server, port } = await listen(() => {});
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function configFile(config: object): string {
  const path = join(folder, `${crypto.randomUUID()}.json`);
  writeFileSync(path, JSON.stringify({ version: 3, listen_ip: "127.0.0.1", ...config }));
  return path;
}

/** A gateway with one request in flight; its backend answers when the test says so. */
async function startWithRequestInFlight(settings: object) {
  const calls: Socket[] = [];
  let onCall = () => {};
  const called = new Promise<void>((resolve) => {
    onCall = resolve;
  });
  const backend = await listen((socket) => {
    calls.push(socket);
    socket.on("error", () => {});
    socket.once("data", onCall);
  });
  const port = await freePort();
  const file = configFile({
    port,
    timeout: "60s",
    host: [`http://127.0.0.1:${backend.port}`],
    endpoints: [{ endpoint: "/slow", backend: [{ url_pattern: "/" }] }],
    ...settings,
  });
  const gateway = gw(["run", "-c", file]);
  await gateway.logged("Listening on port");
  const answer = fetch(`http://127.0.0.1:${port}/slow`).then(
    (response) => response.text(),
    () => "cut",
  );
  await called;
  const respond = () => {
    const body = 'Content-Type: application/json\r\nContent-Length: 8\r\n\r\n{"a":1}\n';
    for (const call of calls) call.write(`HTTP/1.1 200 OK\r\n${body}`);
  };
  return { ...gateway, answer, respond };
}

/** A gateway with two workers, which share its port. */
async function startAnother(): Promise<number> {
  const port = await freePort();
  await gw(["run", "-p", String(port), "--workers", "2"]).logged("Listening on port");
  return port;
}

test("the built-in configuration answers with what three of its own pages said", async () => {
  const port = await freePort();
  const gateway = gw(["run", "-p", String(port)]);
  await gateway.logged("Listening on port");

  const response = await fetch(`http://127.0.0.1:${port}/hello/world`);

  expect(response.status).toBe(200);
  expect(response.headers.get("x-krakend")).toBe(`Version gw/${VERSION}`);
  expect(response.headers.get("x-krakend-completed")).toBe("true");
  expect(await response.json()).toEqual({
    ping: "pong",
    user: { req_method: "GET", req_uri: "/__echo/users/world" },
    orders: { customer: ["world"], limit: ["3"] },
  });
});

test("the start says version, folder, configuration, warnings and port, the end its reason", async () => {
  const port = await freePort();
  const file = configFile({ timeoutt: "3s" });
  const gateway = gw(["run", "-dc", file, "--port", String(port), "--workers", "2"]);
  await gateway.logged("Listening on port");

  gateway.child.kill("SIGTERM");
  const { code, log } = await gateway.ended;

  expect(code).toBe(0);
  const parts = [
    `INFO: Starting gw v${VERSION}`,
    `INFO: Working directory is ${process.cwd()}`,
    `INFO: Configuration: ${file}, 0 endpoints`,
    "WARNING: ",
    "timeoutt",
    `INFO: [SERVICE: Gin] Listening on port: ${port} (http, 127.0.0.1, 2 workers)`,
    "Signal intercepted: terminated",
    "INFO: [SERVICE: Gin] Router execution ended",
  ];
  const places = parts.map((part) => log.indexOf(part));
  expect(places).toEqual(places.toSorted((left, right) => left - right));
  expect(places).not.toContain(-1);
});

test("one that listens on the loopback address only says so", async () => {
  const port = await freePort();

  const gateway = gw(["run"], { KRAKEND_PORT: String(port) });

  await gateway.logged("The built-in configuration listens on 127.0.0.1 only");
});

test("GW_LOG_JSON=1 makes JSON of both logs", async () => {
  const port = await freePort();
  const gateway = gw(["run", "-p", String(port)], { GW_LOG_JSON: "1" });
  await gateway.logged("Listening on port");
  await fetch(`http://127.0.0.1:${port}/nowhere`);
  await gateway.logged("/nowhere");

  // Standard error, with the signal's line, stays text.
  const records = (await gateway.logged("/nowhere"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(records.find(({ path }) => path === "/nowhere")).toMatchObject({
    status: 404,
    method: "GET",
  });
});

test.each([
  ["1", "another program", async () => (await listen(() => {})).port],
  ["2", "another program", async () => (await listen(() => {})).port],
  ["1", "another gw", startAnother],
  ["2", "another gw", startAnother],
])("with --workers %s a port held by %s is an error that names the remedy", async (...given) => {
  const [workers, , hold] = given;
  const port = await hold();

  const { code, log } = await gw(["run", "-p", String(port), "--workers", workers]).ended;

  expect(code).toBe(1);
  expect(log).toContain(
    `ERROR: [SERVICE: Gin] listen tcp 127.0.0.1:${port}: bind: address already in use: `,
  );
  expect(log).toContain("choose another port with -p");
});

const mute = { "telemetry/logging": { level: "CRITICAL", stdout: true } };
const noOutput = { "telemetry/logging": { level: "DEBUG", stdout: false } };

test.each([
  ["1", mute],
  ["2", noOutput],
])("a log that does not show errors leaves a busy port to standard error", async (...given) => {
  const [workers, extraConfig] = given;
  const { port } = await listen(() => {});
  const file = configFile({ port, extra_config: extraConfig });

  const { code, log } = await gw(["run", "-c", file, "--workers", workers]).ended;

  expect(code).toBe(1);
  expect(log).toStartWith(`gw: listen tcp 127.0.0.1:${port}: bind: address already in use: `);
  expect(log.trim().split("\n")).toHaveLength(1);
});

test.each([
  ["log", {}],
  ["standard error", mute],
])("TLS files that cannot be used are told of once, in the %s", async (where, extraConfig) => {
  const keys = [{ public_key: "/nowhere/a.pem", private_key: "/nowhere/a.key" }];
  const file = configFile({ tls: { keys }, extra_config: extraConfig });

  const { code, log } = await gw(["run", "-c", file]).ended;

  expect(code).toBe(1);
  const said = log.split("\n").filter((line) => line.includes("no such file or directory"));
  expect(said).toHaveLength(2);
  for (const line of said) {
    expect(line).toMatch(where === "log" ? / ERROR: '.*\$\.tls\.keys/ : /^gw: '.*\$\.tls\.keys/);
  }
});

test.each([
  [1, 1],
  [64, 64],
  [192, 64],
])("of %p processors the default uses %p", (processors, workers) => {
  expect(defaultWorkers(processors)).toBe(workers);
});

test("a configuration that cannot be served ends with 255 and all its problems", async () => {
  const file = configFile({ timeout: "3x", cache_ttl: "soon" });

  const { code, log } = await gw(["run", "-c", file]).ended;

  expect(code).toBe(255);
  expect(log).toStartWith(`ERROR parsing the configuration file: '${file}'`);
  expect(log).toContain("$.timeout");
  expect(log).toContain("$.cache_ttl");
  expect(log).not.toContain("    at ");
});

test("the first signal lets a request in flight finish", async () => {
  const gateway = await startWithRequestInFlight({});

  gateway.child.kill("SIGINT");
  await gateway.logged("Signal intercepted: interrupt");
  gateway.respond();

  expect(await gateway.answer).toBe('{"a":1}');
  expect((await gateway.ended).code).toBe(0);
});

test("a request that takes longer than max_shutdown_wait_time is cut and counted", async () => {
  const gateway = await startWithRequestInFlight({ max_shutdown_wait_time: "100ms" });

  gateway.child.kill("SIGTERM");
  const { code, log } = await gateway.ended;

  expect(code).toBe(0);
  expect(log).toContain("context deadline exceeded: requests in flight were cut cut=1");
  expect(await gateway.answer).toBe("cut");
});

test.each([
  ["SIGINT", 130, "interrupt"],
  ["SIGTERM", 143, "terminated"],
] as const)(
  "a second signal (%s) ends the process at once with %p",
  async (signal, expected, text) => {
    const gateway = await startWithRequestInFlight({});

    gateway.child.kill("SIGTERM");
    await gateway.logged("Signal intercepted: terminated");
    gateway.child.kill(signal);
    const { code, log } = await gateway.ended;

    expect(code).toBe(expected);
    expect(log.trim().split("\n").at(-1)).toEndWith(`Signal intercepted: ${text}`);
  },
);

test("a log that nobody reads any more stops nothing", async () => {
  const port = await freePort();
  const gateway = gw(["run", "-p", String(port)]);
  await gateway.logged("Listening on port");

  gateway.child.stdout.destroy();
  for (let i = 0; i < 20; i++) await fetch(`http://127.0.0.1:${port}/hello/world`);
  const response = await fetch(`http://127.0.0.1:${port}/hello/world`);
  gateway.child.kill("SIGTERM");

  expect(response.status).toBe(200);
  expect((await gateway.ended).code).toBe(0);
});

test("help into a pipe that is closed ends quietly", async () => {
  const gateway = gw(["help"]);

  gateway.child.stdout.destroy();
  const { code, log } = await gateway.ended;

  expect(code).toBe(0);
  expect(log).toBe("");
});
