import { expect, test } from "bun:test";
import { loadConfig } from "../config/load.ts";
import { defaultFacts, digestOf, readGatewayFacts } from "./gateway-facts.ts";

test("what holds without a configuration is what an empty one says", () => {
  const text = Buffer.from('{"version": 3}');
  const loaded = loadConfig({ name: "gateway.json", text, format: "json" }, { environment: {} });
  if ("problems" in loaded) throw new Error(JSON.stringify(loaded.problems));

  const facts = readGatewayFacts(loaded);

  // Without a file nobody knows how long the nodes' endpoints take; an empty one has none.
  expect(facts.longestTimeoutMs).toBe(0);
  expect(facts.digest).toBe(digestOf(text));
  const unknown = { longestTimeoutMs: null, digest: "none" };
  expect(defaultFacts()).toEqual({ ...facts, ...unknown });
});
