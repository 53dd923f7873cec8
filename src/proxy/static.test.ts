import { describe, expect, test } from "bun:test";
import type { StaticConfig } from "../config/model.ts";
import type { Gathered } from "../contracts.ts";
import { failure } from "../errors.ts";
import { broken, part, request, type Settled, settled } from "./stage.fixture.ts";
import { withStaticData } from "./static.ts";

async function withData(
  answer: Gathered | Promise<Gathered>,
  data: StaticConfig["data"],
  strategy: StaticConfig["strategy"] = "always",
): Promise<Settled> {
  return settled(await withStaticData(() => answer, { strategy, data })(request()));
}

/** A partial result of several backends. */
const partial: Gathered = {
  settle(block) {
    const result = part('{"a":1}', { isComplete: false }).settle(block);
    return { ...result, error: failure("backend_status", "x") };
  },
};

describe("static data", () => {
  test.each<[StaticConfig["strategy"], boolean[]]>([
    ["always", [true, true, true, true, true]],
    ["success", [true, true, false, false, true]],
    ["errored", [false, false, true, true, false]],
    ["complete", [true, false, false, false, true]],
    ["incomplete", [false, true, true, true, false]],
  ])(
    "with the strategy %s is set into whole, incomplete, partial, failed and empty answers: %p",
    async (strategy, fires) => {
      const answers = [
        part('{"a":1}'),
        part('{"a":1}', { isComplete: false }),
        partial,
        broken("x"),
        part(null),
      ];

      const all = await Promise.all(answers.map((one) => withData(one, { s: 1 }, strategy)));

      expect(all.map(({ data }) => data?.includes('"s":1') ?? false)).toEqual(fires);
    },
  );

  test("never changes whether an answer is complete", async () => {
    expect(await withData(part('{"a":1}'), { s: 1 })).toMatchObject({ isComplete: true });
    expect(await withData(part("{}", { isComplete: false }), { s: 1 })).toMatchObject({
      isComplete: false,
    });
  });

  test("makes an incomplete answer of a failure, which stays one", async () => {
    expect(await withData(broken("x"), { s: 1 })).toMatchObject({
      data: '{"s":1}',
      isComplete: false,
      message: "x",
    });
  });

  test("replaces members of the same name whole", async () => {
    const { data } = await withData(part('{"a":{"x":1},"b":1.0}'), { a: { y: 2 } });

    expect(data).toBe('{"a":{"y":2},"b":1.0}');
  });

  test("is set into answers that come later", async () => {
    expect((await withData(Promise.resolve(part('{"a":1}')), { s: 1 })).data).toBe('{"a":1,"s":1}');
  });

  test("may be set again and again", async () => {
    const gathered = await withStaticData(() => part('{"a":1}'), {
      strategy: "always",
      data: { s: 1 },
    })(request());

    expect([settled(gathered).data, settled(gathered).data]).toEqual([
      '{"a":1,"s":1}',
      '{"a":1,"s":1}',
    ]);
  });

  test.each<[unknown, string]>([
    [25, "25"],
    [1.0, "1"],
    [-0, "-0"],
    [0.5, "0.5"],
    [1e-6, "0.000001"],
    [1e-7, "1e-7"],
    [1e21, "1e+21"],
    [2 ** 53, "9007199254740992"],
    ["<é>", '"\\u003cé\\u003e"'],
    [null, "null"],
    [true, "true"],
    [[1, "two", null, { three: 3 }], '[1,"two",null,{"three":3}]'],
    [{}, "{}"],
  ])("keeps its JSON type: %p", async (value, text) => {
    expect((await withData(part("{}"), { v: value })).data).toBe(`{"v":${text}}`);
  });

  test("knows no special names", async () => {
    const data = JSON.parse('{"__proto__":{"x":1},"constructor":2}');

    expect((await withData(part('{"__proto__":0,"a":1}'), data)).data).toBe(
      '{"__proto__":{"x":1},"a":1,"constructor":2}',
    );
  });
});
