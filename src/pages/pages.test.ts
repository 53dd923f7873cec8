import { expect, test } from "bun:test";
import type { Answer, ClientRequest } from "../contracts.ts";
import { getHeader } from "../http1/header-list.ts";
import { BodyStream } from "../lib/body.ts";
import { Cancellation } from "../lib/cancellation.ts";
import { TimerWheel } from "../lib/timer-wheel.ts";
import type { LogLevel } from "../logging/level.ts";
import { createLogger } from "../logging/logger.ts";
import { createPages } from "./pages.ts";
import { MAX_PAGE_BODY_BYTES } from "./request-values.ts";

const wheel = new TimerWheel(() => 0, { every: () => () => {} });

function clientRequest(given: Partial<ClientRequest> = {}): ClientRequest {
  const target = given.target ?? "/__echo/";
  const [path = "", query] = target.split("?");
  return {
    method: "GET",
    target,
    path,
    query,
    host: "localhost:8080",
    headers: [],
    body: null,
    peerAddress: "127.0.0.1",
    isTls: false,
    cancellation: new Cancellation(wheel, null),
    params: ["/"],
    errors: [],
    ...given,
  };
}

function startPages(level: LogLevel = "DEBUG") {
  const lines: string[] = [];
  let isDraining = false;
  const pages = createPages({
    log: createLogger({ level, layout: "basic", destination: (line) => lines.push(line) }),
    isDraining: () => isDraining,
    clock: { nowMs: () => Date.UTC(2031, 1, 3, 4, 5, 6, 780), uptimeMs: () => 12_345.678901 },
  });
  return {
    ...pages,
    lines,
    drain: () => {
      isDraining = true;
    },
  };
}

/** Bytes, not a stream: the pages are short. */
function textOf(answer: Answer): string {
  return answer.body instanceof Uint8Array ? Buffer.from(answer.body).toString("utf8") : "";
}

test("health answers with KrakenD's three members and Go's time", async () => {
  const { health } = startPages();

  const answer = await health(clientRequest());

  expect(answer.status).toBe(200);
  expect(answer.headers).toEqual(["Content-Type", "application/json; charset=utf-8"]);
  expect(textOf(answer)).toBe(
    '{"agents":{},"now":"2031-02-03 04:05:06.78 +0000 UTC m=+12.345678901","status":"ok"}',
  );
});

test("health answers 503 and keeps it out of caches while the node drains", async () => {
  const { health, drain } = startPages();

  drain();
  const answer = await health(clientRequest());

  expect(answer.status).toBe(503);
  expect(getHeader(answer.headers, "cache-control")).toBe("no-store");
  expect(textOf(answer)).toBe('{"status":"draining"}');
});

test("echo describes the request in KrakenD's order", async () => {
  const { echo } = startPages();

  const answer = await echo(
    clientRequest({
      method: "POST",
      target: "/__echo/caf%C3%A9/x?z=1&a=2&a=3&e&bad=%zz",
      headers: ["Host", "api.example.test", "x-lower", "v", "Cookie", "a=1", "X-Lower", "w"],
      host: "api.example.test",
      body: BodyStream.of(Buffer.from('{"a": "<é>"}')),
    }),
  );

  expect(answer.status).toBe(200);
  expect(textOf(answer)).toBe(
    '{"req_uri":"/__echo/caf%C3%A9/x?z=1\\u0026a=2\\u0026a=3\\u0026e\\u0026bad=%zz",' +
      '"req_uri_details":{"fragment":"","host":"api.example.test","path":"/__echo/café/x",' +
      '"query":"a=2\\u0026a=3\\u0026e=\\u0026z=1","user":""},"req_method":"POST",' +
      '"req_querystring":{"a":["2","3"],"e":[""],"z":["1"]},' +
      '"req_body":"{\\"a\\": \\"\\u003cé\\u003e\\"}",' +
      '"req_headers":{"Cookie":["a=1"],"X-Lower":["v","w"]}}',
  );
});

test.each(["GET", "POST", "PUT", "PATCH", "HEAD", "OPTIONS", "DELETE", "CONNECT", "TRACE"])(
  "echo answers %s",
  async (method) => {
    const { echo } = startPages();

    const answer = await echo(clientRequest({ method }));

    expect(JSON.parse(textOf(answer)).req_method).toBe(method);
  },
);

test.each(["", "a b", "[::1", "evil.test/health?", "\u00ff"])(
  "the host %p decides nothing about the page",
  async (host) => {
    const { echo } = startPages();

    const answer = await echo(clientRequest({ host, target: "/__echo/../health" }));

    expect(JSON.parse(textOf(answer)).req_uri).toBe("/__echo/../health");
  },
);

test("echo shows bytes that are no UTF-8 as Go does", async () => {
  const { echo } = startPages();

  const answer = await echo(
    clientRequest({ body: BodyStream.of(Buffer.from([0x61, 0xff, 0xfe])) }),
  );

  expect(textOf(answer)).toContain('"req_body":"a\\ufffd\\ufffd"');
});

test("echo refuses a body that it would have to hold in memory", async () => {
  const { echo } = startPages();
  const body = BodyStream.of(Buffer.alloc(MAX_PAGE_BODY_BYTES + 1));

  const answer = await echo(clientRequest({ method: "POST", body }));

  expect(answer.status).toBe(413);
  expect(textOf(answer)).toBe("");
});

test("debug answers a pong and logs the request, without credentials", async () => {
  const { debug, lines } = startPages();

  const answer = await debug(
    clientRequest({
      method: "POST",
      target: "/__debug/a/b?c=1&c=2",
      params: ["/a/b"],
      headers: ["Host", "h", "authorization", "Bearer secret", "B", "2", "A", "1"],
      body: BodyStream.of(Buffer.from("line one\nline two")),
    }),
  );

  expect(textOf(answer)).toBe('{"message":"pong"}');
  expect(lines.map((line) => line.slice(20))).toEqual([
    "KRAKEND DEBUG: [ENDPOINT: /__debug/*] Method: POST\n",
    "KRAKEND DEBUG: [ENDPOINT: /__debug/*] URL: /__debug/a/b?c=1&c=2\n",
    "KRAKEND DEBUG: [ENDPOINT: /__debug/*] Query: map[c:[1 2]]\n",
    "KRAKEND DEBUG: [ENDPOINT: /__debug/*] Params: [{param /a/b}]\n",
    "KRAKEND DEBUG: [ENDPOINT: /__debug/*] Headers: map[A:[1] Authorization:[***] B:[2]]\n",
    "KRAKEND DEBUG: [ENDPOINT: /__debug/*] Body: line one\\nline two\n",
  ]);
});

test("debug reads nothing that nobody would see", async () => {
  const { debug, lines } = startPages("INFO");
  const calls: string[] = [];
  const note = (name: string) => () => {
    calls.push(name);
  };
  const flow = { wanted: note("wanted"), pause() {}, resume() {}, cancel: note("cancel") };

  const answer = await debug(clientRequest({ body: new BodyStream(5, flow) }));

  expect(answer.status).toBe(200);
  expect(lines).toEqual([]);
  expect(calls).toEqual(["cancel"]);
});

test("a page's bug reaches the server as an exception, not the client as a text", async () => {
  const { echo } = startPages();
  const body = BodyStream.of(Buffer.from("x"));
  body.cancel();
  body.collect = () => {
    throw new Error("boom");
  };

  const answer = Promise.resolve(echo(clientRequest({ body })));

  await expect(answer).rejects.toThrow("boom");
});

test("echo shows neither host nor framing among the headers, and what came of a broken body", async () => {
  const { echo } = startPages();
  const body = new BodyStream(9, { wanted() {}, pause() {}, resume() {}, cancel() {} });
  body.push(Buffer.from("part"));
  body.fail("unexpected EOF");

  const answer = await echo(
    clientRequest({ headers: ["HOST", "h", "transfer-encoding", "chunked", "A", "1"], body }),
  );

  const { req_headers: headers, req_body: received } = JSON.parse(textOf(answer));
  expect({ headers, received }).toEqual({ headers: { A: ["1"] }, received: "part" });
});

test.each(["Authorization", "Cookie", "Proxy-Authorization", "X-Api-Key"])(
  "debug hides each value of %s",
  async (name) => {
    const { debug, lines } = startPages();

    await debug(clientRequest({ headers: [name.toLowerCase(), "s3cret", name, "s3cret"] }));

    expect(lines.join("")).toContain(`Headers: map[${name}:[*** ***]]`);
    expect(lines.join("")).not.toContain("s3cret");
  },
);

test.each([
  [4_096, ""],
  [4_097, "... (4097 bytes)"],
])("debug shows 4 KiB of a body of %d bytes", async (length, rest) => {
  const { debug, lines } = startPages();

  await debug(clientRequest({ body: BodyStream.of(Buffer.alloc(length, "x")) }));

  expect(lines.at(-1)).toEndWith(`Body: ${"x".repeat(4_096)}${rest}\n`);
});
