import { expect, test } from "bun:test";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { ChunkReader } from "../support/chunk-reader.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { asChunk, PatternCheck, writePattern } from "../support/pattern.ts";
import { type RawUpstream, rawUpstream } from "../support/upstream.ts";

const GIBIBYTE = 1024 ** 3;
const TEST_LIMIT_MS = 60_000;
const MAX_RESIDENT_KIB = 150 * 1024;

/** A slow reader waits so often and so long before it reads on at full speed. */
const PAUSES = 20;
const PAUSE_MS = 50;
const BYTES_BETWEEN_PAUSES = 4 * 1024 * 1024;

const framings = ["length", "chunked"] as const;
type Framing = (typeof framings)[number];

test.each(framings)(
  "a download of 1 GiB passes through no-op in little memory: %s",
  async (framing) => {
    await using gateway = await startWith(sends(framing));
    const client = await open(gateway, "GET /blob HTTP/1.1\r\nHost: gw\r\n\r\n");

    const check = await readBody(client, framing, false);

    expect([check.bytes, check.firstWrong]).toEqual([GIBIBYTE, -1]);
    expect(peakResidentKib(gateway)).toBeLessThan(MAX_RESIDENT_KIB);
  },
  TEST_LIMIT_MS,
);

test(
  "a download of 1 GiB waits for a slow reader in little memory",
  async () => {
    await using gateway = await startWith(sends("length"));
    const client = await open(gateway, "GET /blob HTTP/1.1\r\nHost: gw\r\n\r\n");

    const check = await readBody(client, "length", true);

    expect([check.bytes, check.firstWrong]).toEqual([GIBIBYTE, -1]);
    expect(peakResidentKib(gateway)).toBeLessThan(MAX_RESIDENT_KIB);
  },
  TEST_LIMIT_MS,
);

test.each([
  ["length", false],
  ["chunked", false],
  ["length", true],
] as const)(
  "an upload of 1 GiB passes through no-op in little memory: %s, to a slow backend: %p",
  async (framing, isSlow) => {
    const { upstream, read } = receives(framing, isSlow);
    await using gateway = await startWith(upstream);
    const line =
      framing === "length" ? `Content-Length: ${GIBIBYTE}` : "Transfer-Encoding: chunked";
    const client = await open(gateway, `POST /blob HTTP/1.1\r\nHost: gw\r\n${line}\r\n\r\n`);

    await writeBody(client, framing);
    const [answer] = await once(client, "data");
    const check = await read;
    client.destroy();

    expect(String(answer)).toStartWith("HTTP/1.1 200 OK");
    expect([check.bytes, check.firstWrong]).toEqual([GIBIBYTE, -1]);
    expect(peakResidentKib(gateway)).toBeLessThan(MAX_RESIDENT_KIB);
  },
  TEST_LIMIT_MS,
);

/** With a length forwarded, a body keeps it; otherwise it goes on in chunks. */
function startWith(upstream: RawUpstream): Promise<TestGateway> {
  const endpoint = (method: string) => ({
    endpoint: "/blob",
    method,
    timeout: "60s",
    output_encoding: "no-op",
    input_headers: ["Content-Length"],
    backend: [{ url_pattern: "/blob" }],
  });
  return startGateway({ endpoints: [endpoint("GET"), endpoint("POST")] }, { upstream });
}

/** A backend that answers anything with the pattern. */
function sends(framing: Framing): RawUpstream {
  return rawUpstream((socket) => {
    socket.once("data", () => {
      const line =
        framing === "length" ? `Content-Length: ${GIBIBYTE}` : "Transfer-Encoding: chunked";
      socket.write(`HTTP/1.1 200 OK\r\nContent-Type: x/blob\r\n${line}\r\n\r\n`);
      // Broken off, the download fails on the client's side, where it is looked at.
      writeBody(socket, framing).catch(() => socket.destroy());
    });
  });
}

/** A backend that reads one body, then answers. */
function receives(
  framing: Framing,
  isSlow: boolean,
): { upstream: RawUpstream; read: Promise<PatternCheck> } {
  const { promise, resolve, reject } = Promise.withResolvers<PatternCheck>();
  const upstream = rawUpstream((socket) => {
    readBody(socket, framing, isSlow).then((check) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      resolve(check);
    }, reject);
  });
  return { upstream, read: promise };
}

async function open(gateway: TestGateway, head: string): Promise<Socket> {
  const socket = connect(gateway.port, "127.0.0.1");
  await once(socket, "connect");
  socket.write(head);
  return socket;
}

async function writeBody(socket: Socket, framing: Framing): Promise<void> {
  await writePattern(socket, GIBIBYTE, framing === "chunked" ? asChunk : undefined).done;
  if (framing === "chunked") socket.write("0\r\n\r\n");
}

/** Reads a head and the gibibyte behind it. */
function readBody(socket: Socket, framing: Framing, isSlow: boolean): Promise<PatternCheck> {
  const check = new PatternCheck();
  const chunks = new ChunkReader((data) => check.add(data));
  let head: Buffer | null = Buffer.alloc(0);
  let pausesLeft = isSlow ? PAUSES : 0;
  let nextPause = BYTES_BETWEEN_PAUSES;

  const takeBody = (bytes: Buffer): void => {
    if (framing === "chunked") chunks.add(bytes);
    else check.add(bytes);
    if (pausesLeft === 0 || check.bytes < nextPause) return;
    pausesLeft--;
    nextPause += BYTES_BETWEEN_PAUSES;
    socket.pause();
    setTimeout(() => socket.resume(), PAUSE_MS);
  };
  return new Promise((resolve, reject) => {
    socket.on("data", (piece: Buffer) => {
      if (head === null) takeBody(piece);
      else {
        head = Buffer.concat([head, piece]);
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        const rest = head.subarray(end + 4);
        head = null;
        takeBody(rest);
      }
      if (framing === "chunked" ? chunks.isDone : check.bytes >= GIBIBYTE) resolve(check);
    });
    socket.on("close", () => reject(new Error(`the body ended after ${check.bytes} bytes`)));
  });
}

/** The most that the process ever held in memory (`VmHWM`). */
function peakResidentKib(gateway: TestGateway): number {
  const status = readFileSync(`/proc/${gateway.pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]);
}
