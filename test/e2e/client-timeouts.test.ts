import { expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { gone, type ScriptedUpstream, scriptedUpstream } from "../support/scripted-upstream.ts";
import { HEALTHY } from "./in-front-of.ts";

const HEAD = "GET /json/thing HTTP/1.1\r\nHost: gw\r\n\r\n";

test("a head that comes byte by byte is answered when it is in time", async () => {
  await using gateway = await startWith({ read_header_timeout: "2s" });
  using connection = await gateway.connect();

  for (const byte of HEAD) {
    await new Promise((resolve) => connection.socket.write(byte, resolve));
  }

  expect((await connection.readResponse()).status).toBe(200);
});

test.each(["", "\r\n", "GET /json/thing HTTP/1.1\r\nHos", HEAD.slice(0, -1)])(
  "a head of which only %p comes ends the connection without an answer",
  async (start) => {
    await using gateway = await startWith({ read_header_timeout: "300ms" });

    expect(await gateway.raw(start)).toBe("");
  },
);

test("a head that keeps dripping gets no more time", async () => {
  await using gateway = await startWith({ read_header_timeout: "300ms" });
  using connection = await gateway.connect();
  const drip = setInterval(() => connection.socket.write("X"), 20);

  const answer = await connection.readUntilClose();
  clearInterval(drip);

  expect(answer.toString()).toBe("");
});

test("the time for a head does not run while a request is answered", async () => {
  const slow = scriptedUpstream({
    "/thing": ({ socket }) => setTimeout(() => socket.write(HEALTHY), 700),
  });
  await using gateway = await startWith({ read_header_timeout: "300ms" }, slow);
  using connection = await gateway.connect();

  connection.send(HEAD);

  expect((await connection.readResponse()).status).toBe(200);
});

test("a connection without requests ends after the idle timeout", async () => {
  await using gateway = await startWith({ idle_timeout: "300ms" });
  using connection = await gateway.connect();

  connection.send(HEAD);
  const answer = await connection.readResponse();
  const rest = await connection.readUntilClose();

  expect([answer.status, rest.toString()]).toEqual([200, ""]);
});

test("a read timeout stands in for an idle timeout that is not set", async () => {
  await using gateway = await startWith({ read_timeout: "300ms" });
  using connection = await gateway.connect();

  connection.send(HEAD);
  await connection.readResponse();

  expect((await connection.readUntilClose()).toString()).toBe("");
});

test.each(["json", "no-op"])(
  "a body that stalls costs a 500 after the read timeout: %s",
  async (kind) => {
    const backend = scriptedUpstream({});
    await using gateway = await startWith({ read_timeout: "400ms" }, backend);

    const all = await gateway.raw(
      `POST /${kind}/thing HTTP/1.1\r\nHost: gw\r\nContent-Length: 10\r\n\r\nabc`,
    );

    expect(all).toStartWith("HTTP/1.1 500 ");
    expect(backend.visits).toEqual([]);
  },
);

test("a declared gigabyte of which nothing comes ends with the read timeout", async () => {
  await using gateway = await startWith({ read_timeout: "400ms" });

  const all = await gateway.raw(
    `POST /json/thing HTTP/1.1\r\nHost: gw\r\nContent-Length: ${1024 ** 3}\r\n\r\n`,
  );

  expect(all).toStartWith("HTTP/1.1 500 ");
});

test("an answer that comes after the write timeout is dropped with its connection", async () => {
  const slow = scriptedUpstream({
    "/thing": ({ socket }) => setTimeout(() => socket.write(HEALTHY), 700),
  });
  await using gateway = await startWith({ write_timeout: "300ms" }, slow);

  expect(await gateway.raw(HEAD)).toBe("");
});

test.each(["json", "no-op"])("an answer within the write timeout arrives: %s", async (kind) => {
  await using gateway = await startWith({ write_timeout: "2s" });
  using connection = await gateway.connect();

  connection.send(HEAD.replace("json", kind));

  expect((await connection.readResponse()).status).toBe(200);
});

test("a download that its client does not read ends with the write timeout, and the backend's call too", async () => {
  const backend = scriptedUpstream({
    "/thing": ({ socket }) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Type: x/y\r\nContent-Length: 1000000000\r\n\r\n");
      socket.write(Buffer.alloc(32 * 1024 * 1024));
    },
  });
  await using gateway = await startWith({ write_timeout: "500ms" }, backend);
  using connection = await gateway.connect();
  connection.socket.pause();

  connection.send(HEAD.replace("json", "no-op"));
  const { socket } = await backend.visited("/thing");

  await gone(socket, 3_000);
});

/** `/json/thing` and `/no-op/thing` (GET and POST) with 10 s, and these settings of the listener. */
function startWith(
  listener: Readonly<Record<string, string>>,
  backend: ScriptedUpstream = scriptedUpstream({ "/thing": HEALTHY }),
): Promise<TestGateway> {
  const endpoints = ["json", "no-op"].flatMap((kind) =>
    ["GET", "POST"].map((method) => ({
      endpoint: `/${kind}/thing`,
      method,
      output_encoding: kind,
      backend: [{ url_pattern: "/thing" }],
    })),
  );
  return startGateway({ timeout: "10s", endpoints, ...listener }, { backend });
}
