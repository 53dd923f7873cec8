import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { Http2Client } from "../support/http2-client.ts";
import { gone, scriptedUpstream } from "../support/scripted-upstream.ts";

const LARGE = 4 * 1024 * 1024;

const config = {
  use_h2c: true,
  timeout: "10s",
  echo_endpoint: true,
  endpoints: [
    ...["GET", "POST"].map((method) => ({
      endpoint: "/json/{name}",
      method,
      input_headers: ["*"],
      input_query_strings: ["*"],
      backend: [{ url_pattern: "/{name}" }],
    })),
    {
      endpoint: "/upload",
      method: "POST",
      output_encoding: "no-op",
      backend: [{ url_pattern: "/u" }],
    },
    { endpoint: "/large", output_encoding: "no-op", backend: [{ url_pattern: "/large" }] },
    { endpoint: "/cookies", output_encoding: "no-op", backend: [{ url_pattern: "/cookies" }] },
  ],
};

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway(config, {
    backend: ({ method, target, body, headers }) => {
      if (target === "/large")
        return { body: "x".repeat(LARGE), headers: { "Content-Type": "x/y" } };
      if (target === "/cookies") return { headers: { "Set-Cookie": ["a=1", "b=2"] }, body: {} };
      const a = headers["x-a"] ?? null;
      return { body: { method, target, length: body.length, a, cookie: headers.cookie ?? null } };
    },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

const connect = () => new Http2Client(gateway.url);

describe("a client that speaks HTTP/2 without TLS", () => {
  test("gets many answers at a time, each its own", async () => {
    using client = connect();
    const names = Array.from({ length: 100 }, (_, index) => `n${index}`);

    const answers = await Promise.all(
      names.map((name) => client.send({ ":path": `/json/${name}` })),
    );

    const targets = answers.map(({ body }) => JSON.parse(body.toString()).target);
    expect(targets).toEqual(names.map((name) => `/${name}`));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  test("is understood as over HTTP/1.1: raw path, body of a GET, repeated headers, cookies", async () => {
    using client = connect();

    const { body, headers } = await client.send(
      { ":path": "/json/a%2Cb?q=1&q=%20x", "x-a": ["1", "2"], cookie: ["c=1", "d=2"] },
      "hello",
    );

    expect(JSON.parse(body.toString())).toEqual({
      method: "GET",
      target: "/a,b?q=1&q=+x",
      length: 5,
      a: ["1", "2"],
      cookie: ["c=1; d=2"],
    });
    expect(headers["x-krakend-completed"]).toBe("true");
    expect(headers["content-type"]).toBe("application/json; charset=utf-8");
  });

  test("sends and gets large bodies whole", async () => {
    using client = connect();

    const [up, down] = await Promise.all([
      client.send({ ":method": "POST", ":path": "/upload" }, Buffer.alloc(LARGE, "y")),
      client.send({ ":path": "/large" }),
    ]);

    expect(JSON.parse(up.body.toString()).length).toBe(LARGE);
    expect(down.body.equals(Buffer.alloc(LARGE, "x"))).toBeTrue();
    expect(down.headers["content-length"]).toBe(String(LARGE));
  });

  test("gets repeated headers apart, and none of the connection", async () => {
    using client = connect();

    const { headers } = await client.send({ ":path": "/cookies" });

    expect(headers["set-cookie"]).toEqual(["a=1", "b=2"]);
    expect(headers).not.toHaveProperty("connection");
    expect(headers).not.toHaveProperty("transfer-encoding");
  });

  test.each([
    [{ ":path": "/nope" }, 404, "404 page not found"],
    [{ ":path": "/json/x", ":method": "DELETE" }, 405, "405 method not allowed"],
    [{ ":path": "/%zz" }, 400, "400 Bad Request"],
  ])("gets the same refusals: %j", async (headers, status, text) => {
    using client = connect();

    const answer = await client.send(headers);

    expect([answer.status, answer.body.toString()]).toEqual([status, text]);
  });

  test("whose length is a lie has its stream reset, and only that", async () => {
    using client = connect();

    const lying = client.send(
      { ":method": "POST", ":path": "/upload", "content-length": "3" },
      "hello",
    );

    expect(lying).rejects.toThrow();
    expect((await client.send({ ":path": "/json/after" })).status).toBe(200);
  });

  test("shares the port with clients of HTTP/1.1, whatever their first bytes", async () => {
    const connection = await gateway.connect();
    connection.send("P");
    connection.send("OST /json/x HTTP/1.1\r\nHost: gw\r\nContent-Length: 2\r\n\r\nhi");

    expect((await connection.readResponse()).status).toBe(200);
    connection.destroy();
    expect((await gateway.fetch("/json/x")).status).toBe(200);
  });
});

test("a request that is taken back cancels the backend's call; the others go on", async () => {
  const upstream = scriptedUpstream({ "/later": "" });
  const endpoint = { endpoint: "/later", backend: [{ url_pattern: "/later" }] };
  await using own = await startGateway(
    { use_h2c: true, timeout: "20s", echo_endpoint: true, endpoints: [endpoint] },
    { upstream },
  );
  using client = new Http2Client(own.url);
  const stream = client.open({ ":path": "/later" });
  stream.on("error", () => {});
  const { socket } = await upstream.visited("/later");

  stream.close(8);

  await gone(socket);
  expect((await client.send({ ":path": "/__echo/x" })).status).toBe(200);
});

test("a node that stops answers what is in flight and sends its clients elsewhere", async () => {
  const upstream = scriptedUpstream({
    "/slow": ({ socket }) => {
      setTimeout(() => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"), 300);
    },
  });
  const endpoint = { endpoint: "/slow", backend: [{ url_pattern: "/slow" }] };
  const own = await startGateway(
    { use_h2c: true, timeout: "20s", endpoints: [endpoint] },
    { upstream },
    { args: ["--shutdown-delay", "0"] },
  );
  using client = new Http2Client(own.url);
  const answer = client.send({ ":path": "/slow" });
  await upstream.visited("/slow");

  const code = own.stop("SIGTERM");

  expect((await answer).status).toBe(200);
  await client.closed;
  expect(await code).toBe(0);
  await own[Symbol.asyncDispose]();
});
