import { expect, test } from "bun:test";
import { startGateway } from "../support/gateway.ts";
import { gone, scriptedUpstream } from "../support/scripted-upstream.ts";
import { HEALTHY } from "./in-front-of.ts";

const STREAM = { url_pattern: "/stream", encoding: "no-op" };

test.each([
  ["by itself", [STREAM], "{}"],
  ["with others that answer", [STREAM, { url_pattern: "/thing" }], '{"ok":1}'],
  ["with others that fail", [STREAM, { url_pattern: "/nothing" }], "{}"],
])(
  "a no-op backend's stream that the answer has no place for is given up: %s",
  async (_, backend, text) => {
    const upstream = scriptedUpstream({
      "/stream": "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nabc",
      "/thing": HEALTHY,
    });
    await using gateway = await startGateway(
      { timeout: "60s", endpoints: [{ endpoint: "/thing", backend }] },
      { upstream },
    );
    using client = await gateway.connect();
    client.send("GET /thing HTTP/1.1\r\nHost: gw\r\n\r\n");

    const answer = await client.readResponse();
    const { socket } = await upstream.visited("/stream");

    expect([answer.status, answer.text]).toEqual([200, text]);
    await gone(socket);
  },
);
