import { afterAll, beforeAll, expect, test } from "bun:test";
import { versionHeader } from "../../src/version.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import type { SeenRequest, UpstreamAnswer } from "../support/upstream.ts";

/** What the backend says on each path; `/slow` waits for longer than 85 % of 2 s. */
const answers: Readonly<Record<string, UpstreamAnswer>> = {
  "/a": { body: { n: 1 } },
  "/b-503": { status: 503 },
  "/b-201": { status: 201, body: { m: 2 } },
  "/slow": { body: { m: 2 } },
  "/empty": { body: {} },
  "/r/5": { status: 204 },
  "/array": { body: [1, 2] },
  "/dup": { status: 409, body: { e: "dup" } },
  "/pong": { headers: { "Content-Type": "text/plain" }, body: "pong <1>" },
  "/old": { status: 302, headers: { Location: "/new" } },
  "/new": { body: { is: "new" } },
};

const echo = ({ method, headers, body }: SeenRequest) => ({ method, headers, body });

async function answer(request: SeenRequest): Promise<UpstreamAnswer> {
  const path = request.target.split("?", 1)[0] ?? "";
  if (path.startsWith("/slow")) await Bun.sleep(1_760);
  return answers[path] ?? { body: echo(request) };
}

const aggregation = (endpoint: string, a: string, b: string) => ({
  endpoint,
  timeout: "2s",
  cache_ttl: "90s",
  backend: [
    { url_pattern: a, group: "a" },
    { url_pattern: b, group: "b" },
  ],
});

const config = (returnsErrors: boolean) => ({
  extra_config: { router: { return_error_msg: returnsErrors } },
  endpoints: [
    aggregation("/one-fails", "/a", "/b-503"),
    aggregation("/both", "/a", "/b-201"),
    aggregation("/one-slow", "/a", "/slow"),
    aggregation("/both-slow", "/slow", "/slow"),
    { endpoint: "/single-slow", timeout: "2s", backend: [{ url_pattern: "/slow" }] },
    { endpoint: "/empty", cache_ttl: "90s", backend: [{ url_pattern: "/empty" }] },
    { endpoint: "/r/{id}", method: "DELETE", backend: [{ url_pattern: "/r/{id}" }] },
    {
      endpoint: "/raw/{id}",
      method: "DELETE",
      output_encoding: "no-op",
      backend: [{ url_pattern: "/r/{id}" }],
    },
    { endpoint: "/array", backend: [{ url_pattern: "/array" }] },
    { endpoint: "/safe", backend: [{ url_pattern: "/array", encoding: "safejson" }] },
    {
      endpoint: "/list",
      output_encoding: "json-collection",
      backend: [{ url_pattern: "/array", encoding: "safejson" }],
    },
    {
      endpoint: "/dup",
      backend: [
        { url_pattern: "/dup", extra_config: { "backend/http": { return_error_code: true } } },
      ],
    },
    {
      endpoint: "/fan-out",
      method: "POST",
      backend: [
        { url_pattern: "/1", group: "one" },
        { url_pattern: "/2", group: "two" },
      ],
    },
    { endpoint: "/post-to-get", method: "POST", backend: [{ url_pattern: "/e", method: "GET" }] },
    { endpoint: "/string", backend: [{ url_pattern: "/pong", encoding: "string" }] },
    {
      endpoint: "/text",
      output_encoding: "string",
      backend: [{ url_pattern: "/pong", encoding: "string" }],
    },
    { endpoint: "/moved", input_headers: ["X-A"], backend: [{ url_pattern: "/old" }] },
    { endpoint: "/Cat/{id}", backend: [{ url_pattern: "/a" }] },
  ],
});

let silent: TestGateway;
let telling: TestGateway;
beforeAll(async () => {
  [silent, telling] = await Promise.all([
    startGateway(config(false), { backend: answer }),
    startGateway(config(true), { backend: answer }),
  ]);
});
afterAll(async () => {
  await silent[Symbol.asyncDispose]();
  await telling[Symbol.asyncDispose]();
});

/** What a client gets, reduced to what the example speaks of; `null`: the header is not there. */
async function get(gateway: TestGateway, path: string, init: RequestInit = {}) {
  const response = await gateway.fetch(path, { redirect: "manual", ...init });
  const { status, headers } = response;
  return {
    status,
    body: await response.text(),
    type: headers.get("content-type"),
    completed: headers.get("x-krakend-completed"),
    cache: headers.get("cache-control"),
    version: headers.get("x-krakend"),
    location: headers.get("location"),
  };
}

const JSON_TYPE = "application/json; charset=utf-8";
const PARTIAL = {
  status: 200,
  body: '{"a":{"n":1}}',
  type: JSON_TYPE,
  completed: "false",
  cache: null,
  version: versionHeader(false),
  location: null,
};

test("1: aggregation with one failure, and without", async () => {
  expect(await get(silent, "/one-fails")).toEqual(PARTIAL);
  expect(await get(silent, "/both")).toEqual({
    ...PARTIAL,
    body: '{"a":{"n":1},"b":{"m":2}}',
    completed: "true",
    cache: "public, max-age=90",
  });
});

test("2: slow members are given up at 85 % of the time", async () => {
  const startedAt = performance.now();
  const [partial, none, told] = await Promise.all([
    get(silent, "/one-slow"),
    get(silent, "/both-slow"),
    get(telling, "/both-slow"),
  ]);
  const elapsedMs = performance.now() - startedAt;

  expect(partial).toEqual(PARTIAL);
  expect(none).toEqual({ ...PARTIAL, status: 500, body: "", type: null });
  expect(told.body).toBe("context deadline exceeded\ncontext deadline exceeded");
  expect(elapsedMs).toBeGreaterThan(1_690);
});

test("3: a single slow backend has the whole time", async () => {
  expect(await get(silent, "/single-slow")).toMatchObject({ status: 200, body: '{"m":2}' });
});

test("4: an empty object is neither complete nor cached", async () => {
  const { status, body, completed, cache } = await get(silent, "/empty");

  expect({ status, body, completed, cache }).toEqual({
    status: 200,
    body: "{}",
    completed: "false",
    cache: null,
  });
});

test("5: 204 is an error of a JSON backend and passes through no-op", async () => {
  const json = await get(telling, "/r/5", { method: "DELETE" });
  const raw = await get(telling, "/raw/5", { method: "DELETE" });

  expect(json.status).toBe(500);
  expect(json.body).toMatch(
    /^invalid status code 204 \[DELETE \/r\/\{\{\.Id\}\}\]: http:\/\/127\.0\.0\.1:\d+\/r\/5$/,
  );
  expect(raw.status).toBe(204);
});

test("6: an array needs is_collection or safejson", async () => {
  const text = "json: cannot unmarshal array into Go value of type map[string]interface {}";

  expect(await get(telling, "/array")).toMatchObject({ status: 500, body: text });
  expect(await get(silent, "/safe")).toMatchObject({ status: 200, body: '{"collection":[1,2]}' });
  expect(await get(silent, "/list")).toMatchObject({ status: 200, body: "[1,2]", type: JSON_TYPE });
});

test("7: return_error_code lets the status surface, return_error_msg the body", async () => {
  const { status, body, type } = await get(silent, "/dup");
  const told = await get(telling, "/dup");

  expect({ status, body, type }).toEqual({ status: 409, body: "", type: null });
  expect(told).toMatchObject({ status: 409, body: '{"e":"dup"}', type: "application/json" });
});

test("8: a POST fans out with its whole body, chunked", async () => {
  const { body } = await get(silent, "/fan-out", {
    method: "POST",
    body: '{"k":1}',
    headers: { "Content-Type": "application/json" },
  });

  const seen = JSON.parse(body);
  for (const one of [seen.one, seen.two]) {
    expect(one).toMatchObject({ method: "POST", body: '{"k":1}' });
    expect(one.headers).toMatchObject({
      "content-type": ["application/json"],
      "transfer-encoding": ["chunked"],
    });
    expect(one.headers).not.toHaveProperty("content-length");
  }
});

test("9: a GET backend of a POST endpoint gets the body", async () => {
  const { body } = await get(silent, "/post-to-get", { method: "POST", body: "x=1" });

  const seen = JSON.parse(body);
  expect(seen).toMatchObject({ method: "GET", body: "x=1" });
  expect(seen.headers).toMatchObject({ "transfer-encoding": ["chunked"] });
});

test("10: a text is JSON's content, or the text itself", async () => {
  expect(await get(silent, "/string")).toMatchObject({
    body: '{"content":"pong \\u003c1\\u003e"}',
    type: JSON_TYPE,
  });
  expect(await get(silent, "/text")).toMatchObject({
    body: "pong <1>",
    type: "text/plain; charset=utf-8",
  });
});

test("11: a redirect of the backend is followed with Referer and the same headers", async () => {
  const answer = await get(silent, "/moved", { headers: { "X-A": "1" } });

  expect(answer).toMatchObject({ status: 200, body: '{"is":"new"}', location: null });
  const [first, second] = silent.requests.filter(({ target }) => /^\/(old|new)$/.test(target));
  const { referer, ...headers } = second!.headers;
  expect(referer).toEqual([`http://${first!.headers.host![0]}/old`]);
  expect(headers).toEqual(first!.headers);
});

test("12: a path in other letter case is redirected, without the gateway's headers", async () => {
  expect(await get(silent, "/cat/9?z=1")).toMatchObject({
    status: 301,
    location: "/Cat/9?z=1",
    version: null,
    completed: null,
  });
});
