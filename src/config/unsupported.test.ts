import { expect, test } from "bun:test";
import { loadObject } from "./fixture.ts";

const BACKEND = { host: ["http://a"], url_pattern: "/" };

test.each(["xml", "yaml", "negotiate"])("output_encoding %s is not refused", (name) => {
  const endpoints = [{ endpoint: "/a", output_encoding: name, backend: [BACKEND] }];

  expect(loadObject({ version: 3, endpoints }).config?.endpoints[0]?.refusedBy).toEqual([]);
});

test.each(["xml", "rss"])("encoding %s of a backend is not refused", (encoding) => {
  const endpoints = [{ endpoint: "/a", backend: [{ ...BACKEND, encoding }] }];

  expect(loadObject({ version: 3, endpoints }).config?.endpoints[0]?.refusedBy).toEqual([]);
});
