import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { PatternCheck, type PatternFlow, stalled, writePattern } from "../support/pattern.ts";
import type { RawConnection } from "../support/raw-client.ts";
import { gone, type ScriptedUpstream, scriptedUpstream } from "../support/scripted-upstream.ts";
import { rawUpstream, type Upstream } from "../support/upstream.ts";
import { HEALTHY } from "./in-front-of.ts";

const TEST_LIMIT_MS = 20_000;

const MEBIBYTE = 1024 * 1024;
/** Far more than the kernel's buffers of two connections hold. */
const LARGE = 64 * MEBIBYTE;
/** What a gateway at rest holds, and the most that one stalled download may add. */
const IDLE_MEBIBYTES = 60;
const MEBIBYTES_EACH = 2;
const HEAD_OF_LARGE = `HTTP/1.1 200 OK\r\nContent-Type: x/y\r\nContent-Length: ${LARGE}\r\n\r\n`;

test("a client that does not read holds its backend back, and nobody else", async () => {
  const backend = download();
  await using gateway = await startWith(backend);
  using _client = await startDownload(gateway);
  const { flow } = await backend.started();

  await stalled(flow);
  const other = await gateway.fetch("/thing");

  expect(flow.sent).toBeLessThan(LARGE / 2);
  expect(other.status).toBe(200);
});

test("a client that reads on after a pause gets everything", async () => {
  const backend = download();
  await using gateway = await startWith(backend);
  using client = await startDownload(gateway);
  const { flow } = await backend.started();
  await stalled(flow);

  client.socket.resume();
  await client.readUntil("\r\n\r\n");
  const check = new PatternCheck();
  while (check.bytes < LARGE) check.add(await client.readSome());

  expect([check.bytes, check.firstWrong]).toEqual([LARGE, -1]);
});

test("a client that leaves while it holds its backend back lets it go", async () => {
  const backend = download();
  await using gateway = await startWith(backend);
  using client = await startDownload(gateway);
  const { flow, socket } = await backend.started();
  await stalled(flow);

  client.destroy();

  await gone(socket);
});

test(
  "fifty clients that do not read cost little memory",
  async () => {
    const backend = download();
    await using gateway = await startWith(backend);
    const clients = await Promise.all(Array.from({ length: 50 }, () => startDownload(gateway)));
    const flows = await Promise.all(clients.map(() => backend.started()));

    await Promise.all(flows.map(({ flow }) => stalled(flow)));
    const other = await gateway.fetch("/thing");
    const resident = residentMebibytes(gateway);
    for (const client of clients) client.destroy();

    expect(other.status).toBe(200);
    expect(resident).toBeLessThan(IDLE_MEBIBYTES + 50 * MEBIBYTES_EACH);
  },
  TEST_LIMIT_MS,
);

test("a backend that does not read holds its client back", async () => {
  const backend = rawUpstream((socket) => socket.pause());
  await using gateway = await startWith(backend);
  using client = await gateway.connect();
  client.send(`POST /upload HTTP/1.1\r\nHost: gw\r\nContent-Length: ${LARGE}\r\n\r\n`);

  const flow = writePattern(client.socket, LARGE);
  flow.done.catch(() => {});
  await stalled(flow);

  expect(flow.sent).toBeLessThan(LARGE / 2);
});

test("a backend that answers before it has read the body is heard", async () => {
  const refusing = rawUpstream((socket) =>
    socket.once("data", () => {
      socket.pause();
      socket.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig");
    }),
  );
  await using gateway = await startWith(refusing);
  using client = await gateway.connect();

  client.send(`POST /upload HTTP/1.1\r\nHost: gw\r\nContent-Length: ${LARGE}\r\n\r\n`);
  writePattern(client.socket, LARGE).done.catch(() => {});
  const answer = await client.readResponse();

  expect([answer.status, answer.text]).toEqual([413, "big"]);
});

function startWith(backend: Upstream): Promise<TestGateway> {
  const endpoint = (path: string, method: string) => ({
    endpoint: path,
    method,
    timeout: "20s",
    output_encoding: "no-op",
    backend: [{ url_pattern: path }],
  });
  return startGateway(
    {
      endpoints: [
        endpoint("/download", "GET"),
        endpoint("/thing", "GET"),
        endpoint("/upload", "POST"),
      ],
    },
    { backend },
  );
}

interface StartedDownload {
  readonly flow: PatternFlow;
  readonly socket: Socket;
}

/** A backend whose `/download` is large; `started` gives one download after the other. */
function download(): ScriptedUpstream & { started(): Promise<StartedDownload> } {
  const flows = new Map<Socket, PatternFlow>();
  const upstream = scriptedUpstream({
    "/thing": HEALTHY,
    "/download": ({ socket }) => {
      socket.write(HEAD_OF_LARGE);
      const flow = writePattern(socket, LARGE);
      // What the end of a connection means is the test's to say.
      flow.done.catch(() => {});
      flows.set(socket, flow);
    },
  });
  return {
    ...upstream,
    async started() {
      const { socket } = await upstream.visited("/download", TEST_LIMIT_MS);
      await new Promise((resolve) => setImmediate(resolve));
      const flow = flows.get(socket);
      if (flow === undefined) throw new Error("no download on this connection");
      return { flow, socket };
    },
  };
}

/** Asks for it and reads nothing. */
async function startDownload(gateway: TestGateway): Promise<RawConnection> {
  const client = await gateway.connect();
  client.socket.pause();
  client.send("GET /download HTTP/1.1\r\nHost: gw\r\n\r\n");
  return client;
}

function residentMebibytes(gateway: TestGateway): number {
  const status = readFileSync(`/proc/${gateway.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}
