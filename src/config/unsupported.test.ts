import { expect, test } from "bun:test";
import { loadObject } from "./fixture.ts";

const BACKEND = { host: ["http://a"], url_pattern: "/" };

test.each<[string, object, string]>([
  [
    "encoding rss",
    { backend: [{ ...BACKEND, encoding: "rss" }] },
    "$.endpoints[0].backend[0].encoding",
  ],
  ["sd dns", { backend: [{ ...BACKEND, sd: "dns" }] }, "$.endpoints[0].backend[0].sd"],
])("an endpoint with %s is refused, and the place is named", (part, endpoint, path) => {
  const loaded = loadObject({
    version: 3,
    endpoints: [{ endpoint: "/a", backend: [BACKEND], ...endpoint }],
  });

  expect(loaded.config?.endpoints[0]?.refusedBy).toEqual([part]);
  expect(loaded.warnings).toContainEqual(
    expect.objectContaining({ severity: "error", path, message: expect.stringContaining(part) }),
  );
});

test("an endpoint that only asks for what gw does is not refused", () => {
  const loaded = loadObject({ version: 3, endpoints: [{ endpoint: "/a", backend: [BACKEND] }] });

  expect(loaded.config?.endpoints[0]?.refusedBy).toEqual([]);
});
