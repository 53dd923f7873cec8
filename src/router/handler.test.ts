import { describe, expect, test } from "bun:test";
import { loadValid } from "../config/fixture.ts";
import type { Answer, ClientRequest, Handler } from "../contracts.ts";
import { Cancellation } from "../lib/cancellation.ts";
import { createManualWheel } from "../lib/manual-wheel.fixture.ts";
import { createAutoOptions, createRouterHandler } from "./handler.ts";
import { Router } from "./router.ts";

const versionHeader = "Version x";

/** The handler with `GET` and `PUT` of `/users/:id`, whose handler answers with the parameter. */
function startHandler(options: object = {}) {
  const { router: config } = loadValid({ extra_config: { router: options } });
  const router = new Router<Handler>(config);
  const handler: Handler = ({ params }) => ({
    status: 200,
    headers: [],
    body: Buffer.from(params.join(",")),
  });
  router.add("GET", "/users/:id", handler);
  router.add("PUT", "/users/:id", handler);
  return createRouterHandler({ config, router, versionHeader });
}

function request(method: string, target: string, headers: string[] = []): ClientRequest {
  const [path = "", query] = target.split("?");
  return {
    method,
    target,
    path,
    query,
    host: "a.test",
    headers,
    body: null,
    peerAddress: "127.0.0.1",
    isTls: false,
    cancellation: new Cancellation(createManualWheel().wheel, null),
    params: [],
    errors: [],
  };
}

/** Status, headers and text of an answer that is there at once. */
function written(answer: Answer | Promise<Answer>) {
  if (answer instanceof Promise) throw new Error("the answer is not there");
  const { status, headers, body } = answer;
  return { status, headers, text: body instanceof Uint8Array ? Buffer.from(body).toString() : "" };
}

test("a route gets its parameters, decoded once", () => {
  const asked = request("GET", "/users/a%20b");

  const answer = written(startHandler()(asked));

  expect(answer).toMatchObject({ status: 200, text: "a b" });
  expect(asked.params).toEqual(["a b"]);
});

describe("a parameter", () => {
  test.each([
    ["/users/%2520", "error: encoded url params"],
    ["/users/a%3Fb", "error: encoded url params"],
    ["/users/%25zz", 'error: invalid URL escape "%zz"'],
    ["/users/%2e%2e", "error: encoded url params"],
  ])("in %s is refused: %s", (target, text) => {
    const answer = written(startHandler()(request("GET", target)));

    expect(answer).toEqual({
      status: 400,
      headers: ["Content-Type", "text/plain; charset=utf-8"],
      text,
    });
  });

  test.each([
    ["/users/%2520", 200],
    ["/users/a%3Fb", 200],
    ["/users/%2e%2e", 400],
    ["/users/%0a", 400],
  ])("in %s gives %p where the check is off: what is dangerous stays refused", (target, status) => {
    const handler = startHandler({ disable_path_decoding: true });

    expect(written(handler(request("GET", target))).status).toBe(status);
  });
});

describe("what no route matches", () => {
  const own = ["X-Krakend", versionHeader, "X-Krakend-Completed", "false"];

  test("is answered with KrakenD's text", () => {
    const answer = written(startHandler()(request("GET", "/other")));

    const headers = [...own, "Content-Type", "text/plain"];
    expect(answer).toEqual({ status: 404, headers, text: "404 page not found" });
  });

  test("names the methods where only the method is wrong (RFC 9110 section 15.5.6)", () => {
    const answer = written(startHandler()(request("POST", "/users/7")));

    const headers = [...own, "Content-Type", "text/plain", "Allow", "GET, PUT"];
    expect(answer).toEqual({ status: 405, headers, text: "405 method not allowed" });
  });

  test.each([
    ["GET", "/other", 404, '{"a":1}'],
    ["POST", "/users/7", 405, '{"b":2}'],
  ])("has the configured body: %s %s", (method, target, status, text) => {
    const handler = startHandler({ error_body: { 404: { a: 1 }, 405: { b: 2 } } });

    const answer = written(handler(request(method, target)));

    expect(answer).toMatchObject({ status, text });
    expect(answer.headers.slice(4, 6)).toEqual(["Content-Type", "application/json; charset=utf-8"]);
  });
});

describe("a redirect", () => {
  test("of GET has a page for people, with the query kept", () => {
    const answer = written(startHandler()(request("GET", "/users/7/?x=1")));

    expect(answer).toEqual({
      status: 301,
      headers: ["Location", "/users/7?x=1", "Content-Type", "text/html; charset=utf-8"],
      text: '<a href="/users/7?x=1">Moved Permanently</a>.\n\n',
    });
  });

  test("of another method keeps the method and has no body", () => {
    const answer = written(startHandler()(request("PUT", "/users/7/")));

    expect(answer).toEqual({ status: 307, headers: ["Location", "/users/7"], text: "" });
  });

  test("stands behind the prefix that a proxy in front took away", () => {
    const headers = ["x-forwarded-prefix", "/api"];

    const answer = written(startHandler()(request("PUT", "/users/7/", headers)));

    expect(answer.headers).toEqual(["Location", "/api/users/7"]);
  });
});

test("OPTIONS of the server as a whole is answered with nothing (RFC 9110 section 9.3.7)", () => {
  expect(written(startHandler()(request("OPTIONS", "*")))).toEqual({
    status: 200,
    headers: [],
    text: "",
  });
});

test("OPTIONS of an endpoint names its methods in alphabetical order", () => {
  const methods = ["PUT", "DELETE", "GET"];

  const answer = written(createAutoOptions(methods, versionHeader)(request("OPTIONS", "/a")));

  expect(answer.headers).toEqual(["X-Krakend", versionHeader, "Allow", "DELETE, GET, PUT"]);
  expect(methods).toEqual(["PUT", "DELETE", "GET"]);
});
