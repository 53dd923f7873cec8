import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startGateway } from "../support/gateway.ts";
import type { RawConnection } from "../support/raw-client.ts";
import { gone, type Script, scriptedUpstream } from "../support/scripted-upstream.ts";
import { type FrontedBackend, HEALTHY, jsonHead, startInFrontOf } from "./in-front-of.ts";

/** Answers when the test says so. */
const later: Script = "";

const backend = scriptedUpstream({
  "/later": later,
  "/thing": HEALTHY,
  "/chunks": `HTTP/1.1 200 OK\r\nContent-Type: x/y\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nstart\r\n`,
  "/download": `HTTP/1.1 200 OK\r\nContent-Type: x/y\r\nContent-Length: 1000000\r\n\r\nstart`,
});

let front: FrontedBackend;
beforeAll(async () => {
  front = await startInFrontOf(backend);
});
afterAll(() => front[Symbol.asyncDispose]());

const ways: Readonly<Record<string, (connection: RawConnection) => void>> = {
  "with FIN": (connection) => connection.destroy(),
  "with a reset": (connection) => connection.socket.resetAndDestroy(),
};
const eachWay = Object.keys(ways).flatMap((way) => [
  ["json", way] as const,
  ["no-op", way] as const,
]);

describe("a client that leaves", () => {
  test.each(eachWay)("before the answer cancels the backend's call: %s, %s", async (kind, way) => {
    const connection = await open(`GET /${kind}/later HTTP/1.1\r\nHost: gw\r\n\r\n`);
    const { socket } = await backend.visited("/later");

    ways[way]?.(connection);

    await gone(socket);
  });

  test.each(["chunks", "download"].flatMap((path) => Object.keys(ways).map((way) => [path, way])))(
    "during the answer cancels the backend's call with the next bytes: %s, %s",
    async (path, way) => {
      const connection = await open(`GET /no-op/${path} HTTP/1.1\r\nHost: gw\r\n\r\n`);
      const { socket } = await backend.visited(`/${path}`);
      await connection.readUntil("start");

      ways[way ?? ""]?.(connection);
      // A client that is gone looks like one that only half-closed, until it is written to.
      const goesOn = setInterval(() => socket.write("5\r\nstart\r\n"), 20);

      await gone(socket).finally(() => clearInterval(goesOn));
    },
  );

  test.each(eachWay)(
    "in mid-upload leaves the backend a broken body: %s, %s",
    async (kind, way) => {
      backend.forget();
      const rest = backend.received("abc");
      const connection = await open(
        `POST /${kind}/thing HTTP/1.1\r\nHost: gw\r\nContent-Length: 10\r\n\r\nabc`,
      );
      const socket = await rest;

      ways[way ?? ""]?.(connection);

      await gone(socket);
      expect(backend.visits).toEqual([]);
      expect(backend.unfinished()).not.toContain("0\r\n\r\n");
    },
  );

  test("cancels every backend of a merged endpoint", async () => {
    const both = scriptedUpstream({ "/a": later, "/b": later });
    await using gateway = await startGateway(
      {
        timeout: "10s",
        endpoints: [{ endpoint: "/ab", backend: [{ url_pattern: "/a" }, { url_pattern: "/b" }] }],
      },
      { both },
    );
    using connection = await gateway.connect();
    connection.send("GET /ab HTTP/1.1\r\nHost: gw\r\n\r\n");
    const visits = [await both.visited("/a"), await both.visited("/b")];

    connection.destroy();

    await Promise.all(visits.map(({ socket }) => gone(socket)));
  });

  test("is logged as 499 and never as a failure of ours", async () => {
    await using apart = await startInFrontOf(backend);
    using connection = await apart.gateway.connect();
    connection.send("GET /json/later HTTP/1.1\r\nHost: gw\r\n\r\n");
    const { socket } = await backend.visited("/later");

    connection.destroy();
    await gone(socket);

    const log = await apart.gateway.logged(/\| 499 \|.*"\/json\/later"/, 2_000);
    expect(log).not.toContain(" ERROR: ");
  });
});

describe("a client that has sent its last byte and still reads", () => {
  const answers: readonly (readonly [string, string])[] = [
    ["GET /json/thing HTTP/1.1", "HTTP/1.1 200 OK\r\n"],
    ["GET /no-op/thing HTTP/1.1", "HTTP/1.1 200 OK\r\n"],
    ["GET /json/thing HTTP/1.0", "HTTP/1.0 200 OK\r\n"],
    ["GET /json/unknown/path HTTP/1.1", "HTTP/1.1 404 Not Found\r\n"],
  ];

  test.each(answers)("at once gets its answer: %s", async (start, statusLine) => {
    using connection = await open(`${start}\r\nHost: gw\r\n\r\n`);

    connection.end();
    const all = (await connection.readUntilClose()).toString("latin1");

    expect(all).toStartWith(statusLine);
    const [head = "", body = ""] = all.split("\r\n\r\n");
    expect(body.length).toBe(Number(/content-length: (\d+)/i.exec(head)?.[1]));
    expect(all.match(/HTTP\/1/g)).toHaveLength(1);
  });

  test.each([
    ["GET /json/later HTTP/1.1", "HTTP/1.1 200 OK\r\n"],
    ["GET /no-op/later HTTP/1.1", "HTTP/1.1 200 OK\r\n"],
    ["GET /no-op/later HTTP/1.0", "HTTP/1.0 200 OK\r\n"],
  ])("gets its answer later: %s", async (start, statusLine) => {
    using connection = await open(`${start}\r\nHost: gw\r\n\r\n`);
    const { socket } = await backend.visited("/later");

    connection.end();
    await connection.readUntil(statusLine.slice(0, 9));
    socket.write(HEALTHY);
    const rest = (await connection.readUntilClose()).toString("latin1");

    expect(rest).toStartWith(statusLine.slice(9));
    expect(rest).toEndWith('\r\n\r\n{"ok":1}');
  });

  test("gets a stream to its end", async () => {
    using connection = await open("GET /no-op/later HTTP/1.1\r\nHost: gw\r\n\r\n");
    const { socket } = await backend.visited("/later");
    socket.write(`${jsonHead(8)}{"ok`);
    await connection.readUntil('{"ok');

    connection.end();
    await new Promise((resolve) => connection.socket.once("finish", resolve));
    socket.write('":1}');

    expect((await connection.readUntilClose()).toString()).toBe('":1}');
  });

  test("gets the answers to all that it asked", async () => {
    const one = "GET /json/thing HTTP/1.1\r\nHost: gw\r\n\r\n";
    using connection = await open(one.repeat(5));

    connection.end();
    const all = (await connection.readUntilClose()).toString("latin1");

    expect(all.match(/HTTP\/1.1 200 OK\r\n/g)).toHaveLength(5);
  });

  test("and then leaves after all cancels the backend's call", async () => {
    using connection = await open("GET /json/later HTTP/1.1\r\nHost: gw\r\n\r\n");
    const { socket } = await backend.visited("/later");

    connection.end();
    await connection.readUntil("HTTP/1.1 ");
    connection.socket.resetAndDestroy();

    await gone(socket);
  });
});

test("an upload that ends too early costs its client a 500 when it still reads", async () => {
  using connection = await open(
    "POST /json/thing HTTP/1.1\r\nHost: gw\r\nContent-Length: 10\r\n\r\nabc",
  );

  connection.end();
  const all = (await connection.readUntilClose()).toString("latin1");

  expect(all).toStartWith("HTTP/1.1 500 ");
});

async function open(request: string): Promise<RawConnection> {
  const connection = await front.gateway.connect();
  connection.send(request);
  return connection;
}
