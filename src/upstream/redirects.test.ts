import { afterAll, describe, expect, test } from "bun:test";
import { loadValid } from "../config/fixture.ts";
import type { Origin, UpstreamRequest } from "../contracts.ts";
import { isFailure } from "../errors.ts";
import { BodyStream } from "../lib/body.ts";
import { Cancellation } from "../lib/cancellation.ts";
import { Params } from "../lib/params.ts";
import { startTimerWheel } from "../lib/timer-wheel.ts";
import { sockets } from "../platform/runtime.ts";
import { UpstreamClient } from "./client.ts";
import { parseOrigin } from "./origin.ts";
import { followRedirects } from "./redirects.ts";
import { compileClientTls } from "./tls.ts";

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers `/<status>/<rest>` with that status and `Location: <rest>` unescaped, all else with 200. */
function startServer() {
  const seen: Seen[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(asked) {
      const { pathname, search } = new URL(asked.url);
      seen.push({
        method: asked.method,
        path: pathname + search,
        headers: Object.fromEntries(asked.headers),
        body: await asked.text(),
      });
      const [, status, location] = /^\/(3\d\d)\/(.*)$/.exec(pathname) ?? [];
      if (status === undefined || location === undefined) return new Response("here");
      const headers: Record<string, string> =
        location === "" ? {} : { Location: decodeURIComponent(location) };
      return new Response("moved", { status: Number(status), headers });
    },
  });
  return { seen, server, url: `http://127.0.0.1:${server.port}` };
}

const here = startServer();
const elsewhere = startServer();
const wheel = startTimerWheel();
const client = new UpstreamClient({
  transport: loadValid({}).transport,
  wheel,
  sockets,
  tlsFor: compileClientTls(null),
});

afterAll(async () => {
  client.close();
  await here.server.stop(true);
  await elsewhere.server.stop(true);
});

function originOf(text: string): Origin {
  const origin = parseOrigin(text);
  if ("kind" in origin) throw new Error(origin.message);
  return origin;
}

/** Sends a request, and tells its outcome and what both servers saw. */
async function send(target: string, parts: Partial<UpstreamRequest> = {}, sendsBody = false) {
  here.seen.length = 0;
  elsewhere.seen.length = 0;
  const outcome = await followRedirects(client, { sendsBody })({
    params: Params.none,
    method: "GET",
    origin: originOf(here.url),
    target,
    headers: ["User-Agent", "gw"],
    body: null,
    cancellation: new Cancellation(wheel, null),
    ...parts,
  });
  if (isFailure(outcome)) return { failure: outcome, here: here.seen, elsewhere: elsewhere.seen };
  const body = await outcome.body.collect(1000);
  return {
    status: outcome.status,
    text: body.toString(),
    here: here.seen,
    elsewhere: elsewhere.seen,
  };
}

/** The target at which a server redirects so. */
const redirecting = (status: number, location: string) =>
  `/${status}/${encodeURIComponent(location)}`;

const post = {
  method: "POST",
  headers: ["Content-Length", "3", "Content-Type", "text/plain", "X", "1"],
  body: Buffer.from("abc"),
};

describe("a redirect", () => {
  test.each([301, 302, 303, 307, 308])("%p is followed", async (status) => {
    const { text, here: seen } = await send(redirecting(status, "/b?c"));

    expect(text).toBe("here");
    expect(seen.map(({ path }) => path)).toEqual([expect.any(String), "/b?c"]);
  });

  test.each([300, 304, 305])("%p is none", async (status) => {
    const outcome = await send(redirecting(status, "/b"));

    expect(outcome.status).toBe(status);
    expect(outcome.here).toHaveLength(1);
  });

  test("that says no place is the answer", async () => {
    const { status, text } = await send("/302/");

    expect([status, text]).toEqual([302, "moved"]);
  });

  test("may be relative to the place where it was met", async () => {
    const { here: seen } = await send(redirecting(302, "../x/./y"));

    expect(seen[1]?.path).toBe("/x/y");
  });

  test("is followed nine times and not a tenth", async () => {
    let target = "/end";
    for (let i = 0; i < 9; i++) target = redirecting(302, target);

    const nine = await send(target);
    const ten = await send(redirecting(302, target));

    expect(nine.text).toBe("here");
    expect(ten.failure).toMatchObject({ code: "too_many_redirects" });
    expect(ten.failure?.message).toEndWith(": stopped after 10 redirects");
    expect(ten.here).toHaveLength(10);
  });

  test.each([
    ["http://[bad", 'failed to parse Location header "http://[bad"'],
    ["ftp://a.test/x", 'unsupported protocol scheme "ftp"'],
  ])("to %s fails", async (location, what) => {
    const { failure } = await send(redirecting(302, location));

    expect(failure).toMatchObject({ code: "invalid_url" });
    expect(failure?.message).toEndWith(what);
  });
});

describe("the method and the body", () => {
  test.each([301, 302, 303])("become GET and nothing behind %p", async (status) => {
    const { here: seen } = await send(redirecting(status, "/b"), post);

    expect(seen[1]).toMatchObject({ method: "GET", body: "", headers: { x: "1" } });
    expect(seen[1]?.headers).not.toHaveProperty("content-length");
    expect(seen[1]?.headers).not.toHaveProperty("content-type");
  });

  test.each([307, 308])("stay what they are behind %p when they are there", async (status) => {
    const { here: seen } = await send(redirecting(status, "/b"), post);

    expect(seen[1]).toMatchObject({
      method: "POST",
      body: "abc",
      headers: { "content-length": "3", "content-type": "text/plain" },
    });
  });

  test("HEAD stays HEAD", async () => {
    const { here: seen } = await send(redirecting(303, "/b"), { method: "HEAD" });

    expect(seen.map(({ method }) => method)).toEqual(["HEAD", "HEAD"]);
  });

  test("that streamed by cannot be sent again: the redirect is the answer", async () => {
    const body = BodyStream.of(Buffer.from("abc"));

    const { status, here: seen } = await send(redirecting(307, "/b"), { ...post, body });

    expect(status).toBe(307);
    expect(seen.map((one) => one.body)).toEqual(["abc"]);
  });

  test("are kept for sending again where that is asked for, with their length", async () => {
    const body = BodyStream.of(Buffer.from("abc"));

    const { here: seen } = await send(
      redirecting(307, "/b"),
      { ...post, headers: ["X", "1"], body },
      true,
    );

    expect(seen.map((one) => [one.body, one.headers["content-length"]])).toEqual([
      ["abc", "3"],
      ["abc", "3"],
    ]);
  });

  test("that break off while they are kept are not sent at all", async () => {
    const body = new BodyStream(3, { wanted() {}, pause() {}, resume() {}, cancel() {} });
    body.fail("unexpected EOF");

    const { failure, here: seen } = await send("/a", { ...post, body }, true);

    expect(failure).toMatchObject({ code: "body_broken" });
    expect(failure?.message).toEndWith(": unexpected EOF");
    expect(seen).toEqual([]);
  });
});

describe("headers", () => {
  const headers = ["Authorization", "a", "Cookie", "b", "Proxy-Authorization", "c", "X", "1"];

  test("with credentials stay with their host and port", async () => {
    const { here: seen } = await send(redirecting(302, "/b"), { headers });

    expect(seen[1]?.headers).toMatchObject({ authorization: "a", cookie: "b", x: "1" });
  });

  test("with credentials do not go to another port, the others do", async () => {
    const { elsewhere: seen } = await send(redirecting(302, `${elsewhere.url}/b`), { headers });

    expect(seen[0]?.headers).toMatchObject({ x: "1" });
    for (const name of ["authorization", "cookie", "proxy-authorization"]) {
      expect(seen[0]?.headers).not.toHaveProperty(name);
    }
  });

  test("with credentials do not come back once they were dropped", async () => {
    const back = redirecting(302, `${here.url}/end`);

    const { here: seen } = await send(redirecting(302, elsewhere.url + back), { headers });

    expect(seen[1]?.path).toBe("/end");
    expect(seen[1]?.headers).not.toHaveProperty("authorization");
  });

  test("name the page before in place of the one before that", async () => {
    const { here: seen } = await send(redirecting(302, "/b"), { headers: ["Referer", "old"] });

    expect(seen[1]?.headers.referer).toBe(here.url + redirecting(302, "/b"));
  });
});
