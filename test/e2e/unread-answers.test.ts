import { expect, test } from "bun:test";
import { startGateway } from "../support/gateway.ts";
import { openConnection } from "../support/raw-client.ts";
import { scriptedUpstream, thenEnd } from "../support/scripted-upstream.ts";
import { HEALTHY } from "./in-front-of.ts";

const REQUESTS = 800;
const TEXT = "x".repeat(400_000);
const DOCUMENT = `{"text":"${TEXT}"}`;
const LARGE = `HTTP/1.1 200 OK\r\nContent-Length: ${DOCUMENT.length}\r\n\r\n${DOCUMENT}`;

test.each([
  ["goes on", false],
  ["half-closes", true],
])(
  "a client that asks and asks, %s and does not read gets no answers made in advance, but all of them",
  async (_, ends) => {
    const upstream = scriptedUpstream({ "/large": thenEnd(LARGE), "/thing": HEALTHY });
    await using gateway = await startGateway(
      {
        endpoints: [
          { endpoint: "/large", backend: [{ url_pattern: "/large", allow: ["text"] }] },
          { endpoint: "/thing", backend: [{ url_pattern: "/thing" }] },
        ],
      },
      { upstream },
    );
    const client = await openConnection(gateway.port);
    client.socket.pause();
    client.send("GET /large HTTP/1.1\r\nHost: gw\r\n\r\n".repeat(REQUESTS));
    if (ends) client.end();

    // Every one of these takes the gateway several turns, in which it could go on with the others.
    for (let i = 0; i < 400; i++) expect((await gateway.fetch("/thing")).status).toBe(200);
    const asked = upstream.visits.filter(({ target }) => target === "/large").length;
    client.socket.resume();
    let answers = 0;
    for (; answers < REQUESTS; answers++) {
      const { status, text } = await client.readResponse();
      if (status !== 200 || text.length !== DOCUMENT.length) break;
    }
    client.destroy();

    // The buffers of the kernel hold some forty megabytes.
    expect(asked).toBeLessThan(REQUESTS / 4);
    expect(answers).toBe(REQUESTS);
  },
  20_000,
);

test.each([
  [
    "several backends",
    { backend: [{ url_pattern: "/thing" }, { url_pattern: "/thing", group: "b" }] },
  ],
  [
    "a body kept for redirects",
    {
      backend: [
        {
          url_pattern: "/thing",
          extra_config: { "backend/http/client": { send_body_on_redirect: true } },
        },
      ],
    },
  ],
])("the endpoint's time ends the wait for a body with %s", async (_, endpoint) => {
  const upstream = scriptedUpstream({ "/thing": HEALTHY });
  await using gateway = await startGateway(
    {
      extra_config: { router: { return_error_msg: true } },
      endpoints: [{ endpoint: "/up", method: "POST", timeout: "300ms", ...endpoint }],
    },
    { upstream },
  );
  const client = await openConnection(gateway.port);

  client.send("POST /up HTTP/1.1\r\nHost: gw\r\nContent-Length: 1000\r\n\r\nhalf");
  const { status, text } = await client.readResponse();
  client.destroy();

  expect([status, text]).toEqual([500, "context deadline exceeded"]);
  expect(upstream.visits).toEqual([]);
});

test("a slow body of a backend reaches the client as it comes", async () => {
  const upstream = scriptedUpstream({
    "/slow": ({ socket }) => {
      socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
    },
  });
  await using gateway = await startGateway(
    {
      timeout: "20s",
      endpoints: [
        { endpoint: "/slow", output_encoding: "no-op", backend: [{ url_pattern: "/slow" }] },
      ],
    },
    { upstream },
  );
  const client = await openConnection(gateway.port);

  client.send("GET /slow HTTP/1.1\r\nHost: gw\r\n\r\n");
  const start = (await client.readUntil("first")).toString();
  client.destroy();

  expect(start).toContain("Content-Type: text/plain; charset=utf-8");
});
