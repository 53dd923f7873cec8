import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { gone, scriptedUpstream } from "../support/scripted-upstream.ts";
import { jsonHead } from "./in-front-of.ts";

/** A sequence whose first backend answers with these bytes. */
function startSequence(
  first: string,
  second: string,
  { endpoint = "/seq", encoding = "json", propagated = [] as readonly string[] } = {},
): Promise<TestGateway> {
  const proxy = { sequential: true, sequential_propagated_params: propagated };
  return startGateway(
    {
      timeout: "5s",
      endpoints: [
        {
          endpoint,
          extra_config: { proxy },
          backend: [{ url_pattern: "/first", encoding }, { url_pattern: second }],
        },
      ],
    },
    {
      backend: ({ target }) => ({
        headers: { "Content-Type": "application/json" },
        body: target === "/first" ? first : '{"second":true}',
      }),
    },
  );
}

describe("a value of the first answer", () => {
  let gateway: TestGateway;
  let value: unknown;
  beforeAll(async () => {
    const sequence = (endpoint: string, second: string) => ({
      endpoint,
      extra_config: { proxy: { sequential: true } },
      backend: [{ url_pattern: "/first" }, { url_pattern: second }],
    });
    gateway = await startGateway(
      {
        endpoints: [
          sequence("/path", "/p/{resp0_v}/end"),
          sequence("/query", "/q?v={resp0_v}&w=1"),
        ],
      },
      { backend: ({ target }) => ({ body: target === "/first" ? { v: value } : { ok: 1 } }) },
    );
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  /** What is asked for besides the first backend. */
  async function laterTargets(path: string, first: unknown): Promise<string[]> {
    value = first;
    const before = gateway.requests.length;
    const answer = await gateway.fetch(path);
    const { v } = (await answer.json()) as { v: unknown };
    expect([answer.status, v]).toEqual([200, first]);
    return gateway.requests.slice(before + 1).map(({ target }) => target);
  }

  test.each([
    ["a/b", "/p/a/b/end"],
    ["a b", "/p/a%20b/end"],
    ["a?b#c", "/p/a%3Fb%23c/end"],
    ["50%", "/p/50%25/end"],
    ["a%2Fb", "/p/a%2Fb/end"],
    ["a\\b", "/p/a%5Cb/end"],
    ["é", "/p/%C3%A9/end"],
    ["a\r\nX-Evil: 1", "/p/a%0D%0AX-Evil:%201/end"],
    ["", "/p//end"],
    [{ b: [1, null], a: "x" }, "/p/map%5Ba:x%20b:%5B1%20%3Cnil%3E%5D%5D/end"],
  ])("never leaves its place in a later path: %p", async (first, target) => {
    expect(await laterTargets("/path", first)).toEqual([target]);
  });

  test.each([
    ["a&b=c", "/q?v=a%26b=c&w=1"],
    ["a#b c", "/q?v=a%23b%20c&w=1"],
    ["a?b/c", "/q?v=a?b/c&w=1"],
    ["é", "/q?v=%C3%A9&w=1"],
    ["../..", "/q?v=../..&w=1"],
  ])("adds no parameter to a later query: %p", async (first, target) => {
    expect(await laterTargets("/query", first)).toEqual([target]);
  });

  test.each(["..", ".", "../admin", "%2e%2e", "a/%2E./b", "..%2fadmin", "x\\..\\y"])(
    "that would climb is not sent: %p",
    async (first) => {
      expect(await laterTargets("/path", first)).toEqual([]);
      expect(await gateway.logged("a value makes a dot segment")).toContain("[ENDPOINT: /path]");
    },
  );
});

test("numbers keep their text on the way into the next call and into the answer", async () => {
  const document = '{"big":12345678901234567890,"dec":1.50,"exp":1E400,"l":[1.0,[2.0]]}';
  await using gateway = await startSequence(
    document,
    "/{resp0_big}/{resp0_dec}?e={resp0_exp}&l={resp0_l}",
  );

  const answer = await gateway.fetch("/seq");

  expect(await answer.text()).toBe(document.replace("}", ',"second":true}'));
  expect(gateway.requests[1]!.target).toBe("/12345678901234567890/1.50?e=1E400&l=1.0,[2.0]");
});

test("the whole body of a no-op backend is a parameter where it is propagated", async () => {
  await using gateway = await startSequence("tok/1 é", "/me/{resp0}", {
    endpoint: "/seq/{resp0}",
    encoding: "no-op",
    propagated: ["resp0"],
  });

  const answer = await gateway.fetch("/seq/client");

  expect(await answer.text()).toBe('{"second":true}');
  expect(gateway.requests[1]!.target).toBe("/me/tok/1%20%C3%A9");
});

test("a client that leaves ends the sequence", async () => {
  const backend = scriptedUpstream({ "/a": `${jsonHead(8)}{"ok":1} `, "/b/1": "", "/c": "" });
  await using gateway = await startGateway(
    {
      timeout: "10s",
      endpoints: [
        {
          endpoint: "/seq",
          extra_config: { proxy: { sequential: true } },
          backend: ["/a", "/b/{resp0_ok}", "/c"].map((url_pattern) => ({ url_pattern })),
        },
      ],
    },
    { backend },
  );
  using connection = await gateway.connect();
  connection.send("GET /seq HTTP/1.1\r\nHost: gw\r\n\r\n");
  const { socket } = await backend.visited("/b/1");

  connection.destroy();

  await gone(socket);
  await gateway.logged(/\| 499 \|/);
  expect(backend.visits.map(({ target }) => target)).toEqual(["/a", "/b/1"]);
});
