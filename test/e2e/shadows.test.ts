import { describe, expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { gone, type ScriptedUpstream, scriptedUpstream } from "../support/scripted-upstream.ts";
import { HEALTHY, jsonHead } from "./in-front-of.ts";

const SHADOW = { extra_config: { proxy: { shadow: true } } };

/** A regular backend at `/main`, and a shadow at `/copy` of another upstream. */
function startWithShadow(
  main: ScriptedUpstream,
  shadow: ScriptedUpstream,
  { shadowTimeout = "10s", args = [] as readonly string[] } = {},
): Promise<TestGateway> {
  const proxy = { shadow: true, shadow_timeout: shadowTimeout };
  const backend = [
    { url_pattern: "/main" },
    { url_pattern: "/copy", host: ["{{shadow}}"], extra_config: { proxy } },
  ];
  return startGateway(
    {
      timeout: "5s",
      endpoints: [
        { endpoint: "/thing", backend },
        { endpoint: "/thing", method: "POST", backend },
      ],
    },
    { main, shadow },
    // Each worker has connections of its own.
    { args: ["--workers", "1", ...args] },
  );
}

describe("a shadow backend", () => {
  test("keeps its connection, whatever it answers", async () => {
    const body = "x".repeat(200_000);
    const answer = `HTTP/1.1 500 No\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const shadow = scriptedUpstream({ "/copy": answer });
    await using gateway = await startWithShadow(scriptedUpstream({ "/main": HEALTHY }), shadow);

    for (let index = 0; index < 5; index++) {
      expect(await (await gateway.fetch("/thing")).text()).toBe('{"ok":1}');
      await shadow.visited("/copy");
      // The answer has to be read before the connection is free again.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }

    expect(new Set(shadow.visits.map(({ connection }) => connection)).size).toBe(1);
  });

  test("is not cancelled when the client leaves", async () => {
    const main = scriptedUpstream({ "/main": "" });
    const shadow = scriptedUpstream({ "/copy": "" });
    await using gateway = await startWithShadow(main, shadow);
    using connection = await gateway.connect();
    connection.send("GET /thing HTTP/1.1\r\nHost: gw\r\n\r\n");
    const copy = await shadow.visited("/copy");
    const call = await main.visited("/main");

    connection.destroy();
    await gone(call.socket);

    expect([copy.socket.readableEnded, copy.socket.destroyed]).toEqual([false, false]);
  });

  test("is given up after its own time", async () => {
    const shadow = scriptedUpstream({ "/copy": "" });
    const options = { shadowTimeout: "100ms" };
    await using gateway = await startWithShadow(
      scriptedUpstream({ "/main": HEALTHY }),
      shadow,
      options,
    );

    await (await gateway.fetch("/thing")).text();
    const { socket } = await shadow.visited("/copy");

    await gone(socket, 1_000);
  });

  test("gets a body that comes in pieces when it is whole; the main call does not wait for that", async () => {
    const main = scriptedUpstream({ "/main": HEALTHY });
    const shadow = scriptedUpstream({ "/copy": HEALTHY });
    await using gateway = await startWithShadow(main, shadow);
    using connection = await gateway.connect();
    const piece = "a".repeat(100_000);

    connection.send(`POST /thing HTTP/1.1\r\nHost: gw\r\nContent-Length: 200000\r\n\r\n${piece}`);
    await main.received("POST /main");
    expect(shadow.unfinished()).toBe("");
    connection.send(piece);

    expect((await main.visited("/main")).body).toBe(piece + piece);
    expect((await shadow.visited("/copy")).body).toBe(piece + piece);
    expect((await connection.readResponse()).status).toBe(200);
  });

  test("that hangs does not keep a stopping gateway", async () => {
    const shadow = scriptedUpstream({ "/copy": "" });
    await using gateway = await startWithShadow(scriptedUpstream({ "/main": HEALTHY }), shadow, {
      shadowTimeout: "60s",
      args: ["--shutdown-delay", "0"],
    });
    await (await gateway.fetch("/thing")).text();
    const { socket } = await shadow.visited("/copy");
    const startedAt = performance.now();

    expect(await gateway.stop()).toBe(0);

    expect(performance.now() - startedAt).toBeLessThan(3_000);
    await gone(socket);
  });
});

test("several shadows in a sequence use values of each other, not of the regular backends", async () => {
  const seen = scriptedUpstream({
    "/a": `${jsonHead(8)}{"id":1} `,
    "/b": `${jsonHead(8)}{"b":2}  `,
    "/s": `${jsonHead(8)}{"id":7} `,
    "/t/7": HEALTHY,
  });
  await using gateway = await startGateway(
    {
      timeout: "5s",
      endpoints: [
        {
          endpoint: "/seq",
          extra_config: { proxy: { sequential: true } },
          backend: [
            { url_pattern: "/a" },
            { url_pattern: "/s", ...SHADOW },
            { url_pattern: "/b" },
            { url_pattern: "/t/{resp0_id}", ...SHADOW },
          ],
        },
      ],
    },
    { seen },
  );

  const answer = await gateway.fetch("/seq");
  await seen.visited("/t/7");

  expect(await answer.text()).toBe('{"b":2,"id":1}');
});

test("an endpoint of shadows alone answers 500 with nothing, and calls nobody", async () => {
  const backend = scriptedUpstream({ "/copy": HEALTHY });
  await using gateway = await startGateway(
    {
      extra_config: { router: { return_error_msg: true } },
      endpoints: [{ endpoint: "/only", backend: [{ url_pattern: "/copy", ...SHADOW }] }],
    },
    { backend },
  );

  const answer = await gateway.fetch("/only");

  expect([answer.status, await answer.text(), answer.headers.get("x-krakend")]).toEqual([
    500,
    "",
    null,
  ]);
  expect(backend.visits).toEqual([]);
});
