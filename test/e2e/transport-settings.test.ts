import { describe, expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { gone, type ScriptedUpstream, scriptedUpstream } from "../support/scripted-upstream.ts";
import { HEALTHY } from "./in-front-of.ts";

const HEAD =
  "POST /thing HTTP/1.1\r\nHost: gw\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";

/** What has not come by then does not come. */
const QUIET_MS = 300;

describe("a client that waits for 100 Continue", () => {
  test("is told to go on when the backend says so", async () => {
    const backend = scriptedUpstream({ "/thing": HEALTHY });
    await using gateway = await startFor(backend, { expect_continue_timeout: "3s" });
    using client = await gateway.connect();

    client.send(HEAD);
    const waiting = await backend.received("Expect: 100-continue");
    const early = await client.readUntil("100 Continue", QUIET_MS).then(String, () => "nothing");
    waiting.write("HTTP/1.1 100 Continue\r\n\r\n");
    await client.readUntil("100 Continue\r\n\r\n");
    client.send("hello");

    expect((await client.readResponse()).status).toBe(200);
    expect(early).toBe("nothing");
    expect(backend.visits[0]?.body).toBe("hello");
  });

  test("is told to go on when the backend has said nothing for that long", async () => {
    const backend = scriptedUpstream({ "/thing": HEALTHY });
    await using gateway = await startFor(backend, { expect_continue_timeout: "300ms" });
    using client = await gateway.connect();
    const startedAt = performance.now();

    client.send(`${HEAD}hello`);

    expect((await client.readResponse()).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(290);
    expect(backend.visits[0]?.body).toBe("hello");
  });

  test("gets the answer of a backend that does not want the body, which never leaves", async () => {
    const backend = scriptedUpstream({});
    await using gateway = await startFor(backend, { expect_continue_timeout: "3s" });
    using client = await gateway.connect();

    client.send(`${HEAD}hello`);
    const waiting = await backend.received("Expect: 100-continue");
    waiting.write(HEALTHY);

    expect((await client.readResponse()).body.toString()).toBe('{"ok":1}');
    await gone(waiting);
    expect(backend.unfinished()).not.toContain("hello");
  });

  test("is told to go on at once without the setting", async () => {
    const backend = scriptedUpstream({ "/thing": HEALTHY });
    await using gateway = await startFor(backend, {});
    using client = await gateway.connect();

    client.send(HEAD);
    await client.readUntil("100 Continue\r\n\r\n");
    client.send("hello");

    expect((await client.readResponse()).status).toBe(200);
  });
});

describe("connections to a backend", () => {
  test("carry one request each with disable_keep_alives, and say so", async () => {
    const backend = scriptedUpstream({ "/thing": HEALTHY });
    await using gateway = await startFor(backend, { disable_keep_alives: true });

    await gateway.fetch("/thing");
    await gateway.fetch("/thing");

    expect(backend.visits.map(({ connection }) => connection)).toEqual([0, 1]);
    expect(backend.visits.map(({ headers }) => headers.connection)).toEqual([["close"], ["close"]]);
    await gone(backend.visits[0]!.socket);
  });

  test("end when they were idle for idle_connection_timeout", async () => {
    const backend = scriptedUpstream({ "/thing": HEALTHY });
    await using gateway = await startFor(backend, { idle_connection_timeout: "200ms" });

    await gateway.fetch("/thing");

    await gone(backend.visits[0]!.socket);
  });

  test.each([
    [{ max_idle_connections: 1 }, 1],
    [{ max_idle_connections_per_host: 2 }, 2],
    [{}, 3],
  ])("stay open for later requests up to %j", async (settings, kept) => {
    const together = Promise.withResolvers<void>();
    let arrived = 0;
    const backend: ScriptedUpstream = scriptedUpstream({
      "/thing": ({ socket }) => {
        if (++arrived === 3) together.resolve();
        void together.promise.then(() => socket.write(HEALTHY));
      },
    });
    await using gateway = await startFor(backend, settings);

    await Promise.all([1, 2, 3].map(() => gateway.fetch("/thing")));
    const closed = backend.visits.slice(0, 3).map(({ socket }) =>
      gone(socket, QUIET_MS).then(
        () => true,
        () => false,
      ),
    );

    expect((await Promise.all(closed)).filter((isClosed) => !isClosed)).toHaveLength(kept);
  });
});

describe("with disable_host_sanitize a host", () => {
  test("may be an IPv6 address, and have a path in front of every pattern", async () => {
    const backend = scriptedUpstream({ "/base/thing": HEALTHY });
    await using gateway = await startFor(backend, {}, [
      "http://[::ffff:127.0.0.1]:{{backend_port}}/base",
    ]);

    const answer = await gateway.fetch("/thing");

    expect([answer.status, await answer.text()]).toEqual([200, '{"ok":1}']);
    expect(backend.visits[0]?.headers.host?.[0]).toMatch(/^\[::ffff:127\.0\.0\.1\]:\d+$/);
  });

  test("that is an IPv6 address nobody listens on fails with Go's text", async () => {
    await using gateway = await startFor(scriptedUpstream({}), {}, ["http://[::ffff:127.0.0.1]:1"]);

    const answer = await gateway.fetch("/thing");

    expect(await answer.text()).toBe(
      'Get "http://[::ffff:127.0.0.1]:1/thing": dial tcp [::ffff:127.0.0.1]:1: connect: connection refused',
    );
  });

  test("that is named twice gets twice as many requests", async () => {
    const backend = scriptedUpstream({ "/a/thing": HEALTHY, "/b/thing": HEALTHY });
    const [a, b] = ["http://127.0.0.1:{{backend_port}}/a", "http://127.0.0.1:{{backend_port}}/b"];
    await using gateway = await startFor(backend, {}, [a!, b!, a!]);

    for (let i = 0; i < 6; i++) await gateway.fetch("/thing");

    const targets = backend.visits.map(({ target }) => target);
    expect(targets.filter((target) => target === "/a/thing")).toHaveLength(4);
    expect(targets).toHaveLength(6);
  });
});

test.each([
  ["a service that DNS does not have", "_http._tcp.nobody.invalid"],
  ["a service for which DNS cannot even be asked", "not a name"],
])("%s has no hosts, and the log says so", async (_, name) => {
  await using gateway = await startGateway({
    extra_config: { router: { return_error_msg: true } },
    endpoints: [
      {
        endpoint: "/thing",
        backend: [{ url_pattern: "/", sd: "dns", host: [name], disable_host_sanitize: true }],
      },
    ],
  });

  const answer = await gateway.fetch("/thing");

  expect([answer.status, await answer.text()]).toEqual([500, "no hosts available"]);
  await gateway.logged(`ERROR: [SERVICE: DNS] ${name}: `);
});

/** GET and POST `/thing` in front of the backend, in one worker. */
function startFor(
  backend: ScriptedUpstream,
  settings: Readonly<Record<string, unknown>>,
  hosts?: readonly string[],
): Promise<TestGateway> {
  const own = hosts === undefined ? {} : { host: hosts, disable_host_sanitize: true };
  return startGateway(
    {
      timeout: "5s",
      extra_config: { router: { return_error_msg: true } },
      endpoints: ["GET", "POST"].map((method) => ({
        endpoint: "/thing",
        method,
        input_headers: ["Expect", "Content-Length"],
        backend: [{ url_pattern: "/thing", ...own }],
      })),
      ...settings,
    },
    { backend },
    { args: ["--workers", "1"] },
  );
}
