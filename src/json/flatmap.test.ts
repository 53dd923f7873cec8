import { expect, test } from "bun:test";
import { withJsonBlock } from "./block.ts";
import { compileFlatmap, type WrittenOperation } from "./flatmap-plan.ts";

const move = (...args: string[]): WrittenOperation => ({ type: "move", args });
const del = (...args: string[]): WrittenOperation => ({ type: "del", args });
const append = (...args: string[]): WrittenOperation => ({ type: "append", args });

const cases: [string, string, WrittenOperation[], string][] = [
  ["moves nothing that is missing", '{"a":1}', [move("b", "c")], '{"a":1}'],
  ["overwrites what is there", '{"a":1,"b":2}', [move("a", "b")], '{"b":1}'],
  [
    "overwrites for the operations that follow, too",
    '{"u":{"n":"Ada"},"id":1}',
    [move("u.n", "id"), move("id", "x")],
    '{"u":null,"x":"Ada"}',
  ],
  [
    "renames under a wildcard",
    '{"r":[{"c":1},{}]}',
    [move("r.*.c", "r.*.x")],
    '{"r":[{"x":1},{}]}',
  ],
  [
    "wraps under a wildcard",
    '{"r":[{"c":1}]}',
    [move("r.*.c", "r.*.c.v")],
    '{"r":[{"c":{"v":1}}]}',
  ],
  [
    "aligns wildcards place by place at any depth",
    '{"a":[{"b":[{"c":{"d":1}},{"c":{"d":2}}]}]}',
    [move("a.*.b.*.c.d", "a.*.b.*.d")],
    '{"a":[{"b":[{"c":null,"d":1},{"c":null,"d":2}]}]}',
  ],
  [
    "lets wildcards range over keys",
    '{"a":{"q":{"b":[7,8]},"p":{"b":[9]}}}',
    [move("a.*.b.0", "a.*.head")],
    '{"a":{"p":{"b":null,"head":9},"q":{"b":[8],"head":7}}}',
  ],
  ["lifts out of an item", '{"a":[{"b":1.50}]}', [move("a.0.b", "b")], '{"a":[null],"b":1.50}'],
  [
    "carries matches over to another list by their positions",
    '{"a":[{"v":{"p":1}},{"v":{"p":2}}],"b":[{},{},{}]}',
    [move("a.*.v.p", "b.*.p")],
    '{"a":[{"v":null},{"v":null}],"b":[{"p":1},{"p":2},{}]}',
  ],
  [
    "takes names in front of the last as they are",
    '{"a":{"b":1}}',
    [move("a.b", "x.y")],
    '{"a":{"y":1}}',
  ],
  [
    "lifts as far as the path exists",
    '{"a":{"b":{"c":1}}}',
    [move("a.b.c", "x.y")],
    '{"a":{"b":null},"y":1}',
  ],
  [
    "keeps the last of several",
    '{"r":[{"v":1},{"v":2}]}',
    [move("r.*.v", "v")],
    '{"r":[null,null],"v":2}',
  ],
  [
    "appends an item below an array",
    '{"x":1,"l":[0]}',
    [move("x", "l.any.x")],
    '{"l":[0,{"x":1}]}',
  ],
  [
    "finds the item again that it appended",
    '{"x":1,"y":2,"l":[]}',
    [move("x", "l.any.x"), move("y", "l.any.y")],
    '{"l":[{"x":1,"y":2}]}',
  ],
  [
    "makes an object of a scalar on the way",
    '{"a":1,"s":"t"}',
    [move("a", "s.a")],
    '{"s":{"a":1}}',
  ],
  ["keeps positions until the end", '{"l":[1,2,3]}', [del("l.0"), del("l.1")], '{"l":[3]}'],
  [
    "removes nothing at places that are none",
    '{"l":[1,2]}',
    [del("l.2", "l.-1", "l.00", "l.x", "l.99999999999")],
    '{"l":[1,2]}',
  ],
  ["leaves null where an object was emptied", '{"l":[{"k":1}]}', [del("l.*.k")], '{"l":[null]}'],
  [
    "leaves the backend's [] and {}",
    '{"a":[],"o":{},"b":1}',
    [del("a.*", "o.*")],
    '{"a":[],"b":1,"o":{}}',
  ],
  [
    "leaves the backend's [] and {} once they are empty again",
    '{"a":[],"o":{},"b":1,"c":2}',
    [move("b", "a.x.y"), move("c", "o.x"), del("a.x", "o.x")],
    '{"a":[],"o":{}}',
  ],
  [
    "appends the item again that it appended last",
    '{"x":1,"l":[0]}',
    [move("x", "l.any.x"), append("*.any", "l")],
    '{"l":[0,{"x":1}]}',
  ],
  ["leaves null of everything", '{"a":1,"b":2}', [del("*")], "null"],
  ["counts of a key that is there twice the last", '{"a":1,"a":2}', [move("a", "b")], '{"b":2}'],
  [
    "meets a member that is there twice once",
    '{"o":{"k":{"x":1},"k":{"y":2}}}',
    [move("o.*.x", "x")],
    '{"o":{"k":{"y":2}}}',
  ],
  [
    "takes names of JavaScript as data",
    '{"__proto__":{"constructor":1},"a":[]}',
    [move("__proto__.constructor", "toString"), move("a", "__proto__.hasOwnProperty")],
    '{"__proto__":{"hasOwnProperty":[]},"toString":1}',
  ],
  ["appends to the end", '{"a":[1,{"x":2}],"b":[3]}', [append("a", "b")], '{"b":[3,1,{"x":2}]}'],
  [
    "counts on from the last position",
    '{"a":[1],"b":[3]}',
    [append("a", "b"), del("b.1")],
    '{"b":[3]}',
  ],
  [
    "appends nothing that is missing",
    '{"b":[3]}',
    [append("a", "b"), append("b", "c")],
    '{"b":[3]}',
  ],
  ["appends nothing that is no array", '{"a":{},"b":[3]}', [append("a", "b")], '{"a":{},"b":[3]}'],
  [
    "does not append to what was emptied",
    '{"a":[1],"b":[3]}',
    [del("b.0"), append("a", "b")],
    '{"a":[1],"b":null}',
  ],
  ["appends to []", '{"a":[1],"b":[]}', [append("a", "b")], '{"b":[1]}'],
  [
    "keeps the order after a removal",
    '{"a":[9],"b":[1,2,3]}',
    [del("b.0"), append("a", "b")],
    '{"b":[2,3,9]}',
  ],
  ["does not append to itself", '{"a":[1]}', [append("a", "a")], '{"a":[1]}'],
  ["does not append to what is inside", '{"a":[[1],2]}', [append("a", "a.0")], '{"a":[[1],2]}'],
  ["appends what is inside", '{"a":[[1],2]}', [append("a.0", "a")], '{"a":[2,1]}'],
  [
    "appends what a wildcard meets, null for what lacks it",
    '{"r":[{"k":1},{"v":0},{"k":3}],"l":[]}',
    [append("r.*.k", "l")],
    '{"l":[1,null,3],"r":[null,{"v":0},null]}',
  ],
  ["does nothing with too few paths", '{"a":[1]}', [move("a"), append("a"), del()], '{"a":[1]}'],
];

test.each(cases)("%s: %s", (_, text, operations, expected) => {
  expect(reshape(text, operations)).toBe(expected);
});

test.each(cases)("%s, spelled otherwise: %s", (_, text, operations, expected) => {
  const spelled = text.replaceAll(/[,:]/g, " $& ").replaceAll('"a"', '"\\u0061"');

  expect(reshape(spelled, operations)).toBe(expected);
});

test("a sealed value moves as a whole, and no path leads into it", () => {
  const operations = [
    del("e.a", "e.*"),
    move("e.a", "x"),
    move("b", "e.b"),
    move("b", "e.b.c"),
    move("u.v.w", "e.b"),
    append("e.l", "l"),
    move("e", "problem"),
  ];

  const text = withJsonBlock((block) => {
    const root = block.scan(Buffer.from('{"b":1,"u":{"v":{"w":2}},"l":[]}'));
    if (typeof root === "object") throw new Error(root.message);
    const sealed = block.orderedObject([
      ["l", block.array([])],
      ["a", block.number("1.0")],
    ]);
    block.seal(sealed);
    block.set(root, "e", sealed);
    block.flatmap(root, compileFlatmap(operations));
    return block.emit(root).toString();
  });

  expect(text).toBe('{"b":1,"l":[],"problem":{"l":[],"a":1.0},"u":{"v":{"w":2}}}');
});

test.each([
  [move("rows.*.v", "rows.*.x")],
  [move("rows.*.v", "rows.*.v.w.x")],
  [move("rows.*.v.p", "rows.*.p")],
  [move("rows.*.v.p", "twin.*.p")],
  [move("rows.*.v.p", "l.p")],
  [del("rows.*.v.p", "rows.*.v")],
  [append("rows.*.v", "l")],
  [append("rows", "l")],
])(
  "a list of many rows takes time in proportion: %j",
  (operation) => {
    const rows = Array.from({ length: 100_000 }, () => '{"v":{"p":1}}').join();

    const text = reshape(`{"rows":[${rows}],"l":[],"twin":[${rows}]}`, [operation]);

    expect(text.length).toBeGreaterThan(1_000_000);
  },
  5_000,
);

function reshape(text: string, operations: readonly WrittenOperation[]): string {
  return withJsonBlock((block) => {
    const root = block.scan(Buffer.from(text));
    if (typeof root === "object") throw new Error(root.message);
    const left = block.flatmap(root, compileFlatmap(operations));
    return left === null ? "null" : block.emit(left).toString();
  });
}
