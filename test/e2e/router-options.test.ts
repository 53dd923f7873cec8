import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import type { SeenRequest } from "../support/upstream.ts";

const echo = ({ target, headers }: SeenRequest) => ({
  body: { target, ip: headers["x-forwarded-for"]?.join() },
});

const endpoints = [
  { endpoint: "/u/{id}", backend: [{ url_pattern: "/u/{id}" }] },
  { endpoint: "/u/{id}", method: "POST", backend: [{ url_pattern: "/u/{id}" }] },
  { endpoint: "/quiet", backend: [{}] },
  { endpoint: "/so quiet", backend: [{}] },
  { endpoint: "/loud", backend: [{}] },
];

/** Everything but the defaults. */
const OPTIONS = {
  auto_options: true,
  remove_extra_slash: true,
  disable_path_decoding: true,
  disable_handle_method_not_allowed: true,
  hide_version_header: true,
  trusted_proxies: ["127.0.0.1", "10.0.0.0/8"],
  remote_ip_headers: ["x-client", "X-Real-IP"],
  app_engine: true,
  max_multipart_memory: 1,
  logger_skip_paths: ["/quiet", "/so quiet"],
  health_path: "alive",
  error_body: { "404": { z: 1, a: "<" } },
};

/** One wrong type drops its group; what stands apart stays. */
const MISTYPED = {
  max_multipart_memory: "1MB",
  return_error_msg: true,
  hide_version_header: true,
  disable_redirect_trailing_slash: true,
  forwarded_by_client_ip: false,
  disable_health: true,
  disable_path_decoding: true,
  auto_options: true,
  error_body: { "404": [1.0], "405": "no" },
};

let byDefault: TestGateway;
let configured: TestGateway;
let mistyped: TestGateway;
beforeAll(async () => {
  const start = (router: object | undefined) =>
    startGateway(
      { endpoints, ...(router === undefined ? {} : { extra_config: { router } }) },
      { backend: echo },
    );
  [byDefault, configured, mistyped] = await Promise.all([
    start(undefined),
    start(OPTIONS),
    start(MISTYPED),
  ]);
});
afterAll(async () => {
  for (const one of [byDefault, configured, mistyped]) await one[Symbol.asyncDispose]();
});

/** Status line's number, the headers that are named, and the body. */
async function ask(gateway: TestGateway, request: string, ...lines: readonly string[]) {
  using connection = await gateway.connect();
  connection.send(`${[`${request} HTTP/1.1`, "Host: gw", ...lines].join("\r\n")}\r\n\r\n`);
  const method = request.split(" ", 1)[0]!;
  const { status, headers, text } = await connection.readResponse({ method });
  const of = (name: string) => headers[name]?.join() ?? null;
  const own = { version: of("x-krakend"), completed: of("x-krakend-completed") };
  return {
    status,
    text,
    type: of("content-type"),
    allow: of("allow"),
    location: of("location"),
    ...own,
  };
}

async function seenBy(gateway: TestGateway, request: string, ...lines: readonly string[]) {
  const { text } = await ask(gateway, request, ...lines);
  return JSON.parse(text) as { readonly target: string; readonly ip: string };
}

describe("by default", () => {
  test("a client's address is the leftmost that anybody claims", async () => {
    const { ip } = await seenBy(byDefault, "GET /u/1", "X-Forwarded-For: 9.9.9.9, 10.1.1.1");
    const plain = await seenBy(byDefault, "GET /u/1", "X-Appengine-Remote-Addr: 9.9.9.9");

    expect([ip, plain.ip]).toEqual(["9.9.9.9", "127.0.0.1"]);
  });

  test("what no route matches has KrakenD's text and headers", async () => {
    const version = expect.stringMatching(/^Version ./);
    const own = { version, completed: "false", type: "text/plain", location: null };

    expect(await ask(byDefault, "GET /none")).toEqual({
      ...own,
      status: 404,
      text: "404 page not found",
      allow: null,
    });
    for (const method of ["PUT", "HEAD", "OPTIONS", "PURGE", "get"]) {
      const { text, ...rest } = await ask(byDefault, `${method} /u/1`);
      expect(rest).toEqual({ ...own, status: 405, allow: "GET, POST" });
      expect(text).toBe(method === "HEAD" ? "" : "405 method not allowed");
    }
  });

  test("a redirect has no headers of the gateway, and a page for GET alone", async () => {
    const get = await ask(byDefault, "GET /u/7/?a=1&b", "X-Forwarded-Prefix: /api");
    const fixed = await ask(byDefault, "GET //LOUD?x=1", "X-Forwarded-Prefix: /api");
    const post = await ask(byDefault, "POST /u/7/", "Content-Length: 0");

    const none = { version: null, completed: null, allow: null };
    expect(get).toEqual({
      ...none,
      status: 301,
      type: "text/html; charset=utf-8",
      location: "/api/u/7?a=1&b",
      text: '<a href="/api/u/7?a=1&amp;b">Moved Permanently</a>.\n\n',
    });
    expect(fixed).toMatchObject({ ...none, status: 301, location: "/loud?x=1" });
    expect(post).toEqual({ ...none, status: 307, type: null, location: "/u/7", text: "" });
  });

  test.each([
    ["x%3Fy", "error: encoded url params"],
    ["x%252Fy", "error: encoded url params"],
    ["50%25", 'error: invalid URL escape "%"'],
    ["%2e%2E", "error: encoded url params"],
    ["a%00b", "error: encoded url params"],
  ])("the parameter %s is refused with a text", async (segment, text) => {
    expect(await ask(byDefault, `GET /u/${segment}`)).toEqual({
      status: 400,
      text,
      type: "text/plain; charset=utf-8",
      allow: null,
      location: null,
      version: null,
      completed: null,
    });
  });

  test("every request but that of the health page leaves an access line", async () => {
    await ask(byDefault, "GET /__health");
    await ask(byDefault, "GET /so%20quiet?x=1");

    const log = await byDefault.logged('GET      "/so quiet?x=1"');
    expect(log).not.toContain('"/__health"');
  });
});

describe("with the options of the router", () => {
  test("addresses are taken from trusted proxies and named headers only", async () => {
    const ipOf = async (...lines: string[]) => (await seenBy(configured, "GET /u/1", ...lines)).ip;

    expect(await ipOf("X-Forwarded-For: 9.9.9.9")).toBe("127.0.0.1");
    expect(await ipOf("X-Client: 9.9.9.9, 203.0.113.5, 10.2.2.2")).toBe("203.0.113.5");
    expect(await ipOf("X-Client: unknown", "X-Real-IP: 9.9.9.9")).toBe("9.9.9.9");
    expect(await ipOf("X-Client: 1.1.1.1", "X-Client: 10.1.1.1")).toBe("1.1.1.1");
    expect(await ipOf("X-Client: 1.1.1.1", "X-Appengine-Remote-Addr: 2.2.2.2")).toBe("2.2.2.2");
    expect(await ipOf("X-Appengine-Remote-Addr: evil")).toBe("127.0.0.1");
  });

  test("OPTIONS names the methods in order of the alphabet", async () => {
    expect(await ask(configured, "OPTIONS /u/1")).toEqual({
      status: 200,
      text: "",
      type: null,
      allow: "GET, POST",
      location: null,
      version: "Version undefined",
      completed: null,
    });
  });

  test("a wrong method is not found, with the JSON of error_body", async () => {
    expect(await ask(configured, "PUT /u/1")).toEqual({
      status: 404,
      text: '{"a":"\\u003c","z":1}',
      type: "application/json; charset=utf-8",
      allow: null,
      location: null,
      version: "Version undefined",
      completed: "false",
    });
  });

  test("extra slashes are cleaned before matching, not redirected", async () => {
    expect((await seenBy(configured, "GET //x/..//u/7")).target).toBe("/u/7");
  });

  test.each([
    ["x%252Fy", "/u/x%2Fy"],
    ["x%3Fy", "/u/x%3Fy"],
    ["x%23y", "/u/x%23y"],
    ["50%25", "/u/50%25"],
    ["a%5Cb", "/u/a%5Cb"],
  ])("the parameter %s is not checked, and opens no query", async (segment, target) => {
    expect((await seenBy(configured, `GET /u/${segment}`)).target).toBe(target);
  });

  test("a parameter that climbs is refused all the same", async () => {
    expect(await ask(configured, "GET /u/%252e%252e")).toMatchObject({
      status: 400,
      text: "error: encoded url params",
    });
  });

  test("skipped paths are compared decoded and without query", async () => {
    await ask(configured, "GET /quiet?x=1");
    await ask(configured, "GET /so%20quiet");
    await ask(configured, "GET /loud");

    const log = await configured.logged('GET      "/loud"');
    expect(log).not.toContain("quiet");
  });

  test("the health page moves, and its old place is free", async () => {
    expect((await ask(configured, "GET /alive")).status).toBe(200);
    expect((await ask(configured, "GET /__health")).status).toBe(404);
  });
});

describe("with an option of a wrong type", () => {
  test("its whole group has the defaults", async () => {
    const { ip } = await seenBy(mistyped, "GET /u/1", "X-Forwarded-For: 9.9.9.9");
    const redirect = await ask(mistyped, "GET /u/1/");
    const missing = await ask(mistyped, "GET /none");

    expect([ip, redirect.status]).toEqual(["9.9.9.9", 301]);
    expect(missing.version).not.toBe("Version undefined");
  });

  test("options that are read apart still count", async () => {
    expect((await ask(mistyped, "GET /__health")).status).toBe(404);
    expect((await seenBy(mistyped, "GET /u/x%3Fy")).target).toBe("/u/x%3Fy");
    expect(await ask(mistyped, "GET /none")).toMatchObject({ status: 404, text: "[1]" });
    expect(await ask(mistyped, "PUT /loud")).toMatchObject({
      status: 405,
      text: '"no"',
      allow: "GET, OPTIONS",
    });
  });
});
