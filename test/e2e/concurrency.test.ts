import { expect, test } from "bun:test";
import { startGateway } from "../support/gateway.ts";
import { openConnection } from "../support/raw-client.ts";
import { scriptedUpstream } from "../support/scripted-upstream.ts";
import type { UpstreamHandler } from "../support/upstream.ts";
import { HEALTHY } from "./in-front-of.ts";

const TEST_LIMIT_MS = 30_000;
const BACKEND_MS = 1_000;
const CLIENTS = 2_000;

test.each(["json", "no-op"])(
  "two thousand requests in flight are answered, each with its own answer: %s",
  async (kind) => {
    const gathered = gathering(CLIENTS);
    await using gateway = await startGateway(
      {
        timeout: "20s",
        endpoints: [
          { endpoint: "/item/{id}", output_encoding: kind, backend: [{ url_pattern: "/{id}" }] },
        ],
      },
      { items: gathered },
    );

    const answers = await Promise.all(
      Array.from({ length: CLIENTS }, (_, id) => getBody(gateway.port, `/item/${id}`)),
    );

    expect(answers).toEqual(Array.from({ length: CLIENTS }, (_, id) => `{"target":"/${id}"}`));
  },
  TEST_LIMIT_MS,
);

test("an endpoint merges twenty backends that answer in any order", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `b${index}`);
  await using gateway = await startGateway(
    {
      timeout: "10s",
      endpoints: [
        {
          endpoint: "/all",
          backend: names.map((name) => ({ url_pattern: `/${name}`, group: name })),
        },
      ],
    },
    { backend: backwards(20) },
  );

  const answer = await gateway.fetch("/all");

  expect(answer.headers.get("x-krakend-completed")).toBe("true");
  expect(await answer.json()).toEqual(
    Object.fromEntries(names.map((name) => [name, { target: `/${name}` }])),
  );
});

test("of twenty backends that all fail but one, one answers", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `b${index}`);
  await using gateway = await startGateway(
    {
      timeout: "10s",
      endpoints: [
        { endpoint: "/all", backend: names.map((name) => ({ url_pattern: `/${name}` })) },
      ],
    },
    {
      backend: ({ target }) =>
        target === "/b7" ? { body: { seven: 7 } } : { status: 503, body: { no: 1 } },
    },
  );

  const answer = await gateway.fetch("/all");

  expect([answer.status, await answer.text()]).toEqual([200, '{"seven":7}']);
  expect(answer.headers.get("x-krakend-completed")).toBe("false");
});

test("a slow endpoint does not delay the others", async () => {
  const backend = scriptedUpstream({ "/slow": "", "/thing": HEALTHY });
  await using gateway = await startGateway(
    {
      timeout: "20s",
      endpoints: [
        { endpoint: "/slow", backend: [{ url_pattern: "/slow" }] },
        { endpoint: "/thing", backend: [{ url_pattern: "/thing" }] },
      ],
    },
    { backend },
  );
  const slow = Array.from({ length: 50 }, () => getBody(gateway.port, "/slow"));
  const waiting = await Promise.all(slow.map(() => backend.visited("/slow")));

  const quick = [];
  for (let i = 0; i < 20; i++) quick.push(await getBody(gateway.port, "/thing"));
  for (const { socket } of waiting) socket.write(HEALTHY);

  expect(quick).toEqual(quick.map(() => '{"ok":1}'));
  expect(await Promise.all(slow)).toEqual(slow.map(() => '{"ok":1}'));
});

/** Answers nobody before all have come, and then takes its time. */
function gathering(count: number): UpstreamHandler {
  let come = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  return async ({ target }) => {
    if (++come === count) setTimeout(resolve, BACKEND_MS);
    await promise;
    return { body: { target } };
  };
}

/** Answers so many requests, the last one first. */
function backwards(count: number): UpstreamHandler {
  const waiting: (() => void)[] = [];
  const answerLast = (): void => {
    waiting.pop()?.();
    if (waiting.length > 0) setImmediate(answerLast);
  };
  return async ({ target }) => {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (waiting.length === count) answerLast();
    });
    return { body: { target } };
  };
}

async function getBody(port: number, path: string): Promise<string> {
  using connection = await openConnection(port);
  connection.send(`GET ${path} HTTP/1.1\r\nHost: gw\r\n\r\n`);
  const { status, text } = await connection.readResponse({ timeoutMs: TEST_LIMIT_MS / 2 });
  return status === 200 ? text : `${status} ${text}`;
}
