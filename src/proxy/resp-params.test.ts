import { describe, expect, test } from "bun:test";
import { withJsonBlock } from "../json/block.ts";
import { compileRespParams, type NeededOfAnswer, readRespParam } from "./resp-params.ts";

/** Names of what is needed of each answer, the whole body's last. */
function needed(patterns: readonly string[], propagated: readonly string[] = []): string[][] {
  const backends = patterns.map((urlPattern) => ({ urlPattern }));
  return compileRespParams(backends, propagated).map(namesOf);
}

function namesOf({ params, bodyName }: NeededOfAnswer): string[] {
  return [...params.map(({ name }) => name), ...(bodyName === null ? [] : [bodyName])];
}

describe("what later calls need of an answer", () => {
  test.each<[string, string[], string[], string[][]]>([
    ["nothing", ["/a", "/b"], [], [[], []]],
    [
      "path and query",
      ["/a", "/{{.Resp0_x}}?y={{.Resp0_y.z}}"],
      [],
      [["Resp0_x", "Resp0_y.z"], []],
    ],
    ["once", ["/a", "/{{.Resp0_x}}{{.Resp0_x}}", "/{{.Resp0_x}}"], [], [["Resp0_x"], [], []]],
    ["of several", ["/", "/", "/{{.Resp1_b}}/{{.Resp0_a}}"], [], [["Resp0_a"], ["Resp1_b"], []]],
    ["not of the own answer", ["/", "/{{.Resp1_x}}"], [], [[], []]],
    ["not of later answers", ["/{{.Resp1_x}}", "/"], [], [[], []]],
    ["not of the first by the first", ["/{{.Resp0_x}}", "/"], [], [[], []]],
    ["not of absent ones", ["/", "/{{.Resp7_x}}{{.Resp99999999999999999999_x}}"], [], [[], []]],
    ["names with leading zeros", ["/", "/{{.Resp00_x}}"], [], [["Resp00_x"], []]],
    ["no other templates", ["/", "/{{.Id}}/{{.JWT.sub}}/{resp0_x}"], [], [[], []]],
    ["propagated", ["/", "/", "/"], ["resp0_a.b", "resp1"], [["Resp0_a.b"], ["Resp1"], []]],
    ["not of the last", ["/", "/"], ["resp1_x", "resp1", "resp7_x"], [[], []]],
    ["no nonsense", ["/", "/"], ["nonsense", "resp", "resp_x", "xresp0_a", "resp0x", ""], [[], []]],
    ["propagated and used", ["/", "/{{.Resp0_a}}"], ["resp0_a"], [["Resp0_a"], []]],
  ])("%s", (_, patterns, propagated, names) => {
    expect(needed(patterns, propagated)).toEqual(names);
  });
});

/** What `{resp0_<path>}` means in an answer. */
function read(path: string, document: string): string | undefined {
  const [{ params } = { params: [] }] = compileRespParams(
    [{ urlPattern: "/" }, { urlPattern: `/{{.Resp0_${path}}}` }],
    [],
  );
  return withJsonBlock((block) => {
    const data = block.scan(Buffer.from(document));
    if (typeof data === "object") throw new Error(data.message);
    return readRespParam(block, data, params[0]!);
  });
}

test.each([
  ["a", '{"a":"x"}', "x"],
  ["a.b.c", '{"a":{"b":{"c":5}}}', "5"],
  ["a", "{}", undefined],
  ["a.b", '{"a":{}}', undefined],
  ["a.0", '{"a":["x"]}', undefined],
  ["gone.id", '{"id":5}', "5"],
  ["text.id", '{"text":"x","id":5}', "5"],
  ["list.id", '{"list":[1],"id":5}', "5"],
  ["none.id", '{"none":null,"id":5}', "5"],
  ["a.gone.id", '{"a":{"id":6},"id":5}', "6"],
  ["gone.b.id", '{"b":{"id":6},"id":5}', "5"],
  ["a", '{"a":1,"a":2}', "2"],
  ["__proto__", "{}", undefined],
  ["constructor.name", "{}", undefined],
  ["__proto__.x", '{"__proto__":{"x":1}}', "1"],
])("{resp0_%s} of %s is %p", (path, document, value) => {
  expect(read(path, document)).toBe(value);
});
