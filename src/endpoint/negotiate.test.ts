import { expect, test } from "bun:test";
import { negotiate } from "./negotiate.ts";

test.each([
  ["*/*", "json"],
  ["*", "json"],
  ["application/*", "json"],
  ["application/json; charset=utf-8", "json"],
  ["application/xml", "xml"],
  ["application/x", "xml"],
  ["application/xml*", "json"],
  ["application/xm*", "xml"],
  ["application/x-yaml", "yaml"],
  ["text/plain", "yaml"],
  ["text/*", "yaml"],
  ["t", "yaml"],
  ["text/html, application/xml;q=0.9, */*;q=0.8", "xml"],
  ["text/plain;q=0.1, application/json", "yaml"],
  ["application/yaml", "json"],
  ["text/xml", "json"],
  ["application/xmlx", "json"],
  ["Application/XML", "json"],
  ["  application/xml  ", "xml"],
  [", ,application/xml", "xml"],
  [";q=1,application/xml", "xml"],
  ["", "json"],
] as const)("a client that accepts %j gets %s", (accept, offer) => {
  expect(negotiate(["Host", "a", "accept", accept])).toBe(offer);
});

test("a client that does not say gets JSON", () => {
  expect(negotiate(["Host", "a", "Accept-Encoding", "gzip"])).toBe("json");
});

test("only the first line counts", () => {
  expect(negotiate(["Accept", "image/png", "Accept", "application/xml"])).toBe("json");
});
