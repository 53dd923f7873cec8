import { describe, expect, test } from "bun:test";
import { arena } from "./arena.ts";
import { type JsonBlock, type Value, withJsonBlock } from "./block.ts";
import { shapeFailure } from "./json-failure.ts";
import { JsonNumber } from "./json-number.ts";

describe("a block", () => {
  test("refuses a value of an earlier block", () => {
    const old = withJsonBlock((block) => scanned(block, '{"secret":1}'));

    withJsonBlock((block) => {
      scanned(block, '{"other":2}');
      for (const use of usesOf(old)) expect(() => use(block)).toThrow(/outside the block/);
    });
  });

  test("refuses every use after its end, also while another one is open", () => {
    let ended: JsonBlock | undefined;
    const old = withJsonBlock((block) => {
      ended = block;
      return scanned(block, '{"a":1}');
    });

    const tryAll = () => {
      for (const use of usesOf(old)) expect(() => use(ended!)).toThrow(/after its end/);
    };
    tryAll();
    withJsonBlock(tryAll);
  });

  test("never shows the bytes of the block before", () => {
    withJsonBlock((block) => scanned(block, `{"secret":"${"s".repeat(1000)}"}`));

    const text = withJsonBlock((block) => emitted(block, scanned(block, '{"a":"<"}')));

    expect(text).toBe('{"a":"\\u003c"}');
  });

  test("cannot be opened inside another one", () => {
    expect(() => withJsonBlock(() => withJsonBlock(() => 0))).toThrow(/inside another/);
    expect(withJsonBlock(() => 1)).toBe(1);
  });

  test("ends when its work throws", () => {
    const work = () => {
      throw new Error("a bug");
    };

    expect(() => withJsonBlock(work)).toThrow("a bug");
    expect(withJsonBlock(() => 1)).toBe(1);
  });

  test("has ended when a promise of its work goes on", async () => {
    const late = withJsonBlock(async (block) => {
      await Promise.resolve();
      return block.object();
    });

    await expect(late).rejects.toThrow(/after its end/);
  });

  test("gives the memory of a very large document back", () => {
    const filler = "x".repeat(1024);
    const body = JSON.stringify(Array.from({ length: 64 * 1024 }, (_, id) => ({ id, filler })));

    const bytes = withJsonBlock((block) => block.emit(scanned(block, body)));

    expect(bytes.length).toBeGreaterThan(64 * 1024 * 1024);
    expect(Buffer.from(bytes.subarray(0, 40)).toString()).toStartWith('[{"filler":"xxx');
    expect(arena.bytes.length).toBeLessThan(1024 * 1024);
    expect(arena.tape.length).toBeLessThan(1024 * 1024);
  });
});

describe("reading", () => {
  test("knows kinds, texts and emptiness", () => {
    withJsonBlock((block) => {
      const items = block.items(scanned(block, '["\\u0041é\\n",1.50,true,false,null,{},[],[0]]'));

      expect(items.map((item) => block.kind(item))).toEqual([
        "string",
        "number",
        "boolean",
        "boolean",
        "null",
        "object",
        "array",
        "array",
      ]);
      expect(items.slice(0, 5).map((item) => block.text(item))).toEqual([
        "Aé\n",
        "1.50",
        "true",
        "false",
        "null",
      ]);
      expect(items.map((item) => block.isEmpty(item))).toEqual([
        false,
        false,
        false,
        false,
        false,
        true,
        true,
        false,
      ]);
      expect(() => block.text(items[5]!)).toThrow(TypeError);
    });
  });

  test("finds members and paths; of equal keys the last", () => {
    withJsonBlock((block) => {
      const value = scanned(block, '{"b":{"é":{"":1}},"a":2,"b":{"é":{"":3}},"\\u0063":[4]}');
      const textAt = (...path: string[]) => {
        const found = block.at(value, path);
        return found === undefined ? undefined : emitted(block, found);
      };

      expect(textAt("b", "é", "")).toBe("3");
      expect(textAt("c")).toBe("[4]");
      expect(textAt("c", "0")).toBeUndefined();
      expect(textAt("a", "x")).toBeUndefined();
      expect(textAt("é")).toBeUndefined();
      expect(textAt()).toBe('{"a":2,"b":{"é":{"":3}},"c":[4]}');
      expect(block.get(block.get(value, "a")!, "x")).toBeUndefined();
    });
  });

  test("lists members in the order of the document with their places", () => {
    withJsonBlock((block) => {
      scanned(block, '{"before":1}');
      const value = scanned(block, ' {"b" : 1,"a":2, "b":3,"\\"\\u0063\\\\" : [4]}');

      const members = block.members(value).map(({ key, value: member, keyOffset }) => {
        return [key, emitted(block, member), keyOffset, block.offset(member)];
      });

      expect(members).toEqual([
        ["a", "2", 10, 14],
        ["b", "3", 17, 21],
        ['"c\\', "[4]", 23, 38],
      ]);
      block.set(value, "made", block.get(value, "a")!);
      expect(block.members(value).at(-1)).toMatchObject({ key: "made", keyOffset: -1 });
      expect(block.offset(value)).toBe(1);
      expect(block.offset(block.object())).toBe(-1);
      expect(block.offset(block.string("x"))).toBe(-1);
    });
  });

  test("makes plain objects without prototype", () => {
    withJsonBlock((block) => {
      const value = scanned(block, '{"__proto__":{"x":[1.0,"s",null,true]},"n":1E3,"n":2}');

      const plain = block.toPlain(value, "number") as Record<string, unknown>;

      expect(Object.getPrototypeOf(plain)).toBeNull();
      expect(Object.entries(plain)).toEqual([
        ["__proto__", Object.assign(Object.create(null), { x: [1, "s", null, true] })],
        ["n", 2],
      ]);
      expect(({} as Record<string, unknown>).x).toBeUndefined();
    });
  });

  test("keeps the text of numbers where asked", () => {
    const plain = withJsonBlock((block) =>
      block.toPlain(scanned(block, "[12345678901234567890,1.0]"), "text"),
    );

    expect(plain).toEqual([new JsonNumber("12345678901234567890"), new JsonNumber("1.0")]);
  });
});

describe("making", () => {
  test.each([
    [25, "25"],
    [1.0, "1"],
    [-0, "-0"],
    [0.1, "0.1"],
    [1e20, "100000000000000000000"],
    [1e21, "1e+21"],
    [1e-6, "0.000001"],
    [1e-7, "1e-7"],
    [1.5e300, "1.5e+300"],
    [Number.NaN, "null"],
    [12345678901234567890n, "12345678901234567890"],
    [new JsonNumber("1.50"), "1.50"],
    [undefined, "null"],
    ["<\ud800\n", '"\\u003c\ufffd\\n"'],
    [[1, [true, null], { b: 1, a: "é" }], '[1,[true,null],{"a":"é","b":1}]'],
    [JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
  ])("%p becomes %s", (plain, expected) => {
    expect(withJsonBlock((block) => emitted(block, block.fromPlain(plain)))).toBe(expected);
  });

  test("a cycle of plain objects is refused", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);

    expect(() => withJsonBlock((block) => block.fromPlain(cycle))).toThrow(RangeError);
  });

  test("strings of bytes keep them for bytes() and show what is broken elsewhere", () => {
    const body = Buffer.from("a\\n<\xff\xe2\x82", "latin1");

    withJsonBlock((block) => {
      const value = block.stringBytes(body);

      expect(Buffer.from(block.bytes(value))).toEqual(body);
      expect(block.text(value)).toBe("a\\n<\ufffd\ufffd\ufffd");
      expect(emitted(block, value)).toBe('"a\\\\n\\u003c\\ufffd\\ufffd\\ufffd"');
    });
  });

  test("bytes() of a scanned string are its characters", () => {
    withJsonBlock((block) => {
      const value = scanned(block, '"\\u00e9<\\n"');

      expect(Buffer.from(block.bytes(value)).toString()).toBe("é<\n");
    });
  });

  test.each(["", "x", "01", "1 ", " 1", "1,2", "NaN", "1.", "--1"])("%j is no number", (text) => {
    expect(() => withJsonBlock((block) => block.number(text))).toThrow(TypeError);
  });

  test("a member is replaced where it stands, in an object that is not sorted", () => {
    const text = withJsonBlock((block) => {
      const value = block.orderedObject([
        ["z", block.number("1")],
        ["a", block.string("x")],
        ["m", block.literal(true)],
      ]);
      block.set(value, "a", block.literal(null));
      block.set(value, "b", block.array([]));
      return emitted(block, value);
    });

    expect(text).toBe('{"z":1,"a":null,"m":true,"b":[]}');
  });

  test("a change deep in a canonical document shows", () => {
    const text = withJsonBlock((block) => {
      const value = scanned(block, '{"a":{"b":{"c":1}},"z":[1]}');
      block.set(block.at(value, ["a", "b"])!, "added", block.number("2.0"));
      block.set(value, "z", block.string("new"));
      return emitted(block, value);
    });

    expect(text).toBe('{"a":{"b":{"added":2.0,"c":1}},"z":"new"}');
  });

  test("setting a key that is there twice leaves one", () => {
    const text = withJsonBlock((block) => {
      const value = scanned(block, '{"a":1,"b":2,"a":3,"c":4,"a":5}');
      block.set(value, "a", block.number("6"));
      return `${emitted(block, value)} ${block.members(value).length}`;
    });

    expect(text).toBe('{"a":6,"b":2,"c":4} 3');
  });

  test("a value that belongs to something is copied, so that documents stay trees", () => {
    const text = withJsonBlock((block) => {
      const value = scanned(block, '{"a":{"x":"<"}}');
      const inner = block.get(value, "a")!;
      const other = block.array([inner, inner, inner]);
      block.set(inner, "self", inner);
      block.set(inner, "root", value);
      return emitted(block, block.array([value, other]));
    });

    const inner = '{"x":"\\u003c"}';
    const self = `{"self":${inner},"x":"\\u003c"}`;
    const root = `{"a":{"root":{"a":${self}},"self":${inner},"x":"\\u003c"}}`;
    expect(text).toBe(`[${root},[${inner},${inner},${inner}]]`);
  });
});

test.each([
  [
    "boolean",
    "object",
    "json: cannot unmarshal bool into Go value of type map[string]interface {}",
  ],
  ["object", "array", "json: cannot unmarshal object into Go value of type []interface {}"],
] as const)("a %s where an %s is wanted has Go's text", (found, wanted, expected) => {
  expect(shapeFailure(found, wanted)).toBe(expected);
});

function usesOf(value: Value): ((block: JsonBlock) => unknown)[] {
  return [
    (block) => block.kind(value),
    (block) => block.emit(value),
    (block) => block.get(value, "secret"),
    (block) => block.toPlain(value, "number"),
    (block) => block.group(value, "g"),
    (block) => block.set(value, "k", value),
    (block) => block.array([value]),
  ];
}

function scanned(block: JsonBlock, body: string): Value {
  const value = block.scan(Buffer.from(body));
  if (typeof value === "object") throw new Error(value.message);
  return value;
}

function emitted(block: JsonBlock, value: Value): string {
  return Buffer.from(block.emit(value)).toString();
}

test("counts what stands in an object or array, a repeated key as often as it is there", () => {
  withJsonBlock((block) => {
    const sizeOf = (text: string) => {
      const value = block.scan(Buffer.from(text));
      return typeof value === "object" ? -1 : block.size(value);
    };

    expect(sizeOf('{"a":1,"b":2,"a":3}')).toBe(3);
    expect(sizeOf("[1,[2]]")).toBe(2);
    expect(sizeOf('"text"')).toBe(0);
  });
});
