import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import type { UpstreamAnswer } from "../support/upstream.ts";

const answers: Readonly<Record<string, UpstreamAnswer>> = {
  "/html": { status: 502, body: "<!DOCTYPE html><p>" },
  "/xml": { status: 409, body: '<?xml version="1.0"?><e/>' },
  "/empty": { status: 401, headers: { "WWW-Authenticate": "Basic" } },
  "/accepted": { status: 202, body: "later" },
};

const asCode = { "backend/http": { return_error_code: true } };
const hosted = (...host: readonly string[]) => ({ disable_host_sanitize: true, host });
const call = (pattern: string, more: object = {}) => ({ url_pattern: pattern, ...more });

const backends: Readonly<Record<string, object>> = {
  "/hostless": call("/x"),
  "/scheme": call("/x", hosted("ftp://files")),
  "/lookup": call("/x", { host: ["nowhere.invalid"] }),
  "/html": call("/html", { host: ["{{up}}"], extra_config: asCode }),
  "/xml": call("/xml", { host: ["{{up}}"], extra_config: asCode }),
  "/empty": call("/empty", { host: ["{{up}}"], extra_config: asCode }),
  "/accepted": call("/accepted", { host: ["{{up}}"] }),
  "/shadow": call("/x", { host: ["{{up}}"], extra_config: { proxy: { shadow: true } } }),
};

const endpoints = [
  ...Object.entries(backends).map(([endpoint, one]) => ({ endpoint, backend: [one] })),
  {
    endpoint: "/expired",
    timeout: "-1s",
    backend: [call("/expired", { host: ["{{up}}"] })],
  },
  {
    endpoint: "/all-fail",
    backend: [call("/accepted", { host: ["{{up}}"] }), call("/empty", backends["/empty"])],
  },
];

const start = (isTelling: boolean) =>
  startGateway(
    {
      host: [],
      endpoints,
      extra_config: { router: { return_error_msg: isTelling } },
    },
    { up: ({ target }) => answers[target] ?? { body: {} } },
  );

let silent: TestGateway;
let telling: TestGateway;
beforeAll(async () => {
  [silent, telling] = await Promise.all([start(false), start(true)]);
});
afterAll(async () => {
  await silent[Symbol.asyncDispose]();
  await telling[Symbol.asyncDispose]();
});

async function get(gateway: TestGateway, path: string) {
  const answer = await gateway.fetch(path);
  const text = await answer.text();
  return {
    status: answer.status,
    text: text.replaceAll(/127\.0\.0\.1:\d+/g, "HOST"),
    type: answer.headers.get("content-type"),
    completed: answer.headers.get("x-krakend-completed"),
  };
}

const PLAIN = "text/plain; charset=utf-8";

describe.each([
  ["/hostless", 500, "no hosts available", PLAIN],
  ["/scheme", 500, 'unsupported protocol scheme "ftp"', PLAIN],
  [
    "/lookup",
    500,
    'Get "http://nowhere.invalid/x": dial tcp: lookup nowhere.invalid: no such host',
    PLAIN,
  ],
  ["/expired", 500, "context deadline exceeded", PLAIN],
  ["/accepted", 500, "invalid status code 202 [GET /accepted]: http://HOST/accepted", PLAIN],
  ["/html", 502, "<!DOCTYPE html><p>", "text/html; charset=utf-8"],
  ["/xml", 409, '<?xml version="1.0"?><e/>', "text/xml; charset=utf-8"],
  ["/empty", 401, "", null],
] as const)("a call of %s fails", (path, status, text, type) => {
  test("with its text where the file asks for it", async () => {
    expect(await get(telling, path)).toEqual({ status, text, type, completed: "false" });
  });

  test("with nothing otherwise", async () => {
    expect(await get(silent, path)).toEqual({ status, text: "", type: null, completed: "false" });
  });
});

test("several failures lose their status and keep their texts, whichever came first", async () => {
  const { status, text, type } = await get(telling, "/all-fail");

  expect({ status, type }).toEqual({ status: 500, type: PLAIN });
  // The text of the other is that backend's empty body.
  expect(text.split("\n").sort()).toEqual([
    "",
    "invalid status code 202 [GET /accepted]: http://HOST/accepted",
  ]);
});

test("no header of the failed backend passes", async () => {
  const answer = await telling.fetch("/empty");

  expect(answer.headers.has("www-authenticate")).toBe(false);
});

test("a time that is over before it begins calls nobody", async () => {
  await get(silent, "/expired");

  expect(silent.requests.map(({ target }) => target)).not.toContain("/expired");
});

test("shadows alone are no answer, and bear no header of the gateway", async () => {
  expect(await get(telling, "/shadow")).toEqual({
    status: 500,
    text: "",
    type: null,
    completed: null,
  });
});
