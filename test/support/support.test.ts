import { describe, expect, test } from "bun:test";
import { createServer } from "node:net";
import { ChunkReader } from "./chunk-reader.ts";
import { freePort } from "./free-port.ts";
import { parseMessage } from "./http-message.ts";
import { PatternCheck, patternBytes } from "./pattern.ts";
import { openConnection, sendRaw } from "./raw-client.ts";
import { rawUpstream, type SeenRequest, startUpstream } from "./upstream.ts";

describe("a fake upstream", () => {
  test("notes requests as they came and answers them on one connection", async () => {
    const seen: SeenRequest[] = [];
    const upstream = await startUpstream("users", ({ target }) => ({ body: { target } }), seen);
    using connection = await openConnection(upstream.port);

    connection.send("POST /a?b HTTP/1.1\r\nhOsT: x\r\nContent-Length: 2\r\n\r\nhi");
    connection.send("POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    const first = await connection.readResponse();
    const second = await connection.readResponse();
    await upstream.stop();

    expect([first.text, second.text]).toEqual(['{"target":"/a?b"}', '{"target":"/c"}']);
    expect(seen.map((one) => [one.upstream, one.method, one.target, one.body])).toEqual([
      ["users", "POST", "/a?b", "hi"],
      ["users", "POST", "/c", "abc"],
    ]);
    expect(seen[0]?.headerLines).toEqual(["hOsT: x", "Content-Length: 2"]);
  });

  test("sends chunks and repeated header lines where it is told to", async () => {
    const answer = {
      framing: "chunked",
      body: "hello",
      headers: { "Set-Cookie": ["a", "b"] },
    } as const;
    const upstream = await startUpstream("users", answer, []);
    using connection = await openConnection(upstream.port);

    connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    const response = await connection.readResponse();
    await upstream.stop();

    expect(response.headers["set-cookie"]).toEqual(["a", "b"]);
    expect(response.headers["transfer-encoding"]).toEqual(["chunked"]);
    expect(response.text).toBe("hello");
  });

  test("of the raw kind leaves every byte to the test", async () => {
    const garbage = rawUpstream((socket) => socket.once("data", () => socket.end("garbage")));
    const upstream = await startUpstream("garbage", garbage, []);

    const answer = await sendRaw(upstream.port, "GET / HTTP/1.1\r\n\r\n");
    await upstream.stop();

    expect(answer).toBe("garbage");
  });
});

describe("the raw client", () => {
  test("says what had come when its time is over", async () => {
    const silent = rawUpstream((socket) => socket.write("HTTP/1.1 200 OK\r\n"));
    const upstream = await startUpstream("silent", silent, []);
    using connection = await openConnection(upstream.port);
    await connection.readUntil("HTTP/1.1");

    const failure = await connection.readResponse({ timeoutMs: 1 }).catch(String);
    await upstream.stop();

    expect(failure).toContain('none within 1 ms; had received " 200 OK');
  });

  test("reads a body without length up to the end of the connection", async () => {
    const closing = rawUpstream((socket) => socket.end("HTTP/1.0 200 OK\r\n\r\nall"));
    const upstream = await startUpstream("closing", closing, []);
    using connection = await openConnection(upstream.port);

    const response = await connection.readResponse();
    await upstream.stop();

    expect([response.status, response.text, await connection.closed()]).toEqual([
      200,
      "all",
      "close",
    ]);
  });
});

test("a message is complete with its last byte and not before", () => {
  const bytes = Buffer.from(
    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n",
  );
  const lengths = Array.from({ length: bytes.length }, (_, length) => length);

  const early = lengths.filter((length) =>
    parseMessage(bytes.subarray(0, length), "framed", false),
  );

  expect(early).toEqual([]);
  expect(parseMessage(bytes, "framed", false)?.byteLength).toBe(bytes.length);
});

test("a free port can be listened on, and is handed out once", async () => {
  const ports = [await freePort(), await freePort()];
  const server = createServer();

  await new Promise<void>((resolve) => server.listen(ports[0], "127.0.0.1", resolve));
  server.close();

  expect(new Set(ports).size).toBe(2);
});

describe("the pattern of large bodies", () => {
  test("is recognised however it is cut", () => {
    const check = new PatternCheck();

    for (let at = 0; at < 3_000_000; at += 99_991) check.add(patternBytes(at, 99_991));

    expect([check.bytes, check.firstWrong]).toEqual([31 * 99_991, -1]);
  });

  test.each([
    ["lost", () => [patternBytes(0, 65_536), patternBytes(131_072, 65_536)]],
    ["repeated", () => [patternBytes(0, 65_536), patternBytes(0, 65_536)]],
    ["changed", () => [patternBytes(0, 65_536), Buffer.alloc(65_536)]],
  ])("shows a piece that was %s", (_what, pieces) => {
    const check = new PatternCheck();

    for (const piece of pieces()) check.add(piece);

    expect(check.firstWrong).toBe(65_536);
  });
});

test("a chunk reader takes the framing off wherever a piece ends", () => {
  const bytes = Buffer.from("3\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n");

  const bodies = Array.from({ length: bytes.length }, (_, cut) => {
    let body = "";
    const reader = new ChunkReader((data) => {
      body += data;
    });
    reader.add(bytes.subarray(0, cut));
    reader.add(bytes.subarray(cut));
    return [body, reader.isDone];
  });

  expect(new Set(bodies.map(String))).toEqual(new Set(["abc0123456789,true"]));
});
