import { describe, expect, test } from "bun:test";
import { type JsonBlock, type Value, withJsonBlock } from "./block.ts";
import { compileAllow, compileDeny, compileMapping } from "./filters.ts";

const document = `{"id":7,"name":"Ada","a":{"x":1,"y":{"z":2,"w":[1,2]},"q":null},
  "list":[{"k":1,"v":"one"}],"flag":false,"empty":{},"none":[]}`;

describe("allow", () => {
  test.each([
    [["id", "a.x"], '{"a":{"x":1},"id":7}'],
    [["a"], '{"a":{"q":null,"x":1,"y":{"w":[1,2],"z":2}}}'],
    [["a.y.z", "a.q"], '{"a":{"q":null,"y":{"z":2}}}'],
    [["id", "list.k"], '{"id":7}'],
    [["id.x", "name.first", "flag"], '{"flag":false}'],
    [["absent", "a.absent"], "{}"],
    [["empty", "none"], '{"empty":{},"none":[]}'],
    [["empty.x", "a.y.absent", "id"], '{"id":7}'],
    [["ID", "Name", "id"], '{"id":7}'],
    [["a", "a.x"], '{"a":{"x":1}}'],
    [["a.x", "a"], '{"a":{"q":null,"x":1,"y":{"w":[1,2],"z":2}}}'],
  ])("%j", (paths, expected) => {
    expect(shaped(document, (block, value) => block.allow(value, compileAllow(paths)))).toBe(
      expected,
    );
  });

  test.each([
    ['{"a":{"x":1},"a":1,"b":2}', '{"b":2}'],
    ['{"a":1,"a":{"x":1},"b":2}', '{"a":{"x":1},"b":2}'],
    ['{"a":{"x":1},"b":2,"a":{"x":3}}', '{"a":{"x":3},"b":2}'],
    ['{"b":1,"a":{"x":1},"b":2,"a":[]}', '{"b":2}'],
  ])("of equal keys only the last counts: %s", (body, expected) => {
    const filter = compileAllow(["a.x", "b"]);

    expect(shaped(body, (block, value) => block.allow(value, filter))).toBe(expected);
  });

  test("a key that the body escapes is found by its characters", () => {
    const filter = compileAllow(["é.<", ""]);

    const text = shaped('{"\\u00e9":{"\\u003c":1},"":2,"e":3}', (block, value) =>
      block.allow(value, filter),
    );

    expect(text).toBe('{"":2,"é":{"\\u003c":1}}');
  });

  test("a compiled filter keeps nothing from the documents before", () => {
    const filter = compileAllow(["a.x", "b"]);
    const apply = (block: JsonBlock, value: Value) => block.allow(value, filter);

    const texts = ['{"b":1,"a":2}', '{"b":2,"a":{"x":2}}', '{"b":3,"a":{"x":3}}'].map((body) =>
      shaped(body, apply),
    );

    expect(texts).toEqual(['{"b":1}', '{"a":{"x":2},"b":2}', '{"a":{"x":3},"b":3}']);
  });
});

describe("deny", () => {
  test.each([
    [["list", "a", "flag", "empty", "none"], '{"id":7,"name":"Ada"}'],
    [["a.x", "a.y", "a.q", "list", "name", "flag", "none", "empty"], '{"a":{},"id":7}'],
    [["id", "name", "a", "list", "flag", "empty", "none"], "{}"],
  ])("%j", (paths, expected) => {
    expect(shaped(document, (block, value) => block.deny(value, compileDeny(paths)))).toBe(
      expected,
    );
  });

  test("arrays are not entered and absent paths change nothing", () => {
    const filter = compileDeny(["list.k", "list.0", "none.0", "nope", "a.nope", "id.nope"]);

    const text = shaped(document, (block, value) => block.deny(value, filter));

    expect(JSON.parse(text)).toEqual(JSON.parse(document));
  });

  test.each([[["a.y.z", "a.y"]], [["a.y", "a.y.z"]]])("the shorter path decides: %j", (paths) => {
    const filter = compileDeny(paths);

    expect(shaped('{"a":{"y":{"z":1,"w":2}}}', (block, value) => block.deny(value, filter))).toBe(
      '{"a":{}}',
    );
  });

  test("a sub-tree that was canonical shows what a nested path removed", () => {
    const filter = compileDeny(["a.b.c"]);

    expect(shaped('{"a":{"b":{"c":1,"d":2}}}', (block, value) => block.deny(value, filter))).toBe(
      '{"a":{"b":{"d":2}}}',
    );
  });
});

describe("mapping", () => {
  test.each<[[string, string][], string]>([
    [
      [
        ["id", "user_id"],
        ["a", "b"],
      ],
      '{"b":{"id":3},"name":"Ada","user_id":7}',
    ],
    [[["name", "id"]], '{"a":{"id":3},"id":"Ada"}'],
    [[["id", "id"]], '{"a":{"id":3},"name":"Ada"}'],
    [
      [
        ["ghost", "name"],
        ["Id", "x"],
      ],
      '{"a":{"id":3},"id":7,"name":"Ada"}',
    ],
    [[["id", ""]], '{"":7,"a":{"id":3},"name":"Ada"}'],
    [[["id", "__proto__"]], '{"__proto__":7,"a":{"id":3},"name":"Ada"}'],
    [[["id", "<é>"]], '{"\\u003cé\\u003e":7,"a":{"id":3},"name":"Ada"}'],
    [
      [
        ["id", "x"],
        ["x", "y"],
      ],
      '{"a":{"id":3},"name":"Ada","y":7}',
    ],
  ])("%j", (entries, expected) => {
    const mapping = compileMapping(entries);

    const text = shaped('{"a":{"id":3},"id":7,"name":"Ada"}', (block, value) =>
      block.rename(value, mapping),
    );

    expect(text).toBe(expected);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("of equal keys the last is renamed", () => {
    const mapping = compileMapping([["b", "a"]]);

    const text = shaped('{"b":1,"a":2,"b":3,"a":4}', (block, value) =>
      block.rename(value, mapping),
    );

    expect(text).toBe('{"a":3}');
  });
});

describe("target", () => {
  test.each([
    ["a", '{"q":null,"x":1,"y":{"w":[1,2],"z":2}}'],
    ["a.y", '{"w":[1,2],"z":2}'],
    ["empty", "{}"],
    ["b", "{}"],
    ["list", "{}"],
    ["name", "{}"],
    ["a.q", "{}"],
    ["list.0", "{}"],
    ["a.", "{}"],
  ])("%s", (path, expected) => {
    const text = shaped(document, (block, value) => block.target(value, path.split(".")));

    expect(text).toBe(expected);
  });

  test("what it found can be filtered, renamed and grouped", () => {
    const text = shaped(document, (block, value) => {
      const found = block.target(value, ["a"]);
      block.allow(found, compileAllow(["x", "y.z"]));
      block.rename(found, compileMapping([["x", "first"]]));
      return block.group(found, "out");
    });

    expect(text).toBe('{"out":{"first":1,"y":{"z":2}}}');
  });
});

describe("group", () => {
  test.each([
    ["g", "{}", '{"g":{}}'],
    ["g", "null", '{"g":null}'],
    ["a.b", '{"id":7}', '{"a.b":{"id":7}}'],
    ["__proto__", "[1,2]", '{"__proto__":[1,2]}'],
    ["<s>", '"x"', '{"\\u003cs\\u003e":"x"}'],
  ])("%s around %s", (key, body, expected) => {
    expect(shaped(body, (block, value) => block.group(value, key))).toBe(expected);
  });
});

describe("merge", () => {
  test.each([
    [['{"b":1,"a":{"x":1}}', '{"c":3,"a":{"y":2}}'], '{"a":{"y":2},"b":1,"c":3}'],
    [['{"a":1}', "{}", '{"a":2}', '{"a":3}'], '{"a":3}'],
    [["{}", "{}"], "{}"],
    [[], "{}"],
    [['{"__proto__":{"polluted":1}}', '{"b":2}'], '{"__proto__":{"polluted":1},"b":2}'],
  ])("%j", (bodies, expected) => {
    const text = withJsonBlock((block) => {
      const values = bodies.map((body) => scanned(block, body));
      return Buffer.from(block.emit(block.merge(values))).toString();
    });

    expect(text).toBe(expected);
  });

  test("takes a value out of another document without changing that one", () => {
    const text = withJsonBlock((block) => {
      const outer = scanned(block, '{"in":{"x":1}}');
      const inner = block.get(outer, "in");
      if (inner === undefined) throw new Error("no member");
      const merged = block.merge([inner, block.fromPlain({ y: 2 })]);
      return Buffer.from(block.emit(block.array([merged, outer]))).toString();
    });

    expect(text).toBe('[{"x":1,"y":2},{"in":{"x":1}}]');
  });
});

function shaped(body: string, shape: (block: JsonBlock, value: Value) => unknown): string {
  return withJsonBlock((block) => {
    const value = scanned(block, body);
    const result = shape(block, value);
    // The only numbers that these operations return are values.
    const shapedValue = typeof result === "number" ? (result as Value) : value;
    return Buffer.from(block.emit(shapedValue)).toString();
  });
}

function scanned(block: JsonBlock, body: string): Value {
  const value = block.scan(Buffer.from(body));
  if (typeof value === "object") throw new Error(value.message);
  return value;
}
