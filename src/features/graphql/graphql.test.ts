import { expect, test } from "bun:test";
import type { Exchange, UpstreamRequest } from "../../contracts.ts";
import { failure } from "../../errors.ts";
import { Cancellation } from "../../lib/cancellation.ts";
import { createManualWheel } from "../../lib/manual-wheel.fixture.ts";
import { Params } from "../../lib/params.ts";
import { graphql } from "./graphql.ts";

/** What is sent on with these options for this request. */
async function rewritten(
  options: unknown,
  parts: Partial<UpstreamRequest> = {},
): Promise<UpstreamRequest | undefined> {
  let sent: UpstreamRequest | undefined;
  const next: Exchange = async (request) => {
    sent = request;
    return failure("internal", "not sent");
  };
  const origin = {
    isTls: false,
    host: "a.test",
    port: 80,
    authority: "a.test",
    text: "http://a.test",
    basePath: "",
  };
  const cancellation = new Cancellation(createManualWheel().wheel, null);
  const request: UpstreamRequest = {
    params: Params.none,
    method: "PUT",
    origin,
    target: "/q",
    headers: [],
    body: null,
    cancellation,
    ...parts,
  };
  await graphql.transport(options)?.(next)(request);
  return sent;
}

test("a variable may have any name", async () => {
  const variables = JSON.parse('{"__proto__":"x","constructor":1}');

  const sent = await rewritten({ type: "query", query: "{ a }", variables });

  expect(sent?.body?.toString()).toBe(
    '{"query":"{ a }","variables":{"__proto__":"x","constructor":1}}',
  );
});

test("what the client said of its own body does not go with the new one", async () => {
  const headers = ["Content-Length", "3", "X-A", "1", "Content-Type", "text/plain"];

  const sent = await rewritten({ type: "query", query: "{ a }" }, { headers });

  expect(sent?.method).toBe("POST");
  expect(sent?.headers).toEqual([
    "X-A",
    "1",
    "Content-Type",
    "application/json",
    "Content-Length",
    "17",
  ]);
});

test("with GET there is a type and no body", async () => {
  const options = { type: "query", query: "{ a }", method: "get" };

  const sent = await rewritten(options, { body: Buffer.from("{}") });

  expect([sent?.method, sent?.body, sent?.headers]).toEqual([
    "GET",
    null,
    ["Content-Type", "application/json"],
  ]);
});

test.each([[{ query: "{ a }" }], [{ type: "query", query_path: "/nowhere" }], [{ type: 5 }]])(
  "with %j the backend is called as it is",
  (options) => {
    expect(graphql.transport(options)).toBeUndefined();
  },
);
