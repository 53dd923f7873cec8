import { expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { Http2Client } from "../support/http2-client.ts";
import { type PatternFlow, stalled, writePattern } from "../support/pattern.ts";
import { scriptedUpstream } from "../support/scripted-upstream.ts";

const LARGE = 64 * 1024 * 1024;
const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

function startWith(
  upstream: ReturnType<typeof scriptedUpstream>,
  settings: object = {},
): Promise<TestGateway> {
  const endpoint = (path: string, method = "GET") => ({
    endpoint: path,
    method,
    output_encoding: "no-op",
    backend: [{ url_pattern: path }],
  });
  return startGateway(
    {
      use_h2c: true,
      timeout: "20s",
      endpoints: [
        endpoint("/thing"),
        endpoint("/later"),
        endpoint("/large"),
        endpoint("/thing", "POST"),
      ],
      ...settings,
    },
    { upstream },
    { args: ["--workers", "1"] },
  );
}

const backend = () =>
  scriptedUpstream({
    "/thing": "HTTP/1.1 200 OK\r\nContent-Type: x/y\r\nContent-Length: 2\r\n\r\nok",
    "/later": "",
  });

test("a client that takes back request after request is cut off early", async () => {
  await using gateway = await startWith(backend());
  using client = new Http2Client(gateway.url);
  let isClosed = false;
  void client.closed.then(() => {
    isClosed = true;
  });

  let rounds = 0;
  for (; rounds < 600 && !isClosed; rounds++) {
    const stream = client.open({ ":path": "/later" });
    stream.on("error", () => {});
    await new Promise((resolve) => stream.on("ready", resolve).on("close", resolve));
    stream.close(8);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }

  expect(rounds).toBeGreaterThan(200);
  expect(rounds).toBeLessThan(500);
  expect((await gateway.fetch("/thing")).status).toBe(200);
});

test("one that lets its requests be answered may take many back", async () => {
  await using gateway = await startWith(backend());
  using client = new Http2Client(gateway.url);

  for (let round = 0; round < 400; round++) {
    const stream = client.open({ ":path": "/later" });
    stream.on("error", () => {});
    await new Promise((resolve) => stream.on("ready", resolve).on("close", resolve));
    stream.close(8);
    await client.send({ ":path": "/thing" });
  }

  expect((await client.send({ ":path": "/thing" })).status).toBe(200);
});

test("a connection that says no more than the preface is ended", async () => {
  await using gateway = await startWith(backend(), { read_header_timeout: "300ms" });
  const connection = await gateway.connect();

  connection.send(PREFACE);

  expect(await connection.closed(4_000)).not.toBe("");
});

test("half a preface is not waited for for ever either", async () => {
  await using gateway = await startWith(backend(), { read_header_timeout: "300ms" });
  const connection = await gateway.connect();

  connection.send(PREFACE.slice(0, 8));

  expect(await connection.closed(4_000)).not.toBe("");
});

test("an idle connection is ended, and not before", async () => {
  await using gateway = await startWith(backend(), { idle_timeout: "600ms" });
  using client = new Http2Client(gateway.url);
  expect((await client.send({ ":path": "/thing" })).status).toBe(200);
  const before = performance.now();

  await client.closed;

  expect(performance.now() - before).toBeGreaterThan(400);
});

test("an answer that comes later than write_timeout resets its stream alone", async () => {
  const upstream = backend();
  await using gateway = await startWith(upstream, { write_timeout: "300ms" });
  using client = new Http2Client(gateway.url);
  const late = client.send({ ":path": "/later" });
  const { socket } = await upstream.visited("/later");

  setTimeout(() => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), 600);

  const outcome = await late.then(
    () => "answered",
    (error: Error) => error.message,
  );
  expect(outcome).toMatch(/NGHTTP2_CANCEL|reset with 8/);
  expect((await client.send({ ":path": "/thing" })).status).toBe(200);
});

test("a client that does not read holds its backend back", async () => {
  const flows: PatternFlow[] = [];
  const upstream = scriptedUpstream({
    "/large": ({ socket }) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Type: x/y\r\nContent-Length: ${LARGE}\r\n\r\n`);
      const flow = writePattern(socket, LARGE);
      flow.done.catch(() => {});
      flows.push(flow);
    },
  });
  await using gateway = await startWith(upstream);
  using client = new Http2Client(gateway.url);
  const stream = client.open({ ":path": "/large" });
  stream.on("error", () => {});
  await upstream.visited("/large");

  await stalled(flows[0]!);

  expect(flows[0]!.sent).toBeLessThan(LARGE / 2);
});

test("the 100 that a client waits for comes before its body", async () => {
  await using gateway = await startWith(backend());
  using client = new Http2Client(gateway.url);
  const stream = client.session.request(
    { ":method": "POST", ":path": "/thing", expect: "100-continue", "content-length": "5" },
    { endStream: false },
  );
  const told = new Promise((resolve) => stream.once("continue", () => resolve("continue")));
  const answered = new Promise((resolve) => stream.once("response", () => resolve("response")));

  expect(await Promise.race([told, answered])).toBe("continue");
  stream.end("hello");
  expect(await answered).toBe("response");
});
