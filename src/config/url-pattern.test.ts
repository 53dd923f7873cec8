import { expect, test } from "bun:test";
import { renderFinding } from "./finding.ts";
import { loadObject } from "./fixture.ts";

function alarmsOf(urlPattern: string): readonly string[] {
  const { config, problems, warnings } = loadObject({
    endpoints: [
      {
        endpoint: "/u/{id}",
        backend: [{ host: ["http://a"] }, { host: ["http://a"], url_pattern: urlPattern }],
      },
    ],
  });
  // The reference starts with such a file.
  expect([config?.endpoints[0]?.refusedBy, problems]).toEqual([[], []]);
  return warnings.filter(({ severity }) => severity === "error").map(renderFinding);
}

const HINT =
  "expected a path and query in which a percent sign is %25 and a control character is escaped too";

test.each([
  ["/p%zz", '"/p%zz"', 'invalid URL escape "%zz"'],
  ["p%", '"p%"', 'invalid URL escape "%"'],
  ["/p%é", '"/p%é"', 'invalid URL escape "%é"'],
  ["/{id}%4", '"/{id}%4"', 'invalid URL escape "%4"'],
  ["/p%{id}", '"/p%{id}"', 'invalid URL escape "%"'],
  ["/x#%zz", '"/x#%zz"', 'invalid URL escape "%zz"'],
  ["/a\nb", '"/a\\nb"', "net/url: invalid control character in URL"],
])("a url_pattern that no call gets through with, %p, is loud", (pattern, value, problem) => {
  expect(alarmsOf(pattern)).toEqual([
    `'gateway.json':16:26: $.endpoints[0].backend[1].url_pattern: ${value}: every call to this backend fails: ${problem}; ${HINT}`,
  ]);
});

test.each(["/p%20a", "/p?a=%zz", "/{id}/%7B{JWT.sub}", "/a b", "/q#a", ""])(
  "a url_pattern such as %p says nothing",
  (pattern) => {
    expect(alarmsOf(pattern)).toEqual([]);
  },
);
