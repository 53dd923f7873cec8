import { expect, test } from "bun:test";
import { gone, type ScriptedUpstream, scriptedUpstream } from "../support/scripted-upstream.ts";
import { HEALTHY, hostless, startInFrontOf } from "./in-front-of.ts";

/** Answers the first request of each connection and ends it, with these last bytes, when a second one comes. */
function answersOnce(lastBytes = ""): ScriptedUpstream {
  const used = new Set<number>();
  return scriptedUpstream({
    "/thing": ({ socket, connection }) => {
      if (used.has(connection)) socket.end(lastBytes);
      else socket.write(HEALTHY);
      used.add(connection);
    },
  });
}

test("a connection to a backend carries one request after the other", async () => {
  const backend = scriptedUpstream({ "/thing": HEALTHY });
  await using front = await startInFrontOf(backend);

  for (const path of ["/json/thing", "/no-op/thing", "/json/thing"]) await front.get(path);

  expect(backend.visits.map(({ connection }) => connection)).toEqual([0, 0, 0]);
});

test("a connection that the backend closes while it is idle is not used again", async () => {
  const backend = scriptedUpstream({ "/thing": HEALTHY });
  await using front = await startInFrontOf(backend);
  await front.get("/json/thing");
  const { socket } = await backend.visited("/thing");

  socket.end();
  await gone(socket);
  const answer = await front.post("/json/thing", "{}");

  expect([answer.status, answer.text]).toEqual([200, '{"ok":1}']);
});

test.each(["/json/thing", "/no-op/thing"])(
  "a connection that ends when it is used again costs a GET one more call: %s",
  async (path) => {
    const backend = answersOnce();
    await using front = await startInFrontOf(backend);
    await front.get(path);

    const answer = await front.get(path);

    expect([answer.status, answer.text]).toEqual([200, '{"ok":1}']);
    expect(backend.visits.map(({ connection }) => connection)).toEqual([0, 0, 1]);
  },
);

test.each(["", "2"])(
  "a connection that ends when it is used again never makes a backend execute a POST of %p twice",
  async (body) => {
    const backend = answersOnce();
    await using front = await startInFrontOf(backend);
    await front.post("/json/thing", "1");

    const answer = await front.post("/json/thing", body);

    expect([answer.status, hostless(answer.text)]).toEqual([
      500,
      'Post "http://backend/thing": EOF',
    ]);
    expect(backend.visits.map((visit) => visit.body)).toEqual(["1", body]);
  },
);

test("a connection that ends after the first byte of an answer costs the request", async () => {
  const backend = answersOnce("H");
  await using front = await startInFrontOf(backend);
  await front.get("/json/thing");

  const answer = await front.get("/json/thing");

  expect([answer.status, hostless(answer.text)]).toEqual([
    500,
    'Get "http://backend/thing": unexpected EOF',
  ]);
  expect(backend.visits.length).toBe(2);
});

test("a new connection that ends without an answer is not tried again", async () => {
  const backend = scriptedUpstream({ "/thing": ({ socket }) => socket.end() });
  await using front = await startInFrontOf(backend);

  const answer = await front.get("/json/thing");

  expect([answer.status, hostless(answer.text)]).toEqual([500, 'Get "http://backend/thing": EOF']);
  expect(backend.visits.length).toBe(1);
});

test("a backend that ends every used connection costs one more call each time, not more", async () => {
  const backend = answersOnce();
  await using front = await startInFrontOf(backend);

  for (let i = 0; i < 3; i++) await front.get("/json/thing");

  expect(backend.visits.map(({ connection }) => connection)).toEqual([0, 0, 1, 1, 2]);
});

test("a connection that the backend asks to close is not used again", async () => {
  const closing = HEALTHY.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
  const backend = scriptedUpstream({ "/thing": closing });
  await using front = await startInFrontOf(backend);

  await front.get("/json/thing");
  await front.get("/json/thing");

  expect(backend.visits.map(({ connection }) => connection)).toEqual([0, 1]);
});
