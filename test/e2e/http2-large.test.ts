import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ClientHttp2Stream } from "node:http2";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { Http2Client } from "../support/http2-client.ts";

const LENGTH = 1024 * 1024;

let gateway: TestGateway;
beforeAll(async () => {
  const endpoint = (path: string, output: string) => ({
    endpoint: path,
    output_encoding: output,
    backend: [{ url_pattern: "/" }],
  });
  gateway = await startGateway(
    {
      use_h2c: true,
      timeout: "20s",
      endpoints: [endpoint("/json", "json"), endpoint("/no-op", "no-op")],
    },
    { backend: () => ({ body: { d: "x".repeat(LENGTH) } }) },
    { args: ["--workers", "1"] },
  );
});
afterAll(() => gateway[Symbol.asyncDispose]());

test.each(["/json", "/no-op"])(
  "100 answers of a megabyte on one connection come whole: %s",
  async (path) => {
    using client = new Http2Client(gateway.url);

    const answers = await Promise.all(
      Array.from({ length: 100 }, () => client.send({ ":path": path })),
    );

    const sound = answers.filter(({ status, body }) => status === 200 && body.length > LENGTH);
    expect(sound).toHaveLength(100);
  },
);

test("of a client that takes no bytes further requests are refused, and others are served", async () => {
  using hoarder = new Http2Client(gateway.url, { settings: { initialWindowSize: 0 } });
  const ends: string[] = [];
  const streams = Array.from({ length: 60 }, () => hoarder.open({ ":path": "/json" }));
  for (const stream of streams) stream.on("error", () => {});
  await Promise.all(
    streams.map((stream) => new Promise((resolve) => stream.once("response", resolve))),
  );

  for (let turn = 0; turn < 20; turn++) {
    ends.push(await howItEnds(hoarder.open({ ":path": "/json" })));
  }

  expect(ends).toEqual(Array(20).fill("NGHTTP2_REFUSED_STREAM"));
  using other = new Http2Client(gateway.url);
  expect((await other.send({ ":path": "/json" })).status).toBe(200);
});

/** The name of the reset's code, or `response`. */
function howItEnds(stream: ClientHttp2Stream): Promise<string> {
  return new Promise((resolve) => {
    stream.once("response", () => resolve("response"));
    stream.once("error", ({ message }) => resolve(/NGHTTP2_\w+/.exec(message)?.[0] ?? message));
  });
}
