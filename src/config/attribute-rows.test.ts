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
