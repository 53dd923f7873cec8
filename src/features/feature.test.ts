import { expect, test } from "bun:test";
import { z } from "zod";
import { defineFeature } from "./feature.ts";

function feature(isCaseSensitive: boolean) {
  const seen: unknown[] = [];
  const built = defineFeature({
    namespace: "test",
    schema: () => z.looseObject({ maxRate: z.number().optional() }),
    isCaseSensitive,
    transport(options) {
      seen.push(options.maxRate);
      return (next) => next;
    },
  });
  return { built, seen };
}

test("options that do not fit switch a feature off", () => {
  const { built, seen } = feature(true);

  expect(built.transport({ maxRate: "many" })).toBeUndefined();
  expect(built.transport("nonsense")).toBeUndefined();
  expect(built.transport(undefined)).toBeUndefined();
  expect(seen).toEqual([]);
});

test.each([
  [true, { MAXRATE: 1 }, undefined],
  [false, { MAXRATE: 1 }, 1],
  [false, { MAXRATE: 1, maxRate: 2 }, 2],
])("with case sensitivity %p, %j gives %p", (isCaseSensitive, options, maxRate) => {
  const { built, seen } = feature(isCaseSensitive);

  built.transport(options);

  expect(seen).toEqual([maxRate]);
});
