import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { scriptedUpstream } from "../support/scripted-upstream.ts";
import { type FrontedBackend, HEALTHY, startInFrontOf } from "./in-front-of.ts";

/** What an attacker hides behind a request that two parsers may frame differently. */
const SMUGGLED = "GET /json/smuggled HTTP/1.1\r\nHost: gw\r\n\r\n";
/** A body that looks like a request. */
const HIDDEN = "GET /admin HTTP/1.1\r\nHost: evil.test\r\n\r\n";
const NEVER_ASKED = /smuggled|admin/;

const backend = scriptedUpstream({ "/thing": HEALTHY, "/smuggled": HEALTHY, "/admin": HEALTHY });

let front: FrontedBackend;
beforeAll(async () => {
  front = await startInFrontOf(backend);
});
afterAll(() => front[Symbol.asyncDispose]());

/** A POST with these header lines and this body. */
function post(headerLines: string, body = ""): string {
  return `POST /json/thing HTTP/1.1\r\nHost: gw\r\n${headerLines}\r\n${body}`;
}

const BARE = "400 Bad Request";
const NO_CODING = "Unsupported transfer encoding";
const CHUNKED = "Transfer-Encoding: chunked\r\n";

/** Row by row: what is sent, and the only answer to it. */
const refused: readonly (readonly [string, string, number, string])[] = [
  ["a length and chunks", post(`Content-Length: 5\r\n${CHUNKED}`, "0\r\n\r\n"), 400, BARE],
  ["chunks and a length", post(`${CHUNKED}Content-Length: 5\r\n`, "0\r\n\r\n"), 400, BARE],
  ["two different lengths", post("Content-Length: 3\r\nContent-Length: 4\r\n", "abc"), 400, BARE],
  ...["+5", "0x5", "5,6", "-1", "5 5", "", "5;", "\xb25", "99999999999999999999"].map(
    (length) =>
      [
        `the length "${length}"`,
        post(`Content-Length: ${length}\r\n`, "abcde"),
        400,
        BARE,
      ] as const,
  ),
  ["a header value with a control character", post("X: a\x0bb\r\n"), 400, BARE],
  ...["xchunked", "identity", "gzip, chunked", "chunked, identity", "chunked, chunked", ""].map(
    (coding) =>
      [
        `the coding "${coding}"`,
        post(`Transfer-Encoding: ${coding}\r\n`, "0\r\n\r\n"),
        501,
        NO_CODING,
      ] as const,
  ),
  ["two codings in two lines", post(`${CHUNKED}${CHUNKED}`, "0\r\n\r\n"), 501, NO_CODING],
  ["a hidden coding", post("Transfer-Encoding: \x0bchunked\r\n", "0\r\n\r\n"), 400, BARE],
  [
    "a blank before the colon",
    post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
    400,
    "400 Bad Request: invalid header name",
  ],
  ["chunks in HTTP/1.0", post(CHUNKED, "0\r\n\r\n").replace("1.1", "1.0"), 400, BARE],
  ["a header line that ends with a bare LF", post("X: a\nX-User: admin\r\n"), 400, BARE],
  ["a head that ends with bare LFs", post("X: a\r\n").replaceAll("\r\n", "\n"), 400, BARE],
  ["a bare CR in a header", post("X: a\rX-User: admin\r\n"), 400, BARE],
  [
    "a folded header",
    post("X: a\r\n X-User: admin\r\n"),
    400,
    "400 Bad Request: invalid header value",
  ],
  ["a fold as the first header", "GET /json/thing HTTP/1.1\r\n Host: gw\r\n\r\n", 400, ""],
  ["NUL in a header value", post("X: a\0b\r\n"), 400, BARE],
  ["NUL in a header name", post("X\0Y: b\r\n"), 400, BARE],
  ["a parenthesis in a header name", post("X(Y: b\r\n"), 400, BARE],
  ["a header name that is not ASCII", post("X\xe9: b\r\n"), 400, BARE],
  ["a header without a name", post(": b\r\n"), 400, BARE],
  ["a header line without colon", post("X-User\r\n"), 400, BARE],
  [
    "no Host",
    "GET /json/thing HTTP/1.1\r\n\r\n",
    400,
    "400 Bad Request: missing required Host header",
  ],
  ["two Host headers", post("Host: gw\r\n"), 400, BARE],
  [
    "user info in Host",
    "GET /json/thing HTTP/1.1\r\nHost: a.test@evil.test\r\n\r\n",
    400,
    "400 Bad Request: malformed Host header",
  ],
  ["two blanks in the request line", "GET  /json/thing HTTP/1.1\r\nHost: gw\r\n\r\n", 400, BARE],
  ["a tab in the request line", "GET\t/json/thing HTTP/1.1\r\nHost: gw\r\n\r\n", 400, BARE],
  ["a blank in the target", "GET /json/thing /x HTTP/1.1\r\nHost: gw\r\n\r\n", 400, BARE],
  ["no version", "GET /json/thing\r\nHost: gw\r\n\r\n", 400, BARE],
  ["a malformed escape", "GET /json/%zz HTTP/1.1\r\nHost: gw\r\n\r\n", 400, BARE],
  [
    "an unknown major version",
    "GET /json/thing HTTP/4.0\r\nHost: gw\r\n\r\n",
    505,
    "505 HTTP Version Not Supported: unsupported protocol version",
  ],
  [
    "a head above the limit",
    post(`X: ${"x".repeat(1024 * 1024 + 65_536)}\r\n`),
    431,
    "431 Request Header Fields Too Large",
  ],
  ["201 headers", post("X: 1\r\n".repeat(200)), 431, "431 Request Header Fields Too Large"],
  [
    "a target of 64 KiB",
    `GET /json/${"a".repeat(65_536)} HTTP/1.1\r\nHost: gw\r\n\r\n`,
    414,
    "414 URI Too Long",
  ],
  ["the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, ""],
];

describe("a head that two parsers may read differently is refused, and the connection ends", () => {
  test.each(refused)("%s", async (_name, request, status, reason) => {
    backend.forget();

    const all = await front.gateway.raw(request + SMUGGLED);

    const [head = "", body = ""] = all.split("\r\n\r\n");
    expect(head).toStartWith(`HTTP/1.1 ${status} `);
    expect(body).toStartWith(reason);
    expect(all.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(head.toLowerCase()).toContain("connection: close");
    expect([backend.visits, backend.unfinished()]).toEqual([[], ""]);
  });
});

/** Each breaks behind a first, correct chunk. */
const brokenChunks: Readonly<Record<string, string>> = {
  "a size beyond 64 bits": "FFFFFFFFFFFFFFFFF\r\nx\r\n0\r\n\r\n",
  "an extension of 8 KiB": `1;${"e".repeat(8192)}\r\nx\r\n0\r\n\r\n`,
  "a size with a prefix": "0x1\r\nx\r\n0\r\n\r\n",
  "a negative size": "-1\r\nx\r\n0\r\n\r\n",
  "a size with a sign": "+1\r\nx\r\n0\r\n\r\n",
  "an empty size": "\r\nx\r\n0\r\n\r\n",
  "a size line that ends with a bare LF": "1\nx\r\n0\r\n\r\n",
  "an extension with a bare LF": "1;a\nb\r\nx\r\n0\r\n\r\n",
  "more data than its size": "1\r\nxy\r\n0\r\n\r\n",
  "data that ends with a bare LF": "1\r\nx\n0\r\n\r\n",
  "a trailer that ends with a bare LF": "0\r\nX: y\n\r\n",
};

describe("a chunk that two parsers may read differently is refused, and the connection ends", () => {
  test.each(Object.entries(brokenChunks))("%s", async (_name, chunk) => {
    backend.forget();

    const all = await front.gateway.raw(`${post(CHUNKED, `3\r\nabc\r\n${chunk}`)}${SMUGGLED}`);

    expect(all).toStartWith("HTTP/1.1 400 ");
    expect(all.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(backend.visits).toEqual([]);
    expect(backend.unfinished()).not.toMatch(NEVER_ASKED);
  });

  test.each(Object.entries(brokenChunks))(
    "also when the head came long before: %s",
    async (_name, chunk) => {
      backend.forget();
      using connection = await front.gateway.connect();

      connection.send(post(`${CHUNKED}Expect: 100-continue\r\n`));
      await connection.readUntil("HTTP/1.1 100 Continue\r\n\r\n");
      connection.send(`3\r\nabc\r\n${chunk}${SMUGGLED}`);
      const all = (await connection.readUntilClose()).toString("latin1");

      expect(all).toStartWith("HTTP/1.1 400 ");
      expect(all.match(/HTTP\/1\.1 /g)).toHaveLength(1);
      expect(backend.visits).toEqual([]);
      expect(backend.unfinished()).not.toMatch(NEVER_ASKED);
    },
  );
});

describe("what is allowed reaches the backend as one request with a framing of gw's own", () => {
  test("two equal lengths", async () => {
    backend.forget();

    const answer = await front.post("/json/thing", "abc");
    const twice = await ask(post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"));

    expect([answer.status, twice.status]).toEqual([200, 200]);
    expect(backend.visits.map(({ body }) => body)).toEqual(["abc", "abc"]);
    expect(backend.visits[1]?.headers["content-length"] ?? []).not.toHaveLength(2);
  });

  test("chunks with extensions and a trailer, which ends here", async () => {
    backend.forget();

    const answer = await ask(
      post(`${CHUNKED}Trailer: X-User\r\n`, "3;a=b\r\nabc\r\n0\r\nX-User: admin\r\n\r\n"),
    );

    expect(answer.status).toBe(200);
    const [visit] = backend.visits;
    expect([visit?.body, visit?.headers["x-user"]]).toEqual(["abc", undefined]);
    expect([visit?.headers.trailer, backend.unfinished()]).toEqual([undefined, ""]);
  });

  test("the coding in another letter case", async () => {
    backend.forget();

    const answer = await ask(post("transfer-encoding: CHUNKED\r\n", "3\r\nabc\r\n0\r\n\r\n"));

    expect([answer.status, backend.visits[0]?.body]).toEqual([200, "abc"]);
  });

  test("an absolute target, which changes neither route nor backend", async () => {
    backend.forget();

    const answer = await ask("GET http://evil.test/json/thing HTTP/1.1\r\nHost: api.test\r\n\r\n");

    expect(answer.status).toBe(200);
    const [visit] = backend.visits;
    expect(visit?.target).toBe("/thing");
    expect(visit?.headers.host?.[0]).toStartWith("127.0.0.1:");
    expect(visit?.headers["x-forwarded-host"]).toEqual(["evil.test"]);
  });

  test("a request behind another one, each by itself", async () => {
    backend.forget();
    using connection = await front.gateway.connect();

    connection.send(
      post(`Content-Length: ${HIDDEN.length}\r\n`, HIDDEN) +
        post(CHUNKED, `${HIDDEN.length.toString(16)}\r\n${HIDDEN}\r\n0\r\n\r\n`) +
        "GET /json/thing HTTP/1.1\r\nHost: gw\r\n\r\n",
    );
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await connection.readResponse());

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(backend.visits.map(({ target }) => target)).toEqual(["/thing", "/thing", "/thing"]);
  });
});

describe("a method that is no business of an endpoint", () => {
  test.each(["CONNECT evil.test:443", "CONNECT /json/thing"])(
    "opens no tunnel: %s",
    async (start) => {
      backend.forget();

      const answer = await ask(`${start} HTTP/1.1\r\nHost: evil.test:443\r\n\r\n`);

      expect([400, 404, 405]).toContain(answer.status);
      expect(backend.visits).toEqual([]);
    },
  );

  test("TRACE is not echoed", async () => {
    const answer = await ask("TRACE /json/thing HTTP/1.1\r\nHost: gw\r\nCookie: secret\r\n\r\n");

    expect(answer.status).toBe(405);
    expect(answer.text).toBe("405 method not allowed");
  });

  test("in lower case is another method", async () => {
    const answer = await ask("post /json/thing HTTP/1.1\r\nHost: gw\r\n\r\n");

    expect([answer.status, answer.headers.allow]).toEqual([405, ["GET, POST"]]);
  });

  test("OPTIONS * asks about the server", async () => {
    const answer = await ask("OPTIONS * HTTP/1.1\r\nHost: gw\r\n\r\n");

    expect([answer.status, answer.text]).toEqual([200, ""]);
    expect(answer.headers["x-krakend"]).toBeUndefined();
  });
});

async function ask(request: string) {
  using connection = await front.gateway.connect();
  connection.send(request);
  return await connection.readResponse();
}
