import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { writePattern } from "../support/pattern.ts";
import type { RawResponse } from "../support/raw-client.ts";
import { scriptedUpstream } from "../support/scripted-upstream.ts";
import { startInFrontOf } from "./in-front-of.ts";

let gateway: TestGateway;
beforeAll(async () => {
  const kinds = ["json", "no-op"].flatMap((kind) =>
    ["GET", "POST"].map((method) => ({
      endpoint: `/${kind}/{name}`,
      method,
      output_encoding: kind,
      backend: [{ url_pattern: "/{name}" }],
    })),
  );
  gateway = await startGateway(
    { debug_endpoint: true, endpoints: kinds },
    {
      backend: ({ target, body }) =>
        target === "/chunked"
          ? { body: "in chunks", framing: "chunked", headers: { "Content-Type": "text/plain" } }
          : { body: { target, length: body.length } },
    },
  );
});
afterAll(() => gateway[Symbol.asyncDispose]());

describe("requests that are sent ahead", () => {
  test("get their answers in order", async () => {
    const names = Array.from({ length: 50 }, (_, index) => `n${index}`);

    const answers = await ask(names.map((name) => get(`/json/${name}`)).join(""), 50);

    expect(answers.map(targetOf)).toEqual(names.map((name) => `/${name}`));
  });

  test("get their answers in order when refusals, streams and pages are among them", async () => {
    const paths = ["/json/a", "/unknown", "/no-op/chunked", "/__debug/x", "/no-op/b", "/json/c"];

    const answers = await ask(paths.map((path) => get(path)).join(""), paths.length);

    expect(answers.map(({ status }) => status)).toEqual([200, 404, 200, 200, 200, 200]);
    expect(answers[2]?.text).toBe("in chunks");
    expect(answers[5]?.text).toBe('{"length":0,"target":"/c"}');
  });

  test("behind uploads are found where those end", async () => {
    const sent =
      post("/json/first", "Content-Length: 5\r\n", "hello") +
      post("/no-op/second", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\nX: y\r\n\r\n") +
      post("/json/third", "Content-Length: 0\r\n", "") +
      get("/json/fourth");

    const answers = await ask(sent, 4);

    expect(answers.map(lengthOf)).toEqual([5, 3, 0, 0]);
    expect(answers.map(targetOf)).toEqual(["/first", "/second", "/third", "/fourth"]);
  });

  test("are ended by one that asks to close", async () => {
    const closing = get("/json/last", "Connection: close\r\n");

    const all = await gateway.raw(get("/json/a") + closing + get("/json/ignored"));

    expect(all.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
    expect(all).not.toContain("ignored");
    expect(all.match(/Connection: close/g)).toHaveLength(1);
  });

  test("after empty lines are still found", async () => {
    const answers = await ask(`\r\n${get("/json/a")}\r\n\r\n${get("/json/b")}`, 2);

    expect(answers.map(targetOf)).toEqual(["/a", "/b"]);
  });

  test("far ahead do not fill the memory: the client has to wait", async () => {
    const one = get("/json/a", `X-Fill: ${"x".repeat(8000)}\r\n`);

    const answers = await ask(one.repeat(300), 300);

    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });
});

describe("a client that waits for 100 Continue", () => {
  const waiting = "Content-Length: 4\r\nExpect: 100-continue\r\n";

  test("is told to go on once the body is wanted", async () => {
    using connection = await gateway.connect();

    connection.send(post("/json/a", waiting));
    const interim = await connection.readResponse();
    connection.send("body");
    const answer = await connection.readResponse();

    expect([interim.status, interim.headerLines]).toEqual([100, []]);
    expect([answer.status, lengthOf(answer)]).toEqual([200, 4]);
  });

  test.each([
    ["/unknown", 404],
    ["/__health", 405],
  ])("is answered at once where nobody wants the body: %s", async (path, status) => {
    const all = await gateway.raw(post(path, waiting));

    expect(all).toStartWith(`HTTP/1.1 ${status} `);
    expect(all).toContain("Connection: close\r\n");
  });

  test("and does not, is read all the same", async () => {
    using connection = await gateway.connect();

    connection.send(post("/json/a", waiting, "body") + get("/json/b"));
    const answers = [];
    while (answers.length < 2) {
      const answer = await connection.readResponse();
      if (answer.status >= 200) answers.push(answer);
    }

    expect(answers.map(targetOf)).toEqual(["/a", "/b"]);
  });

  test("gets no interim answer in HTTP/1.0", async () => {
    const all = await gateway.raw(post("/json/a", waiting, "body").replace("HTTP/1.1", "HTTP/1.0"));

    expect(all).toStartWith("HTTP/1.0 200 OK");
    expect(all).not.toContain("100 Continue");
  });

  test("for something else is refused", async () => {
    const all = await gateway.raw(post("/json/a", "Content-Length: 4\r\nExpect: 200-maybe\r\n"));

    expect(all).toStartWith("HTTP/1.1 417 ");
  });
});

describe("a body that nobody reads", () => {
  test.each(["Content-Length: 1000000\r\n", "Transfer-Encoding: chunked\r\n"])(
    "of a megabyte does not keep the answer from its client: %p",
    async (framing) => {
      const body = framing.startsWith("C")
        ? "x".repeat(1_000_000)
        : `f4240\r\n${"x".repeat(1_000_000)}\r\n0\r\n\r\n`;

      const all = await gateway.raw(post("/unknown", `${framing}Connection: close\r\n`, body));

      expect(all).toStartWith("HTTP/1.1 404 ");
      expect(all).toEndWith("404 page not found");
    },
  );

  test("is taken while the connection ends, so that no reset overtakes the answer", async () => {
    using connection = await gateway.connect();
    connection.send(post("/unknown", "Content-Length: 1000000000\r\n"));

    // Far more than the buffers of the kernel hold: a gateway that does not read on resets.
    await writePattern(connection.socket, 32 * 1024 * 1024).done;
    const answer = await connection.readResponse();
    const end = await connection.closed();

    expect([answer.status, end]).toEqual([404, "close"]);
  });

  test("of moderate size costs the connection nothing", async () => {
    const sent = post("/unknown", "Content-Length: 100000\r\n", "x".repeat(100_000));

    const answers = await ask(sent + get("/json/a"), 2);

    expect(answers.map(({ status }) => status)).toEqual([404, 200]);
  });
});

describe("HTTP/1.0", () => {
  const old = (path: string, lines = "") => `GET ${path} HTTP/1.0\r\n${lines}\r\n`;

  test("needs no Host and closes after the answer", async () => {
    const all = await gateway.raw(old("/json/a") + old("/json/b"));

    expect(all).toStartWith("HTTP/1.0 200 OK\r\n");
    expect(all.match(/HTTP\/1\.0/g)).toHaveLength(1);
    expect(all).toContain("Connection: close\r\n");
  });

  test("keeps the connection when asked to", async () => {
    const answers = await ask(old("/json/a", "Connection: keep-alive\r\n").repeat(2), 2);

    expect(answers.map(targetOf)).toEqual(["/a", "/a"]);
    expect(answers[0]?.headers.connection).toEqual(["keep-alive"]);
  });

  test("gets no chunks but a body that ends with the connection", async () => {
    const start = "HTTP/1.1 200 OK\r\nContent-Type: x/y\r\nTransfer-Encoding: chunked\r\n\r\n";
    const backend = scriptedUpstream({ "/stream": `${start}5\r\nfirst\r\n` });
    await using front = await startInFrontOf(backend);
    using connection = await front.gateway.connect();

    connection.send(old("/no-op/stream", "Connection: keep-alive\r\n"));
    const head = await connection.readUntil("\r\n\r\nfirst");
    (await backend.visited("/stream")).socket.write("4\r\nlast\r\n0\r\n\r\n");
    const rest = await connection.readUntilClose();

    expect(head.toString()).toContain("\r\nConnection: close\r\n");
    expect(head.toString().toLowerCase()).not.toContain("transfer-encoding");
    expect(rest.toString()).toBe("last");
  });
});

describe("HEAD", () => {
  test.each(["/__debug/x", "/json/a", "/unknown", "/json/%2e"])(
    "gets no body, so that the next answer is found: %s",
    async (path) => {
      using connection = await gateway.connect();

      connection.send(get(path).replace("GET", "HEAD") + get("/json/next"));
      const head = await connection.readResponse({ method: "HEAD" });
      const next = await connection.readResponse();

      expect(head.status).toBe(path === "/__debug/x" ? 200 : head.status);
      expect(targetOf(next)).toBe("/next");
    },
  );
});

describe("what is not HTTP/1 at all", () => {
  test.each([
    ["a TLS hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
    ["an SSH greeting", "SSH-2.0-OpenSSH_9.6\r\n\r\n"],
    ["a flood of empty lines", "\r\n".repeat(100_000)],
    ["a flood of NUL", "\0".repeat(100_000)],
  ])("ends with the refusal of %s", async (_name, bytes) => {
    const all = await gateway.raw(bytes);

    expect(all).toStartWith("HTTP/1.1 400 ");
  });

  test("a head that never ends is refused while it still comes", async () => {
    using connection = await gateway.connect();

    connection.send(`GET / HTTP/1.1\r\nX: ${"x".repeat(2 * 1024 * 1024)}`);

    expect((await connection.readResponse()).status).toBe(431);
  });
});

function get(path: string, lines = ""): string {
  return `GET ${path} HTTP/1.1\r\nHost: gw\r\n${lines}\r\n`;
}

function post(path: string, lines: string, body = ""): string {
  return `POST ${path} HTTP/1.1\r\nHost: gw\r\n${lines}\r\n${body}`;
}

/** Sends it all at once on one connection and reads so many answers. */
async function ask(bytes: string, count: number): Promise<RawResponse[]> {
  using connection = await gateway.connect();
  connection.send(bytes);
  const answers: RawResponse[] = [];
  while (answers.length < count) answers.push(await connection.readResponse());
  return answers;
}

function targetOf({ text }: RawResponse): unknown {
  return JSON.parse(text).target;
}

function lengthOf({ text }: RawResponse): unknown {
  return JSON.parse(text).length;
}
