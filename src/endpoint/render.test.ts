import { describe, expect, test } from "bun:test";
import { loadValid } from "../config/fixture.ts";
import { withJsonBlock } from "../json/block.ts";
import { dataResponse } from "../results.ts";
import { type OutputPlan, planOutput } from "./render.ts";

/** The plan of an endpoint with that output and backends of these encodings. */
function planFor(output: string, ...encodings: string[]): OutputPlan {
  const backend = encodings.map((encoding) => ({ url_pattern: "/", encoding }));
  const endpoint = { endpoint: "/a", output_encoding: output, backend };
  return planOutput(loadValid({ host: ["http://a"], endpoints: [endpoint] }).endpoints[0]!);
}

/** What an endpoint with that output writes of a document; `undefined`: there is no response. */
function rendered(output: string, document: string | undefined): string {
  const plan = planFor(output, "json", "json");
  if (plan.kind !== "render") throw new Error("nothing is rendered");
  return withJsonBlock((block) => {
    if (document === undefined) return plan.render(block, null).toString();
    const data = block.scan(Buffer.from(document));
    if (typeof data === "object") throw new Error(data.message);
    const response = dataResponse(block.kind(data) === "null" ? null : data, true);
    return plan.render(block, response).toString();
  });
}

describe("an endpoint's output", () => {
  const json = "application/json; charset=utf-8";
  const text = "text/plain; charset=utf-8";

  test.each([
    ["json", json],
    ["json-collection", json],
    ["string", text],
    ["unheard of", json],
    ["JSON-COLLECTION", json],
    ["xml", "application/xml"],
    ["XML", json],
    ["yaml", "application/yaml; charset=utf-8"],
  ])("%s has the type %s", (output, contentType) => {
    expect(planFor(output, "json", "json")).toMatchObject({ kind: "render", contentType });
  });

  test("that is XML has another type where nothing came and nothing failed", () => {
    expect(planFor("xml", "json")).toMatchObject({
      contentTypeOfNothing: "application/xml; charset=utf-8",
    });
  });

  test("that is negotiated has three forms", () => {
    expect(planFor("negotiate", "json")).toMatchObject({
      kind: "negotiate",
      offers: { json: { contentType: json }, xml: { contentType: "application/xml" } },
    });
  });

  test("that is no-op is the backend's own", () => {
    expect(planFor("no-op", "no-op")).toEqual({ kind: "no-op" });
  });

  test.each([
    [["string"], text],
    [["json"], json],
    [["xml"], "application/xml"],
    [["unheard of"], json],
    [["string", "string"], json],
  ])("of an unknown name follows the only backend of %j: %s", (encodings, contentType) => {
    expect(planFor("unheard of", ...encodings)).toMatchObject({ kind: "render", contentType });
  });
});

describe("data", () => {
  test.each([
    ["json", '{"b":1.0,"a":{}}', '{"a":{},"b":1.0}'],
    ["json", "null", "null"],
    ["json", undefined, "{}"],
    ["json-collection", '{"a":1,"collection":[1,{"c":2}]}', '[1,{"c":2}]'],
    ["json-collection", '{"a":1}', "[]"],
    ["json-collection", "null", "[]"],
    ["json-collection", undefined, "[]"],
    ["string", '{"content":"a\\n\\u00e9"}', "a\n\u00e9"],
    ["string", '{"content":1}', ""],
    ["string", '{"a":"b"}', ""],
    ["string", "null", ""],
    ["string", undefined, ""],
    ["xml", '{"a":{"-b":"c"}}', '<a b="c"/>'],
    ["xml", "null", "<doc/>"],
    ["xml", undefined, ""],
    ["yaml", '{"a":["b"]}', "a:\n- b\n"],
    ["yaml", "null", "null\n"],
    ["yaml", undefined, "{}"],
  ])("as %s: %s is written %j", (output, document, text) => {
    expect(rendered(output, document)).toBe(text);
  });
});
