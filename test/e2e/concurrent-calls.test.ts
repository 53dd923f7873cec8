import { expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { gone, scriptedUpstream, type Visit } from "../support/scripted-upstream.ts";
import { HEALTHY } from "./in-front-of.ts";

/** Answers with the script when so many requests have come, the last one first. */
function lastAnswers(count: number, answer: (visit: Visit) => void): (visit: Visit) => void {
  let come = 0;
  return (visit) => {
    if (++come === count) answer(visit);
  };
}

function startRace(
  upstreams: Parameters<typeof startGateway>[1],
  endpoint: Readonly<Record<string, unknown>> = {},
  backend: Readonly<Record<string, unknown>> = {},
): Promise<TestGateway> {
  return startGateway(
    {
      timeout: "5s",
      endpoints: [
        {
          endpoint: "/race",
          concurrent_calls: 3,
          backend: [{ url_pattern: "/race", ...backend }],
          ...endpoint,
        },
      ],
    },
    upstreams,
  );
}

test("calls that lost are cancelled", async () => {
  const backend = scriptedUpstream({
    "/race": lastAnswers(3, ({ socket }) => socket.write(HEALTHY)),
  });
  await using gateway = await startRace({ backend });

  const answer = await gateway.fetch("/race");

  expect(await answer.text()).toBe('{"ok":1}');
  const [first, second, winner] = backend.visits.map(({ socket }) => socket);
  await Promise.all([gone(first!), gone(second!)]);
  expect(winner!.readableEnded).toBe(false);
});

test("a client that leaves cancels all calls", async () => {
  const backend = scriptedUpstream({ "/race": "" });
  await using gateway = await startRace({ backend });
  using connection = await gateway.connect();
  connection.send("GET /race HTTP/1.1\r\nHost: gw\r\n\r\n");
  const visits = [
    await backend.visited("/race"),
    await backend.visited("/race"),
    await backend.visited("/race"),
  ];

  connection.destroy();

  await Promise.all(visits.map(({ socket }) => gone(socket)));
});

test("each call goes to a host of its own choice", async () => {
  const hosts = { a: { body: { n: 1 } }, b: { body: { n: 1 } }, c: { body: { n: 1 } } };
  await using gateway = await startRace(hosts, {}, { host: ["{{a}}", "{{b}}", "{{c}}"] });

  await (await gateway.fetch("/race")).text();

  expect(gateway.requests.map(({ upstream }) => upstream).sort()).toEqual(["a", "b", "c"]);
});

test("the stream of a no-op winner is not cut", async () => {
  const head = "HTTP/1.1 200 OK\r\nContent-Type: x/y\r\nContent-Length: 8\r\n\r\npart";
  const backend = scriptedUpstream({
    "/race": lastAnswers(3, ({ socket }) => {
      socket.write(head);
      // Beyond three quarters of the endpoint's time.
      setTimeout(() => socket.write("rest"), 900);
    }),
  });
  await using gateway = await startRace(
    { backend },
    { output_encoding: "no-op", timeout: "1100ms" },
  );

  expect(await (await gateway.fetch("/race")).text()).toBe("partrest");
});
