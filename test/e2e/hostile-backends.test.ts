import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { startGateway } from "../support/gateway.ts";
import { gone, type Script, scriptedUpstream, thenEnd } from "../support/scripted-upstream.ts";
import {
  BYSTANDER,
  type FrontedBackend,
  HEALTHY,
  hostless,
  jsonHead,
  startInFrontOf,
} from "./in-front-of.ts";

const LOG_LIMIT_MS = 1_000;

const OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
const MALFORMED = "net/http: HTTP/1.x transport connection broken: ";

/** Answers that are over before a body begins: what the backend sends, and how the failure reads. */
const brokenHeads: Readonly<Record<string, readonly [Script, string]>> = {
  garbage: ["SSH-2.0-tiny\r\n", `${MALFORMED}malformed HTTP response "SSH-2.0-tiny"`],
  "wrong-status": ["HTTP/1.1 2OO OK\r\n\r\n", `${MALFORMED}malformed HTTP status code "2OO"`],
  "wrong-version": ["HTTP/3.0 200 OK\r\n\r\n", `${MALFORMED}malformed HTTP version "HTTP/3.0"`],
  "garbage-without-line": [thenEnd("\xff\xfegarbage"), "unexpected EOF"],
  "hangs-up": [thenEnd(""), "EOF"],
  "half-head": [thenEnd("HTTP/1.1 200 OK\r\nContent-Le"), "unexpected EOF"],
  "large-header": [
    `HTTP/1.1 200 OK\r\nX-Large: ${"x".repeat(1_200_000)}\r\n\r\n`,
    `${MALFORMED}net/http: server response headers exceeded 1048576 bytes; aborted`,
  ],
  "many-headers": [
    `HTTP/1.1 200 OK\r\n${"X-Many: 1\r\n".repeat(1001)}Content-Length: 2\r\n\r\n{}`,
    `${MALFORMED}net/http: server response has more than 1000 header lines`,
  ],
  "conflicting-lengths": [
    `${OK}Content-Length: 8\r\nContent-Length: 2\r\n\r\n{"ok":1}`,
    `${MALFORMED}http: message cannot contain multiple Content-Length headers; got ["8" "2"]`,
  ],
  "negative-length": [
    `${OK}Content-Length: -8\r\n\r\n{"ok":1}`,
    `${MALFORMED}bad Content-Length "-8"`,
  ],
  "length-and-chunks": [
    `${OK}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    `${MALFORMED}http: message has both Content-Length and Transfer-Encoding`,
  ],
  "unknown-coding": [
    `${OK}Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    `${MALFORMED}unsupported transfer encoding: "xchunked"`,
  ],
  "line-feed-in-header": [
    "HTTP/1.1 200 OK\r\nX-A: b\nSet-Cookie: admin=1\r\nContent-Length: 2\r\n\r\n{}",
    `${MALFORMED}malformed MIME header line: "X-A: b"`,
  ],
  "nul-in-header": [
    "HTTP/1.1 200 OK\r\nX-A: b\0c\r\nContent-Length: 2\r\n\r\n{}",
    `${MALFORMED}malformed MIME header line: "X-A: b\\x00c"`,
  ],
  "interim-for-ever": [
    "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(101) + HEALTHY,
    `${MALFORMED}unexpected interim response 103`,
  ],
  "switches-protocols": [
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    `${MALFORMED}unexpected interim response 101`,
  ],
};

/** Chunked bodies that begin with `{"a":[1` and break: what the backend sends, and how the failure reads. */
const brokenChunks: Readonly<Record<string, readonly [Script, string]>> = {
  "short-chunks": [thenEnd(`${CHUNKED}7\r\n{"a":[1\r\n`), "unexpected EOF"],
  "half-chunk": [thenEnd(`${CHUNKED}9\r\n{"a":[1`), "unexpected EOF"],
  "wrong-chunk-size": [
    `${CHUNKED}7\r\n{"a":[1\r\nzz\r\n]}\r\n0\r\n\r\n`,
    "invalid byte in chunk length",
  ],
  "endless-chunk-size": [
    `${CHUNKED}7\r\n{"a":[1\r\nFFFFFFFFFFFFFFFFF\r\n]}`,
    "http chunk length too large",
  ],
  "overlong-chunk": [`${CHUNKED}7\r\n{"a":[1,2]}\r\n0\r\n\r\n`, "malformed chunked encoding"],
};

const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));

const backend = scriptedUpstream({
  ...pathsOf(brokenHeads),
  ...pathsOf(brokenChunks),
  "/short-body": thenEnd(`${jsonHead(100)}{"a":[1`),
  "/whole-value": thenEnd(`${jsonHead(100)}{"ok":1}`),
  "/false-gzip": `${OK}Content-Encoding: gzip\r\nContent-Length: 8\r\n\r\n{"ok":1}`,
  "/bomb": ({ socket }) => {
    socket.write(`${OK}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`);
    socket.write(bomb);
  },
  "/silent": "",
  "/half-body": `${jsonHead(8)}{"ok`,
  "/half-chunks": `${CHUNKED}4\r\n{"ok\r\n`,
  "/healthy": HEALTHY,
  "/bystander": BYSTANDER,
});

let front: FrontedBackend;
beforeAll(async () => {
  front = await startInFrontOf(backend);
});
afterAll(() => front[Symbol.asyncDispose]());

describe("a backend whose head cannot be read", () => {
  test.each(onBothKinds(brokenHeads))(
    "costs its own request a 500, a message and a log line: %s",
    async (path) => {
      const name = lastSegment(path);

      const answer = await front.besideBystander(() => front.get(path));

      expect([answer.status, hostless(answer.text)]).toEqual([
        500,
        `Get "http://backend/${name}": ${brokenHeads[name]?.[1]}`,
      ]);
      expect(answer.headers["x-krakend-completed"]).toEqual(["false"]);
      await expectLogged(path);
    },
  );

  test.each(Object.keys(brokenHeads))("gets its connection closed: %s", async (name) => {
    backend.forget();

    await front.get(`/json/${name}`);

    const { socket } = await backend.visited(`/${name}`);
    await gone(socket);
  });
});

test.each([...Object.keys(brokenHeads), ...Object.keys(brokenChunks), "short-body"])(
  "a backend that breaks costs a merged answer its own part alone: %s",
  async (name) => {
    await using merged = await startGateway(
      {
        timeout: "10s",
        endpoints: [
          {
            endpoint: "/both",
            backend: [{ url_pattern: `/${name}` }, { url_pattern: "/healthy" }],
          },
        ],
      },
      { backend },
    );

    const answer = await merged.fetch("/both");

    expect([answer.status, await answer.text()]).toEqual([200, '{"ok":1}']);
    expect(answer.headers.get("x-krakend-completed")).toBe("false");
  },
);

describe("a backend whose body breaks", () => {
  test.each(Object.entries(brokenChunks))(
    "costs a JSON endpoint's request a 500, a message and a log line: %s",
    async (name, [, message]) => {
      const answer = await front.besideBystander(() => front.get(`/json/${name}`));

      expect([answer.status, answer.text]).toEqual([500, message]);
      await expectLogged(`/json/${name}`);
    },
  );

  test.each(Object.keys(brokenChunks))(
    "gives a no-op client what came, in well-formed chunks, as KrakenD does: %s",
    async (name) => {
      const answer = await front.besideBystander(() => front.get(`/no-op/${name}`));

      expect([answer.status, answer.text]).toEqual([200, '{"a":[1']);
    },
  );

  test("before its promised length costs a JSON endpoint's request a 500", async () => {
    const answer = await front.besideBystander(() => front.get("/json/short-body"));

    expect([answer.status, answer.text]).toEqual([500, "unexpected EOF"]);
    await expectLogged("/json/short-body");
  });

  test.each(["short-body", "half-body"])(
    "before its promised length shows that to a no-op client: %s",
    async (name) => {
      const all = await front.besideBystander(() => front.getRaw(`/hasty/no-op/${name}`));

      const [head = "", body = ""] = all.split("\r\n\r\n");
      expect(head).toStartWith("HTTP/1.1 200 OK");
      expect(Number(/content-length: (\d+)/i.exec(head)?.[1])).toBeGreaterThan(body.length);
      expect(body).not.toBe("");
    },
  );

  test("is no failure for JSON when the value was whole, as in KrakenD", async () => {
    const answer = await front.get("/json/whole-value");

    expect([answer.status, answer.text]).toEqual([200, '{"ok":1}']);
    expect(answer.headers["x-krakend-completed"]).toEqual(["true"]);
  });
});

describe("a backend that packs its answer", () => {
  test("cannot fill the memory with a bomb", async () => {
    const answer = await front.besideBystander(() => front.get("/json/bomb"));

    expect(answer.status).toBe(500);
    expect(answer.text).toStartWith("gzip: ");
    await expectLogged("/json/bomb");
  });

  test("cannot flood a no-op client with a bomb", async () => {
    const all = await front.besideBystander(() => front.getRaw("/no-op/bomb"));

    expect(all.length).toBeLessThan(32 * 1024 * 1024);
  });

  test("and does not costs a 500", async () => {
    const answer = await front.get("/json/false-gzip");

    expect([answer.status, answer.text]).toEqual([500, "gzip: invalid header"]);
    await expectLogged("/json/false-gzip");
  });

  test("and does not, cannot pass it off as unpacked to a no-op client", async () => {
    const all = await front.getRaw("/no-op/false-gzip");

    expect(all).not.toContain('{"ok":1}');
  });
});

describe("a backend that is too slow", () => {
  test.each(["/hasty/json/silent", "/hasty/no-op/silent", "/hasty/json/half-body"])(
    "costs a 500 with the deadline's text, and its connection: %s",
    async (path) => {
      backend.forget();

      const answer = await front.besideBystander(() => front.get(path));

      expect([answer.status, answer.text]).toEqual([500, "context deadline exceeded"]);
      await gone((await backend.visited(`/${lastSegment(path)}`)).socket);
    },
  );

  test("in the middle of chunks gives a no-op client a short body", async () => {
    const answer = await front.besideBystander(() => front.get("/hasty/no-op/half-chunks"));

    expect([answer.status, answer.text]).toEqual([200, '{"ok']);
  });
});

describe("the log names endpoint and backend", () => {
  test.each(["/hasty/json/silent", "/hasty/no-op/silent", "/hasty/json/half-body"])(
    "of a call that took too long: %s",
    async (path) => {
      await front.get(path);

      await expectLogged(path);
    },
  );

  test.each([...Object.keys(brokenChunks), "short-body", "half-body", "half-chunks"])(
    "of a body that broke on its way through no-op: %s",
    async (name) => {
      await front.getRaw(`/hasty/no-op/${name}`);

      await expectLogged(`/hasty/no-op/${name}`);
    },
  );
});

function pathsOf(table: Readonly<Record<string, readonly [Script, string]>>) {
  return Object.fromEntries(Object.entries(table).map(([name, [script]]) => [`/${name}`, script]));
}

function onBothKinds(table: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(table).flatMap((name) => [`/json/${name}`, `/no-op/${name}`]);
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** A line of level ERROR that names the endpoint and the backend's URL. */
async function expectLogged(path: string): Promise<void> {
  const name = lastSegment(path);
  const endpoint = path.replace(name, ":name");
  const line = new RegExp(
    `ERROR: \\[ENDPOINT: ${endpoint}\\].*http://127\\.0\\.0\\.1:\\d+/${name}\\b`,
  );
  await front.gateway.logged(line, LOG_LIMIT_MS);
}
