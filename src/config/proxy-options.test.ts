import { expect, test } from "bun:test";
import { loadObject } from "./fixture.ts";

const host = ["http://a"];

test("reads the options of an endpoint", () => {
  const { endpoint } = loadEndpoint({
    sequential: true,
    sequential_propagated_params: ["resp0_x"],
    static: { data: { a: 1 }, strategy: "errored" },
    flatmap_filter: [{ type: "del", args: ["a"] }],
  });

  expect(endpoint?.proxy).toEqual({
    isSequential: true,
    sequentialPropagatedParams: ["resp0_x"],
    static: { strategy: "errored", data: { a: 1 } },
    flatmap: [{ type: "del", args: ["a"] }],
  });
});

test.each(["nonsense", 5, null, { a: 1 }])("takes the strategy %p for always", (strategy) => {
  const { endpoint } = loadEndpoint({ static: { data: { a: 1 }, strategy } });

  expect(endpoint?.proxy.static?.strategy).toBe("always");
});

test("switches static off when its data is no object", () => {
  expect(loadEndpoint({ static: { data: [1] } }).endpoint?.proxy.static).toBeNull();
});

test("takes every other type than a boolean for not sequential", () => {
  expect(loadEndpoint({ sequential: "true" }).endpoint?.proxy.isSequential).toBe(false);
});

test.each([
  [{ combiner: 5 }, "combiner"],
  [{ sequential_propagated_params: [1] }, "sequential_propagated_params"],
])("refuses %j, which would end KrakenD with a panic", (proxy, name) => {
  expect(loadEndpoint(proxy).problems[0]?.path).toBe(`$.endpoints[0].extra_config.proxy.${name}`);
});

test("skips items of a filter that are no operations and those with too few paths", () => {
  const { endpoint, warnings } = loadEndpoint({
    flatmap_filter: [
      "x",
      { args: ["a"] },
      { type: "mov", args: ["a", "b"] },
      { type: "move", args: ["a"] },
      { type: "append", args: ["a", "b"] },
    ],
  });

  expect(endpoint?.proxy.flatmap).toEqual([{ type: "append", args: ["a", "b"] }]);
  const skipped = warnings.filter(({ severity }) => severity === "warning");
  expect(skipped).toHaveLength(4);
  expect(skipped[2]?.nearest).toBe("move");
});

test("takes a path that is no text for none, and not the next one in its place", () => {
  const { endpoint } = loadEndpoint({
    flatmap_filter: [
      { type: "move", args: [5, "a", "b"] },
      { type: "append", args: ["a", "b", "c"] },
      { type: "del", args: [5, "a", null, "b"] },
    ],
  });

  expect(endpoint?.proxy.flatmap).toEqual([
    { type: "append", args: ["a", "b"] },
    { type: "del", args: ["a", "b"] },
  ]);
});

test("drops an endpoint's filter when fewer than two regular backends are left", () => {
  const filter = { flatmap_filter: [{ type: "del", args: ["a"] }] };

  const { endpoint } = loadEndpoint(filter, [{}, { extra_config: { proxy: { shadow: true } } }]);

  expect(endpoint?.proxy.flatmap).toEqual([]);
});

test("lets a backend's filter replace allow, deny and mapping, even if it does nothing", () => {
  const { endpoint, warnings } = loadEndpoint({}, [
    {
      allow: ["a"],
      mapping: { a: "b" },
      extra_config: { proxy: { flatmap_filter: [{ type: "unknown" }] } },
    },
  ]);

  expect(endpoint?.backends[0]).toMatchObject({ allow: [], mapping: [], flatmap: [] });
  expect(warnings.map(({ path }) => path)).toContain("$.endpoints[0].backend[0].allow");
});

test.each([
  [{ shadow: true }, { timeoutMs: 3000 }],
  [{ shadow: true, shadow_timeout: "100ms" }, { timeoutMs: 100 }],
  [{ shadow: true, shadow_timeout: "soon" }, { timeoutMs: 3000 }],
  [{ shadow: "true", shadow_timeout: "100ms" }, null],
  [{}, null],
])("reads the shadow settings %j", (proxy, shadow) => {
  const { endpoint } = loadEndpoint({}, [{}, { extra_config: { proxy } }]);

  expect(endpoint?.backends[1]?.shadow).toEqual(shadow);
});

test("warns when all backends are shadows", () => {
  const { warnings } = loadEndpoint({}, [{ extra_config: { proxy: { shadow: true } } }]);

  expect(warnings[0]?.message).toContain("always answers 500");
});

function loadEndpoint(proxy: object, backend: readonly object[] = [{}, {}]) {
  const endpoint = { endpoint: "/a", timeout: "3s", extra_config: { proxy }, backend };
  const { config, problems, warnings } = loadObject({ host, endpoints: [endpoint] });
  return { endpoint: config?.endpoints[0], problems, warnings };
}
