import { expect, test } from "bun:test";
import { loadObject, loadValid } from "./fixture.ts";

const host = ["http://a"];

test.each([
  [0, 1],
  [-1, 1],
  ["3", 3],
  [7, 7],
])("copies concurrent_calls %p to every backend as %d", (calls, expected) => {
  const { endpoints } = loadValid({
    host,
    endpoints: [{ endpoint: "/a", concurrent_calls: calls, backend: [{}, {}] }],
  });

  expect(endpoints[0]?.backends.map((one) => one.concurrentCalls)).toEqual([expected, expected]);
});

test.each(["static", "dns-shared", "DNS", "", "typo"])("takes sd %p for a fixed list", (sd) => {
  const { endpoints } = loadValid({ host, endpoints: [{ endpoint: "/a", backend: [{ sd }] }] });

  expect(endpoints[0]?.backends[0]?.discovery).toEqual({ kind: "static" });
});

test.each([
  ["", "time: invalid duration"],
  ["abc", "time: invalid duration"],
  ["5", "time: missing unit in duration"],
  ["1 minute", "time: unknown unit"],
])("refuses the duration %p at the place where it stands", (written, message) => {
  const { problems } = loadObject({
    host,
    timeout: written,
    endpoints: [{ endpoint: "/a", cache_ttl: written, backend: [{ timeout: written }] }],
  });

  expect(problems.map(({ path }) => path)).toEqual([
    "$.timeout",
    "$.endpoints[0].cache_ttl",
    "$.endpoints[0].backend[0].timeout",
  ]);
  for (const problem of problems) expect(problem.message).toContain(message);
});

test("a number without a unit counts nanoseconds, and says so", () => {
  const { config, warnings } = loadObject({ read_timeout: 2_000_000_000 });

  expect(config?.listener.readTimeoutMs).toBe(2_000);
  expect(warnings[0]).toMatchObject({ path: "$.read_timeout" });
});

test.each([
  ["foo", "/foo"],
  ["//twice", "/twice"],
  ["/a/", "/a/"],
  ["", "/"],
])("serves the endpoint %p at %s", (endpoint, route) => {
  const { endpoints } = loadValid({ host, endpoints: [{ endpoint, backend: [{}] }] });

  expect(endpoints[0]?.route).toBe(route);
});

test.each([
  ["", "/"],
  ["x", "/x"],
  ["//sub", "//sub"],
])("calls the pattern %p as %s", (written, urlPattern) => {
  const backend = [{ url_pattern: written }];
  const { endpoints } = loadValid({ host, endpoints: [{ endpoint: "/a", backend }] });

  expect(endpoints[0]?.backends[0]?.urlPattern).toBe(urlPattern);
});

test.each([
  ["no-op", false],
  ["NO-OP", true],
])("several backends with the output %s are fine: %p", (encoding, isFine) => {
  const { problems } = loadObject({
    host,
    endpoints: [{ endpoint: "/a", output_encoding: encoding, backend: [{}, {}] }],
  });

  const message =
    "can not use NoOp encoding with more than one backends connected to the same endpoint";
  expect(problems.map((one) => one.message)).toEqual(isFine ? [] : [message]);
});

test("a shadow counts where no-op allows one backend only", () => {
  const shadow = { extra_config: { proxy: { shadow: true } } };
  const { problems } = loadObject({
    host,
    endpoints: [{ endpoint: "/a", output_encoding: "no-op", backend: [{}, shadow] }],
  });

  expect(problems).toHaveLength(1);
});

test("the command line wins over variables, and variables over the file", () => {
  const environment = { KRAKEND_PORT: "9000" };

  expect(loadValid({ port: 8000 }, { environment }).port).toBe(9000);
  expect(loadValid({ port: 8000 }, { environment, port: 9100 }).port).toBe(9100);
  expect(loadValid({ port: 8000 }, { environment, port: 0 }).port).toBe(9000);
});

test.each([
  [{ port: "8081" }, { port: 8081 }],
  [{ port: 0 }, { port: 8080 }],
  [{ name: 5 }, { name: "5" }],
  [{ debug_endpoint: "true" }, { hasDebugEndpoint: true }],
  [{ debug_endpoint: 1 }, { hasDebugEndpoint: true }],
  [
    { PORT: 8081, Debug_Endpoint: true },
    { port: 8081, hasDebugEndpoint: true },
  ],
  [{ listen_ip: "::1" }, { listenIp: "::1" }],
])("reads %j as %j", (root, expected) => {
  expect(loadValid(root)).toMatchObject(expected);
});

test.each([
  [{ port: "http" }, "$.port"],
  [{ port: 70_000 }, "$.port"],
  [{ debug_endpoint: "yes" }, "$.debug_endpoint"],
  [{ name: {} }, "$.name"],
  [{ listen_ip: "localhost" }, "$.listen_ip"],
  [{ endpoints: [1] }, "$.endpoints[0]"],
  [{ extra_config: "router" }, "$.extra_config"],
])("refuses %j", (root, path) => {
  expect(loadObject(root).problems.map((one) => one.path)).toEqual([path]);
});

test.each(["GET", "POST", "PUT", "PATCH", "DELETE", "delete"])("registers %s", (method) => {
  const { endpoints } = loadValid({ host, endpoints: [{ endpoint: "/a", method, backend: [{}] }] });

  expect(endpoints[0]?.isRegistered).toBe(true);
});

test.each([
  [{ use_h2c: true }, true],
  [{ extra_config: { router: { use_h2c: true } } }, true],
  [{}, false],
])("serves HTTP/2 without TLS with %j: %p", (root, usesH2c) => {
  expect(loadValid(root).listener.usesH2c).toBe(usesH2c);
});

test.each([
  ["/a:b", ["$.endpoints[0].endpoint"]],
  ["/a/{b}", []],
  ["/a", []],
])("warns about a colon in %s, not about a placeholder", (endpoint, paths) => {
  const { warnings } = loadObject({ host, endpoints: [{ endpoint, backend: [{}] }] });

  expect(warnings.map((one) => one.path)).toEqual(paths);
});

test.each(["json", "safejson", "fast-json", "xml", "rss", "string", "no-op", "XML"])(
  "knows the encoding %s of a backend",
  (encoding) => {
    const backend = [{ encoding }, {}];
    const { warnings } = loadObject({ host, endpoints: [{ endpoint: "/a", backend }] });

    expect(warnings).toEqual([]);
  },
);
