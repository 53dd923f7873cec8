import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Socket } from "node:net";
import { gone, type Script, scriptedUpstream, thenEnd } from "../support/scripted-upstream.ts";
import {
  BYSTANDER,
  type FrontedBackend,
  HEALTHY,
  hostless,
  startInFrontOf,
  UNASKED,
} from "./in-front-of.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
const EARLY_HINTS = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n";

/** Answers of an odd form that say `{"ok":1}`. */
const oddAnswers: Readonly<Record<string, Script>> = {
  "interim-first": EARLY_HINTS.repeat(3) + HEALTHY,
  "interim-apart": ({ socket }) =>
    socket.write(EARLY_HINTS, () => setImmediate(() => socket.write(HEALTHY))),
  "until-close": thenEnd(`${OK}\r\n{"ok":1}`),
  "http-1.0": thenEnd(`HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{"ok":1}`),
  "equal-lengths": `${OK}Content-Length: 8\r\nContent-Length: 8\r\n\r\n{"ok":1}`,
  "chunks-with-trailers": `${OK}Transfer-Encoding: chunked\r\nTrailer: X-User\r\n\r\n8;a=b\r\n{"ok":1}\r\n0\r\nX-User: admin\r\n\r\n`,
  "byte-by-byte": ({ socket }) => drip(socket, HEALTHY),
  "chunks-byte-by-byte": ({ socket }) =>
    drip(socket, `${OK}Transfer-Encoding: chunked\r\n\r\n4\r\n{"ok\r\n04\r\n":1}\r\n0\r\n\r\n`),
};

/** An answer that says `{"ok":1}`, and more bytes behind it. */
const talkative: Readonly<Record<string, string>> = {
  "answers-twice": HEALTHY + UNASKED,
  "longer-than-its-length": `${HEALTHY}HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{"no":1}`,
  "garbage-behind": `${HEALTHY}garbage`,
  "bytes-behind-chunks": `${OK}Transfer-Encoding: chunked\r\n\r\n8\r\n{"ok":1}\r\n0\r\n\r\n${UNASKED}`,
};

const backend = scriptedUpstream({
  ...pathsOf(oddAnswers),
  ...pathsOf(talkative),
  "/healthy": HEALTHY,
  "/bystander": BYSTANDER,
  "/204-with-body": `HTTP/1.1 204 No Content\r\nContent-Length: ${UNASKED.length}\r\n\r\n${UNASKED}`,
  "/304-with-body": `HTTP/1.1 304 Not Modified\r\nContent-Length: ${UNASKED.length}\r\n\r\n${UNASKED}`,
});

let front: FrontedBackend;
beforeAll(async () => {
  front = await startInFrontOf(backend);
});
afterAll(() => front[Symbol.asyncDispose]());

describe("an odd but correct answer", () => {
  test.each(onBothKinds(oddAnswers))("passes: %s", async (path) => {
    const answer = await front.get(path);

    expect([answer.status, answer.text]).toEqual([200, '{"ok":1}']);
    expect([answer.headers.link, answer.headers["x-user"]]).toEqual([undefined, undefined]);
  });

  test.each([204, 304])("of status %d loses the body that it must not have", async (status) => {
    const answer = await front.getRaw(`/no-op/${status}-with-body`);

    expect(answer).toStartWith(`HTTP/1.1 ${status} `);
    expect(answer).toEndWith("\r\n\r\n");
    expect(answer).not.toContain("no");
  });

  test.each([204, 304])("of status %d is a failure of a JSON endpoint", async (status) => {
    const answer = await front.get(`/json/${status}-with-body`);

    expect([answer.status, hostless(answer.text)]).toEqual([
      500,
      `invalid status code ${status} [GET /{{.Name}}]: http://backend/${status}-with-body`,
    ]);
  });
});

describe("bytes that nobody asked for", () => {
  const paths = [...onBothKinds(talkative), "/no-op/204-with-body", "/no-op/304-with-body"];

  test.each(paths)("never answer another request: %s", async (path) => {
    backend.forget();

    await front.getRaw(path);
    const next = [await front.get("/json/healthy"), await front.get("/no-op/healthy")];

    expect(next.map(({ text }) => text)).toEqual(['{"ok":1}', '{"ok":1}']);
    const [first, second] = backend.visits;
    expect(second?.connection).not.toBe(first?.connection);
  });

  test.each(onBothKinds(talkative))("do not spoil the answer before them: %s", async (path) => {
    const answer = await front.besideBystander(() => front.get(path));

    expect([answer.status, answer.text]).toEqual([200, '{"ok":1}']);
  });

  test("end an idle connection", async () => {
    await using quiet = await startInFrontOf(backend);
    backend.forget();
    await quiet.get("/json/healthy");
    const { socket } = await backend.visited("/healthy");

    socket.write(UNASKED);
    await gone(socket);
    const next = await quiet.get("/json/healthy");

    expect(next.text).toBe('{"ok":1}');
  });
});

function pathsOf(scripts: Readonly<Record<string, Script>>): Record<string, Script> {
  return Object.fromEntries(Object.entries(scripts).map(([name, script]) => [`/${name}`, script]));
}

function onBothKinds(scripts: Readonly<Record<string, Script>>): string[] {
  return Object.keys(scripts).flatMap((name) => [`/json/${name}`, `/no-op/${name}`]);
}

/** Each byte in a turn of the event loop of its own. */
function drip(socket: Socket, text: string): void {
  if (text === "") return;
  socket.write(text.slice(0, 1), "latin1", () => drip(socket, text.slice(1)));
}
