import { describe, expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { Http2Client } from "../support/http2-client.ts";
import {
  errorCodes,
  getOf,
  type Http2Frames,
  openFrames,
  postOf,
} from "../support/http2-frames.ts";
import { stalled, writePattern } from "../support/pattern.ts";
import { gone, type ScriptedUpstream, scriptedUpstream } from "../support/scripted-upstream.ts";
import { HEALTHY, jsonHead } from "./in-front-of.ts";

const { CANCEL, PROTOCOL_ERROR, REFUSED_STREAM } = errorCodes;

const MAX_STREAMS = 250;
const LARGE = 64 * 1024 * 1024;
const HEAD_OF_LARGE = `HTTP/1.1 200 OK\r\nContent-Type: x/y\r\nContent-Length: ${LARGE}\r\n\r\n`;

/** The number of a client's stream, counted from 0. */
const streamOf = (index: number) => 2 * index + 1;

describe("requests that are taken back", () => {
  test("end the connection once they are more than those that were answered by far", async () => {
    const backend = scriptedUpstream({ "/later": "", "/thing": HEALTHY });
    await using gateway = await startWith({}, backend);
    using client = await open(gateway);

    for (let index = 0; index <= MAX_STREAMS; index++) await takeBack(client, index);

    await client.closed();
    expect((await gateway.fetch("/json/thing")).status).toBe(200);
  });

  test("cost nothing where as many are answered", async () => {
    await using gateway = await startWith(
      {},
      scriptedUpstream({ "/later": "", "/thing": HEALTHY }),
    );
    using client = await open(gateway);

    for (let index = 0; index < 2 * (MAX_STREAMS + 50); index += 2) {
      client.headers(streamOf(index), getOf("/json/thing"));
      await client.body(streamOf(index));
      await takeBack(client, index + 1);
    }

    client.headers(9_999, getOf("/json/thing"));
    expect(await client.body(9_999)).toBe('{"ok":1}');
  });

  async function takeBack(client: Http2Frames, index: number): Promise<void> {
    client.headers(streamOf(index), getOf("/json/later"));
    client.reset(streamOf(index));
    if (index % 10 === 5) await client.ping();
  }
});

describe("the times of an HTTP/2 connection", () => {
  test("settings that do not come end it after the time for a head", async () => {
    await using gateway = await startWith({ read_header_timeout: "300ms" });
    using client = await openFrames(gateway.port);

    await client.closed();
  });

  test("without a request it ends after the idle timeout", async () => {
    await using gateway = await startWith({ idle_timeout: "300ms" });
    using client = await open(gateway);

    expect(await client.goAwayCode()).toBe(0);
    await client.closed();
  });

  test("between requests it ends after the idle timeout, and not while one is answered", async () => {
    const slow = scriptedUpstream({
      "/thing": ({ socket }) => setTimeout(() => socket.write(HEALTHY), 900),
    });
    await using gateway = await startWith({ idle_timeout: "300ms" }, slow);
    using client = await open(gateway);

    client.headers(1, getOf("/json/thing"));
    await client.body(1);
    client.headers(3, getOf("/json/thing"));

    expect(await client.body(3)).toBe('{"ok":1}');
    expect(await client.goAwayCode()).toBe(0);
    await client.closed();
  });

  test("an answer that comes after the write timeout is dropped; the others are served", async () => {
    const backend = scriptedUpstream({
      "/later": ({ socket }) => setTimeout(() => socket.write(HEALTHY), 700),
      "/thing": HEALTHY,
    });
    await using gateway = await startWith({ write_timeout: "300ms" }, backend);
    using client = await open(gateway);

    client.headers(1, getOf("/json/later"));
    const code = await client.resetCode(1);
    client.headers(3, getOf("/json/thing"));

    expect(code).toBe(CANCEL);
    expect(await client.body(3)).toBe('{"ok":1}');
  });

  test("a download that its client does not take ends with the write timeout, and the backend's call too", async () => {
    const backend = download();
    await using gateway = await startWith({ write_timeout: "500ms" }, backend);
    using client = await open(gateway, 0);

    client.headers(1, getOf("/no-op/large"));
    const { socket } = await backend.visited("/large");

    expect(await client.resetCode(1)).toBe(CANCEL);
    await gone(socket);
  });

  test.each(["json", "no-op"])(
    "a body that stalls costs a 500 after the read timeout: %s",
    async (kind) => {
      const backend = scriptedUpstream({});
      await using gateway = await startWith({ read_timeout: "400ms" }, backend);
      using client = await open(gateway);

      client.headers(1, postOf(`/${kind}/thing`, 10), false);
      client.data(1, "abc", false);

      expect(await statusOf(client, 1)).toBe(500);
      expect(backend.visits).toEqual([]);
    },
  );
});

describe("a body over HTTP/2", () => {
  test("that its client does not take holds its backend back, and nobody else", async () => {
    const backend = download();
    await using gateway = await startWith({}, backend);
    using client = await open(gateway, 0);
    client.headers(1, getOf("/no-op/large"));
    const flow = await backend.started();

    await stalled(flow);
    client.headers(3, getOf("/json/thing"));
    client.windowUpdate(3, 100);

    expect(flow.sent).toBeLessThan(LARGE / 2);
    expect(await client.body(3)).toBe('{"ok":1}');
  });

  test.each(["json", "no-op"])(
    "that is shorter than it should be reaches no backend whole: %s",
    async (kind) => {
      const backend = scriptedUpstream({ "/thing": HEALTHY });
      await using gateway = await startWith({}, backend);
      using client = await open(gateway);

      client.headers(1, postOf(`/${kind}/thing`, 10), false);
      client.data(1, "abc");
      await client.ping();
      client.headers(3, getOf("/json/thing"));

      await client.body(3);
      expect(backend.visits.map(({ method }) => method)).toEqual(["GET"]);
    },
  );

  test.each(["json", "no-op"])(
    "that is longer than it should be has its stream reset: %s",
    async (kind) => {
      const backend = scriptedUpstream({ "/thing": HEALTHY });
      await using gateway = await startWith({}, backend);
      using client = await open(gateway);

      client.headers(1, postOf(`/${kind}/thing`, 3), false);
      client.data(1, "ab", false);
      client.data(1, "cd", false);

      expect(await client.resetCode(1)).toBe(PROTOCOL_ERROR);
      client.headers(3, getOf("/json/thing"));
      await client.body(3);
      expect(backend.visits.map(({ method }) => method)).toEqual(["GET"]);
    },
  );
});

test("a client that takes its answers may have any number of them", async () => {
  const text = JSON.stringify({ d: "x".repeat(4 * 1024 * 1024) });
  await using gateway = await startWith(
    {},
    scriptedUpstream({ "/large": jsonHead(text.length) + text }),
  );
  using client = new Http2Client(gateway.url);

  // More than may wait on one connection.
  for (let turn = 0; turn < 12; turn++) {
    const { body } = await client.send({ ":path": "/json/large" });
    expect(body).toHaveLength(text.length);
  }
});

test("more requests at a time than are allowed are refused, and no others", async () => {
  const backend = scriptedUpstream({ "/later": "" });
  await using gateway = await startWith({}, backend);
  using client = await open(gateway);

  for (let index = 0; index < MAX_STREAMS + 3; index++) {
    client.headers(streamOf(index), getOf("/json/later"));
    if (index % 50 === 0) await client.ping();
  }
  const codes = [0, 1, 2].map((index) => client.resetCode(streamOf(MAX_STREAMS + index)));

  expect(await Promise.all(codes)).toEqual([REFUSED_STREAM, REFUSED_STREAM, REFUSED_STREAM]);
  await client.ping();
  expect(client.received.filter(({ type }) => type === 3)).toHaveLength(3);
  expect(backend.visits).toHaveLength(MAX_STREAMS);
});

/** `/json/{name}` and `/no-op/{name}` (GET and POST) with 20 s, and these settings of the listener. */
function startWith(
  listener: Readonly<Record<string, string>>,
  backend: ScriptedUpstream = scriptedUpstream({ "/thing": HEALTHY }),
): Promise<TestGateway> {
  const endpoints = ["json", "no-op"].flatMap((kind) =>
    ["GET", "POST"].map((method) => ({
      endpoint: `/${kind}/{name}`,
      method,
      output_encoding: kind,
      backend: [{ url_pattern: "/{name}" }],
    })),
  );
  const config = { use_h2c: true, timeout: "20s", endpoints, ...listener };
  return startGateway(config, { backend }, { args: ["--workers", "1"] });
}

async function open(gateway: TestGateway, initialWindowSize?: number): Promise<Http2Frames> {
  const client = await openFrames(gateway.port);
  client.settings(initialWindowSize);
  return client;
}

/** The status of an answer whose head holds no other number of the static table (RFC 7541 appendix A). */
async function statusOf(client: Http2Frames, stream: number): Promise<number | undefined> {
  const { payload } = await client.frame("HEADERS", stream);
  return [200, 204, 206, 304, 400, 404, 500][(payload[0] ?? 0) - 0x88];
}

/** `/large` is a large download, `/thing` a small answer. */
function download() {
  const started = Promise.withResolvers<ReturnType<typeof writePattern>>();
  const upstream = scriptedUpstream({
    "/thing": HEALTHY,
    "/large": ({ socket }) => {
      socket.write(HEAD_OF_LARGE);
      const flow = writePattern(socket, LARGE);
      // What the end of a connection means is the test's to say.
      flow.done.catch(() => {});
      started.resolve(flow);
    },
  });
  return { ...upstream, started: () => started.promise };
}
