import { expect, test } from "bun:test";
import { renderFinding } from "../config/finding.ts";
import { loadConfig } from "../config/load.ts";
import { checkFeatures } from "./check-features.ts";

function check(options: object, key = "backend/graphql"): readonly string[] {
  const backend = [{ host: ["http://a.test"], url_pattern: "/", extra_config: { [key]: options } }];
  const text = JSON.stringify({ version: 3, endpoints: [{ endpoint: "/a", backend }] });
  const source = { name: "f.json", format: "json" as const, text: Buffer.from(text) };
  const loaded = loadConfig(source, { environment: {} });
  if ("problems" in loaded) throw new Error("the file is not valid");
  const known = loaded.report.warnings.length;
  checkFeatures(loaded);
  return loaded.report.warnings.slice(known).map(renderFinding);
}

test.each([
  [{ type: "query", query: "{ a }" }, []],
  [{ TYPE: "Mutation", query: "{ a }", method: "get" }, []],
  [{ query: "{ a }" }, ["type: the backend is called without GraphQL; expected query or mutation"]],
  [
    { type: "query", query_path: "/nowhere/q.graphql" },
    ["query_path: the backend is called without GraphQL; expected a file that can be read"],
  ],
  [
    { type: "query", query: "{ a }", method: "PUT" },
    ["method: POST is used; expected GET or POST"],
  ],
  [
    { type: "query", querry: "{ a }" },
    ["unknown option 'querry' is ignored; did you mean 'query'?"],
  ],
  [{ type: 1 }, ["switched off"]],
])("%j is told with its place", (options, messages) => {
  const found = check(options);

  expect(found).toHaveLength(messages.length);
  messages.forEach((message, index) => {
    expect(found[index]).toStartWith("'f.json':1:");
    expect(found[index]).toContain("$.endpoints[0].backend[0].extra_config[");
    expect(found[index]).toContain(message);
  });
});

test("the former name of a namespace is found too", () => {
  const found = check({}, "github.com/devopsfaith/krakend/transport/http/client/graphql");

  expect(found).toHaveLength(1);
});
