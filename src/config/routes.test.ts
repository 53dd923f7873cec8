import { expect, test } from "bun:test";
import { loadObject } from "./fixture.ts";

const host = ["http://a"];
const backend = [{ url_pattern: "/x" }];

test("refuses the same method and path twice and names both places", () => {
  const { problems } = loadPaths("/a/{id}", "/b", "/a/{id}");

  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ path: "$.endpoints[2].endpoint", value: '"/a/{id}"' });
  expect(problems[0]?.message).toMatch(
    /^handlers are already registered for path '\/a\/:id' by endpoint GET \/a\/\{id\} in line \d+$/,
  );
});

test("refuses two names for the parameter at one place", () => {
  const { problems } = loadPaths("/u/{a}/x", "/u/{b}/y", "/u/{c}");

  expect(problems.map(({ message }) => message.replace(/ of endpoint.*/, ""))).toEqual([
    "':b' in new path '/u/:b/y' conflicts with existing wildcard ':a' in existing prefix '/u/:a'",
    "':c' in new path '/u/:c' conflicts with existing wildcard ':a' in existing prefix '/u/:a'",
  ]);
});

test.each([
  [["/u/me", "/u/{id}"]],
  [["/u/{id}/x", "/u/{id}/y"]],
  [["/v{n}/docs", "/v{n}/help"]],
  [["/a", "/a/"]],
])("allows %j beside each other", (paths) => {
  expect(loadPaths(...paths).problems).toEqual([]);
});

test("keeps the methods apart unless they share the tree of OPTIONS", () => {
  const endpoints = [
    { endpoint: "/u/{a}", backend },
    { endpoint: "/u/{b}", method: "POST", backend },
  ];

  const apart = loadObject({ host, endpoints });
  const together = loadObject({
    host,
    endpoints,
    extra_config: { router: { auto_options: true } },
  });

  expect(apart.problems).toEqual([]);
  expect(together.problems[0]?.message).toContain("auto_options");
});

test("does not let auto_options trip over one path with several methods", () => {
  const endpoints = [
    { endpoint: "/u/{a}", backend },
    { endpoint: "/u/{a}", method: "POST", backend },
  ];

  const { problems } = loadObject({
    host,
    endpoints,
    extra_config: { router: { auto_options: true } },
  });

  expect(problems).toEqual([]);
});

test("refuses a GET endpoint on the path of the health route", () => {
  const endpoints = [
    { endpoint: "/alive", backend },
    { endpoint: "/alive", method: "POST", backend },
  ];

  const { problems } = loadObject({
    host,
    endpoints,
    extra_config: { router: { health_path: "alive" } },
  });

  expect(problems).toHaveLength(1);
  expect(problems[0]?.message).toContain("health_path /alive");
});

test.each([
  ["/a/*", "wildcards must be named"],
  ["/a/:", "wildcards must be named"],
  ["/a/:b:c", "only one wildcard per path segment is allowed, has: ':b:c'"],
])("refuses %s, which the router cannot hold", (path, message) => {
  expect(loadPaths(path).problems[0]?.message).toStartWith(message);
});

test("compares paths as the router cleans them", () => {
  expect(loadPaths("//twice", "/twice").problems).toHaveLength(1);
});

test("leaves endpoints alone whose method is never registered", () => {
  const endpoints = [
    { endpoint: "/a", method: "HEAD", backend },
    { endpoint: "/a", method: "HEAD", backend },
  ];

  expect(loadObject({ host, endpoints }).problems).toEqual([]);
});

function loadPaths(...paths: string[]) {
  return loadObject({ host, endpoints: paths.map((endpoint) => ({ endpoint, backend })) });
}
