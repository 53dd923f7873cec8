import { expect, test } from "bun:test";
import { loadObject, loadValid } from "./fixture.ts";
import { loadConfig, renderLoadFailure } from "./load.ts";

test("reports everything that is wrong in one run, in the order of the file", () => {
  const { problems } = loadObject({
    timeout: "3000",
    host: ["ftp://a"],
    listen_ip: "localhost",
    endpoints: [
      { endpoint: "/a" },
      { endpoint: "/b", timeout: "soon", backend: [{ url_pattern: "/{x}", host: ["http://a/b"] }] },
      "not an endpoint",
      { endpoint: "/__health", backend: [{}] },
    ],
  });

  expect(problems.map(({ path }) => path)).toEqual([
    "$.timeout",
    "$.host[0]",
    "$.listen_ip",
    "$.endpoints[0].backend",
    "$.endpoints[1].timeout",
    "$.endpoints[1].backend[0].url_pattern",
    "$.endpoints[1].backend[0].host[0]",
    "$.endpoints[2]",
    "$.endpoints[3].endpoint",
  ]);
});

test.each([
  [undefined, "unsupported version: 0 (want: 3)"],
  [2, "unsupported version: 2 (want: 3)"],
  ["x", "cannot parse value as 'int': strconv.ParseInt: invalid syntax"],
])("looks no further when the version is %p", (version, message) => {
  const { problems } = loadObject({ version, timeout: "bad" });

  expect(problems.map((problem) => problem.message)).toEqual([message]);
});

test.each(["", " \n"])("says that the file %p is empty", (text) => {
  const loaded = loadText(text);

  expect(loaded).toBe(
    "ERROR parsing the configuration file: 'gateway.json': unexpected end of JSON input: the file is empty; expected an object at the root",
  );
});

test.each([
  ["[1]", "cannot unmarshal array"],
  ["null", "cannot unmarshal null"],
  ["true", "cannot unmarshal bool"],
  ['"x"', "cannot unmarshal string"],
])("refuses %s at the root", (text, words) => {
  expect(loadText(text)).toContain(words);
  expect(loadText(text)).toContain("object");
});

test("warns about unknown keys with the nearest known name, and about those of format 2", () => {
  const { warnings } = loadObject({
    "@comment": 1,
    _meta: 1,
    timeoutt: "3s",
    endpoints: [
      {
        endpoint: "/a",
        headers_to_pass: [],
        backend: [{ host: ["http://a"], whitelist: [], blacklist: [] }],
      },
    ],
  });

  expect(warnings.map(({ path, nearest }) => [path, nearest])).toEqual([
    ["$.timeoutt", "timeout"],
    ["$.endpoints[0].headers_to_pass", "input_headers"],
    ["$.endpoints[0].backend[0].whitelist", "allow"],
    ["$.endpoints[0].backend[0].blacklist", "deny"],
  ]);
});

test("takes the exact spelling of an attribute before any other", () => {
  const { config, warnings } = loadObject({ PORT: 1, port: 2, Port: 3 });

  expect(config?.port).toBe(2);
  expect(warnings.map(({ path }) => path)).toEqual(["$.PORT", "$.Port"]);
});

test("takes null for absent", () => {
  expect(loadValid({ port: null, tls: null, extra_config: null, endpoints: null }).port).toBe(8080);
});

test("freezes the model to its leaves", () => {
  const config = loadValid({
    host: ["http://a"],
    extra_config: { "telemetry/logging": { level: "DEBUG", nested: { list: [1] } } },
    endpoints: [{ endpoint: "/a", backend: [{}] }],
  });

  expect(findMutable(config)).toBeUndefined();
});

test("gives component options without prototype, whatever their keys", () => {
  const text =
    '{"version": 3, "extra_config": {"__proto__": {"x": 1}, "proxy": {"constructor": 1}}}';

  const loaded = loadConfig(
    { text: Buffer.from(text), name: "gateway.json", format: "json" },
    { environment: {} },
  );

  if ("problems" in loaded) throw new Error(renderLoadFailure(loaded));
  expect(Object.getPrototypeOf(loaded.config.extraConfig)).toBeNull();
  expect(Object.keys(loaded.config.extraConfig)).toEqual(["__proto__", "proxy"]);
  expect(Object.getPrototypeOf(loaded.config.extraConfig.proxy)).toBeNull();
});

test("accepts async agents with a loud warning, and refuses their broken hosts", () => {
  const agent = {
    name: "a",
    consumer: { topic: "*.x", timeout: "1s" },
    backend: [{ host: ["http://a"] }],
  };

  const good = loadObject({ async_agent: [agent] });
  const bad = loadObject({ async_agent: [{ ...agent, backend: [{ host: ["ftp://a"] }] }] });

  expect(good.warnings[0]).toMatchObject({ path: "$.async_agent[0]", severity: "error" });
  expect(bad.problems[0]?.path).toBe("$.async_agent[0].backend[0].host[0]");
});

test("never throws, however odd the file", () => {
  const odd = [null, -1, "", "x", true, [], {}, [[]], [null], { a: 1 }, "/{a}{b}", "no-op", 1e300];
  let seed = 2463534242;
  const next = (count: number) => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) % count;
  };
  const mutate = (value: unknown): unknown => {
    if (next(9) === 0) return odd[next(odd.length)];
    if (Array.isArray(value)) return value.map(mutate);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mutate(member)]));
  };
  const proxy = {
    sequential: true,
    static: { data: { a: 1 }, strategy: "errored" },
    flatmap_filter: [{ type: "move", args: ["a", "b"] }],
    shadow_timeout: "1s",
  };
  const backend = {
    url_pattern: "/{a}",
    host: ["http://a"],
    mapping: { a: "b" },
    extra_config: { proxy },
  };
  const file = {
    timeout: "1s",
    tls: { keys: [{ public_key: "a", private_key: "b" }] },
    client_tls: { client_certs: [{ certificate: "a", private_key: "b" }] },
    extra_config: { router: { trusted_proxies: ["::1"], error_body: { "404": {} } } },
    async_agent: [{ name: "a", backend: [backend], connection: {}, consumer: {} }],
    endpoints: [{ endpoint: "/{a}", backend: [backend, backend], extra_config: { proxy } }],
  };

  let loadedCount = 0;
  for (let run = 0; run < 2000; run++) {
    const mutated = mutate(file);
    const { config } = loadObject(typeof mutated === "object" && mutated !== null ? mutated : {});
    if (config !== undefined) loadedCount++;
  }

  expect(loadedCount).toBeGreaterThan(20);
  expect(loadedCount).toBeLessThan(1000);
});

function loadText(text: string): string {
  const loaded = loadConfig(
    { text: Buffer.from(text), name: "gateway.json", format: "json" },
    { environment: {} },
  );
  return "problems" in loaded ? renderLoadFailure(loaded) : "";
}

/** The first object in a tree that can still be changed. */
function findMutable(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Object.isFrozen(value)) return value;
  return Object.values(value)
    .map(findMutable)
    .find((found) => found !== undefined);
}

test("marks the names that nobody knows, and no other warning", () => {
  const { warnings } = loadObject({
    timeoutt: "1s",
    use_h2c: true,
    "@comment": "fine",
    endpoints: [
      {
        endpoint: "/a",
        headers_to_pass: ["A"],
        backend: [{ host: ["http://a"], extra_config: { "a/b": {} } }],
      },
    ],
    extra_config: { router: { auto_option: true }, "telemetry/influx": {} },
  });

  const marked = warnings.filter(({ isUnknownName }) => isUnknownName === true);
  expect(marked.map(({ path }) => path)).toEqual([
    "$.timeoutt",
    "$.endpoints[0].headers_to_pass",
    '$.endpoints[0].backend[0].extra_config["a/b"]',
    "$.extra_config.router.auto_option",
  ]);
  expect(warnings.length).toBeGreaterThan(marked.length);
});

test("a duration beyond all numbers is a problem of the file", () => {
  const text = Buffer.from('{"version": 3, "timeout": 1e999}');

  const loaded = loadConfig({ text, name: "gw.json", format: "json" }, { environment: {} });

  const messages = "problems" in loaded ? loaded.problems.map(({ message }) => message) : [];
  expect(messages).toEqual(["is beyond the range of numbers"]);
});

const templates = {
  file: "environment",
  path: "FC_ENABLE",
  value: '"1"',
  message: expect.stringMatching(/^templates are not rendered yet, .*render it first, .*FC_OUT/),
  severity: "error",
};
const environment = { FC_ENABLE: "1", KRAKEND_TIMEOUTS: "1s" };

test("FC_ENABLE stands before the problems of a file that is a template", () => {
  const text = Buffer.from('{"version": 3, {{ template "x" }}}');

  const loaded = loadConfig({ text, name: "gw.json", format: "json" }, { environment });

  expect("problems" in loaded && loaded.problems).toEqual([
    expect.objectContaining(templates),
    expect.objectContaining({ file: "gw.json", line: 1 }),
  ]);
});

test("FC_ENABLE is an error among the warnings of a file that can be served", () => {
  const { config, warnings } = loadObject({ port: 8000 }, { environment });

  expect(config?.port).toBe(8000);
  expect(warnings).toEqual([
    expect.objectContaining(templates),
    expect.objectContaining({ path: "KRAKEND_TIMEOUTS", severity: "warning" }),
  ]);
});

test("an empty FC_ENABLE says nothing", () => {
  expect(loadObject({}, { environment: { FC_ENABLE: "" } }).warnings).toEqual([]);
});
