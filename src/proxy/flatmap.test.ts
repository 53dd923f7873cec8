import { expect, test } from "bun:test";
import type { Gathered } from "../contracts.ts";
import { failure } from "../errors.ts";
import { withFlatmap } from "./flatmap.ts";
import { broken, part, request, type Settled, settled } from "./stage.fixture.ts";

async function reshaped(answer: Gathered | Promise<Gathered>): Promise<Settled> {
  const operations = [{ type: "move", args: ["a.b", "c"] } as const];
  return settled(await withFlatmap(() => answer, operations)(request()));
}

test.each([
  ["at once", (answer: Gathered) => answer],
  ["later", (answer: Gathered) => Promise.resolve(answer)],
])("works on the merged answer that comes %s", async (_, wrap) => {
  expect(await reshaped(wrap(part('{"a":{"b":1.0,"d":2}}')))).toMatchObject({
    data: '{"a":{"d":2},"c":1.0}',
    isComplete: true,
  });
});

test("works on an incomplete answer without an error", async () => {
  expect(await reshaped(part('{"a":{"b":1}}', { isComplete: false }))).toMatchObject({
    data: '{"a":null,"c":1}',
    isComplete: false,
  });
});

test("leaves a partial answer as it is", async () => {
  const partial: Gathered = {
    settle: (block) => ({
      ...part('{"a":{"b":1}}').settle(block),
      error: failure("backend_status", "x"),
    }),
  };

  expect(await reshaped(partial)).toMatchObject({ data: '{"a":{"b":1}}', message: "x" });
});

test("leaves a failure and an answer without data as they are", async () => {
  expect(await reshaped(broken("x"))).toMatchObject({ data: null, message: "x" });
  expect(await reshaped(part(null))).toMatchObject({ data: null, message: undefined });
});

test("leaves no data when nothing remains", async () => {
  const stage = withFlatmap(() => part('{"a":1}'), [{ type: "del", args: ["*"] }]);

  expect(settled(await stage(request()))).toMatchObject({ data: null, isComplete: true });
});
