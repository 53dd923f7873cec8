import { expect, test } from "bun:test";
import { loadValid } from "../config/fixture.ts";
import { withJsonBlock } from "../json/block.ts";
import { compileFormatter } from "./formatter.ts";

/** Shapes a body, `null` for no data, as a backend with these options would. */
function shaped(options: object, body: string): string {
  const endpoint = { endpoint: "/a", backend: [{ url_pattern: "/", ...options }] };
  const config = loadValid({ host: ["http://a"], endpoints: [endpoint] });
  const format = compileFormatter(config.endpoints[0]!.backends[0]!);
  return withJsonBlock((block) => {
    const scanned = block.scan(Buffer.from(body));
    if (typeof scanned === "object") throw new Error(scanned.message);
    const data = format(block, body === "null" ? null : scanned);
    return data === null ? "no data" : block.emit(data).toString();
  });
}

test.each([
  ["nothing", {}, '{"b":1,"a":{}}', '{"a":{},"b":1}'],
  ["target", { target: "a.b" }, '{"a":{"b":{"c":1}},"x":1}', '{"c":1}'],
  ["a target that is not there", { target: "a.b" }, '{"a":1}', "{}"],
  ["allow", { allow: ["a", "b.c"] }, '{"a":1,"b":{"c":1,"d":1},"x":1}', '{"a":1,"b":{"c":1}}'],
  ["deny", { deny: ["a", "b.c"] }, '{"a":1,"b":{"c":1,"d":1},"x":1}', '{"b":{"d":1},"x":1}'],
  ["mapping", { mapping: { a: "z" } }, '{"a":1,"b":2}', '{"b":2,"z":1}'],
  ["group", { group: "g" }, '{"a":1}', '{"g":{"a":1}}'],
])("shapes with %s", (_, options, body, data) => {
  expect(shaped(options, body)).toBe(data);
});

test.each([
  ["target before allow", { target: "t", allow: ["a"] }, '{"t":{"a":1,"b":2},"a":3}', '{"a":1}'],
  ["allow instead of deny", { allow: ["a"], deny: ["a"] }, '{"a":1,"b":2}', '{"a":1}'],
  ["allow before mapping", { allow: ["a"], mapping: { a: "z" } }, '{"a":1,"z":2}', '{"z":1}'],
  ["deny before mapping", { deny: ["a"], mapping: { b: "a" } }, '{"a":1,"b":2}', '{"a":2}'],
  ["mapping before group", { mapping: { g: "z" }, group: "g" }, '{"g":1}', '{"g":{"z":1}}'],
])("takes the steps in KrakenD's order: %s", (_, options, body, data) => {
  expect(shaped(options, body)).toBe(data);
});

const moving = {
  extra_config: { proxy: { flatmap_filter: [{ type: "move", args: ["a.b", "c"] }] } },
};
const removing = { extra_config: { proxy: { flatmap_filter: [{ type: "del", args: ["*"] }] } } };

test.each([
  ["alone", moving, '{"a":{"b":1,"d":2}}', '{"a":{"d":2},"c":1}'],
  ["behind target", { target: "t", ...moving }, '{"t":{"a":{"b":1}}}', '{"a":null,"c":1}'],
  ["before group", { group: "a", ...moving }, '{"a":{"b":1}}', '{"a":{"a":null,"c":1}}'],
  [
    "instead of the other filters",
    { allow: ["c"], deny: ["a"], mapping: { c: "x" }, ...moving },
    '{"a":{"b":1},"d":2}',
    '{"a":null,"c":1,"d":2}',
  ],
  ["until nothing is left", removing, '{"a":1}', "no data"],
  ["until the group holds null", { group: "g", ...removing }, '{"a":1}', '{"g":null}'],
  ["not on a JSON null", moving, "null", "no data"],
])("runs a flatmap %s", (_, options, body, data) => {
  expect(shaped(options, body)).toBe(data);
});

test.each([
  ["an object in a list, with allow", { allow: ["a.b"] }, '{"a":[{"b":1}],"c":1}', "{}"],
  ["an object in a list, with deny", { deny: ["a.b"] }, '{"a":[{"b":1}]}', '{"a":[{"b":1}]}'],
  ["a list, with target", { target: "a" }, '{"a":[{"b":1}]}', "{}"],
  ["a key that is there twice, with allow", { allow: ["a.c"] }, '{"a":{"c":1},"a":{"b":2}}', "{}"],
  ["a key that is there twice, with deny", { deny: ["a"] }, '{"a":1,"b":2,"a":3}', '{"b":2}'],
  ["a key that is there twice, with mapping", { mapping: { a: "b" } }, '{"a":1,"a":2}', '{"b":2}'],
  ["a key that is there twice, with target", { target: "a" }, '{"a":{"b":1},"a":{}}', "{}"],
  [
    "a name of JavaScript",
    { allow: ["__proto__.x"] },
    '{"__proto__":{"x":1,"y":2}}',
    '{"__proto__":{"x":1}}',
  ],
])("meets %s as KrakenD does", (_, options, body, data) => {
  expect(shaped(options, body)).toBe(data);
});

test.each([
  ["nothing", {}, "no data"],
  ["target, which is then empty", { target: "a" }, "{}"],
  ["allow", { allow: ["a"] }, "no data"],
  ["deny", { deny: ["a"] }, "no data"],
  ["mapping", { mapping: { a: "z" } }, "no data"],
  ["group, which then holds null", { group: "g" }, '{"g":null}'],
])("makes of a JSON null with %s", (_, options, data) => {
  expect(shaped(options, "null")).toBe(data);
});
