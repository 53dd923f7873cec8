import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import type { SeenRequest, UpstreamAnswer } from "../support/upstream.ts";

const WORDS = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"] as const;

/** A member that an object of JavaScript is asked for in vain when the answer has an own one of that name. */
const document = (word: string) => `{"${word}":{"${word}":{"x":1}},"b":2}`;

/** `constructor` first, then twice `__proto__`: the last of equal names counts. */
const TWICE = '{"constructor":0,"__proto__":{"x":1},"a":1,"__proto__":{"y":2},"a":2.0}';

function answer({ target, headers, method, body }: SeenRequest): UpstreamAnswer {
  if (target === "/twice") return { body: TWICE };
  const [, kind = "", word = ""] = decodeURIComponent(target).split(/[/?]/);
  if (kind === "doc") return { body: document(word) };
  if (kind === "plain") return { body: '{"a":{"x":1},"b":2}' };
  if (kind === "fail") return { status: 500, body: "no" };
  if (kind === "seq") return { body: `{"got":"${target}"}` };
  return { body: { target, method, body, names: Object.keys(headers) } };
}

const endpoint = (name: string, word: string, backend: object) => ({
  endpoint: `/${name}/${word}`,
  backend: [{ url_pattern: `/doc/${word}`, ...backend }],
});

const shapes = WORDS.flatMap((word) => [
  endpoint("as-it-is", word, {}),
  endpoint("allow", word, { allow: [word] }),
  endpoint("allow-below", word, { allow: [`${word}.${word}.x`] }),
  endpoint("allow-absent", word, { url_pattern: "/plain", allow: [word, `a.${word}`] }),
  endpoint("deny", word, { deny: [word] }),
  endpoint("deny-below", word, { deny: [`${word}.${word}`] }),
  endpoint("target", word, { target: word }),
  endpoint("target-absent", word, { url_pattern: "/plain", target: word }),
  endpoint("map-from", word, { mapping: JSON.parse(`{"${word}":"m"}`) }),
  endpoint("map-to", word, { mapping: { b: word } }),
  endpoint("group", word, { group: word }),
  endpoint("details", word, {
    url_pattern: "/fail",
    extra_config: { "backend/http": { return_error_details: word } },
  }),
  {
    endpoint: `/query/${word}`,
    input_query_strings: [word],
    input_headers: [word],
    backend: [{ url_pattern: "/seen" }],
  },
  {
    endpoint: `/parameter/${word}/{${word}}`,
    backend: [{ url_pattern: `/seen/{${word}}` }],
  },
  {
    endpoint: `/merged/${word}`,
    backend: [{ url_pattern: `/doc/${word}`, allow: [word] }, { url_pattern: "/plain" }],
  },
  {
    endpoint: `/static/${word}`,
    backend: [{ url_pattern: "/plain" }],
    extra_config: { proxy: { static: { data: JSON.parse(`{"${word}":{"s":1}}`) } } },
  },
  {
    endpoint: `/sequence/${word}`,
    backend: [
      { url_pattern: `/doc/${word}` },
      { url_pattern: `/seq/{resp0_${word}.${word}.x}/{resp0_${word}.${word}.${word}}` },
    ],
    extra_config: { proxy: { sequential: true } },
  },
]);

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway(
    {
      echo_endpoint: true,
      "@note": { constructor: 1 },
      extra_config: {
        router: {
          error_body: { "404": JSON.parse('{"constructor":1,"__proto__":{"x":1.50}}') },
        },
        constructor: {},
        ...JSON.parse('{"__proto__":{"router":{"disable_health":true}}}'),
      },
      endpoints: [...shapes, { endpoint: "/twice", backend: [{ url_pattern: "/twice" }] }],
    },
    { backend: answer },
  );
});
afterAll(() => gateway[Symbol.asyncDispose]());

async function get(path: string, init: RequestInit = {}): Promise<string> {
  return await (await gateway.fetch(path, init)).text();
}

/** The members as the gateway writes them, in the order of their names. */
const object = (...members: readonly (readonly [string, string])[]) =>
  `{${[...members]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `"${name}":${value}`)
    .join(",")}}`;

describe.each([...WORDS])("a member called %s is data", (word) => {
  const inner = `{"${word}":{"x":1}}`;

  test("on its way through the filters", async () => {
    const seen: Record<string, string> = {};
    const kinds =
      "as-it-is allow allow-below allow-absent deny deny-below target target-absent map-from map-to group merged static";
    for (const kind of kinds.split(" ")) seen[kind] = await get(`/${kind}/${word}`);

    expect(seen).toEqual({
      "as-it-is": object([word, inner], ["b", "2"]),
      allow: object([word, inner]),
      "allow-below": object([word, inner]),
      "allow-absent": "{}",
      deny: '{"b":2}',
      "deny-below": object([word, "{}"], ["b", "2"]),
      target: inner,
      "target-absent": "{}",
      "map-from": object(["m", inner], ["b", "2"]),
      "map-to": object([word, "2"]),
      group: object([word, object([word, inner], ["b", "2"])]),
      merged: object([word, inner], ["a", '{"x":1}'], ["b", "2"]),
      static: object([word, '{"s":1}'], ["a", '{"x":1}'], ["b", "2"]),
    });
  });

  test("as the alias of error details", async () => {
    const details = '{"http_status_code":500,"http_body":"no"}';

    expect(await get(`/details/${word}`)).toBe(`{"error_${word}":${details}}`);
  });

  test("as the name of a query value, of a header, and of a parameter", async () => {
    const query = await get(`/query/${word}?${word}=1&a=2`, { headers: { [word]: "h" } });
    const parameter = await get(`/parameter/${word}/7`);

    expect(JSON.parse(query).target).toBe(`/seen?${word}=1`);
    expect(JSON.parse(query).names).toContain(word.toLowerCase());
    expect(JSON.parse(parameter).target).toBe("/seen/7");
  });

  test("as what a later backend is called with; one that is absent is no value", async () => {
    const { got } = JSON.parse(await get(`/sequence/${word}`));

    expect(got).toBe(`/seq/1/%7B%7B.Resp0_${word}.${word}.${word}%7D%7D`);
  });

  test("on the echo page", async () => {
    const page = await get(`/__echo/?${word}=1`, { headers: { [word]: "h" } });

    expect(page).toContain(`"req_querystring":{"${word}":["1"]}`);
  });
});

test("of equal names the last counts, with its number's text", async () => {
  expect(await get("/twice")).toBe('{"__proto__":{"y":2},"a":2.0,"constructor":0}');
});

test("names of the configuration switch nothing", async () => {
  expect((await gateway.fetch("/__health")).status).toBe(200);
  expect(await get("/none")).toBe('{"__proto__":{"x":1.5},"constructor":1}');
});
