import { expect, test } from "bun:test";
import { renderFinding } from "./finding.ts";
import { loadObject } from "./fixture.ts";

const host = ["http://a.test"];

/** What is said of a file with one endpoint of one backend, or more. */
function warningsOf(
  backend: object | readonly object[],
  endpoint: object = {},
  root: object = {},
): readonly string[] {
  const list = Array.isArray(backend) ? backend : [backend];
  const backends = list.map((one) => ({ host, url_pattern: "/", ...one }));
  const { warnings } = loadObject({
    version: 3,
    endpoints: [{ endpoint: "/a/{id}", ...endpoint, backend: backends }],
    ...root,
  });
  return warnings.map(renderFinding);
}

const SEQUENCE = { extra_config: { proxy: { sequential: true } } };
const TLS = { public_key: "/a", private_key: "/b" };

test.each([
  [{ url_pattern: "/{resp0_x.y}" }, {}, {}, ".url_pattern: ", "{resp0_x.y} stays as it is written"],
  [[{}, { url_pattern: "/{resp1_x}" }], SEQUENCE, {}, ".backend[1].", "only earlier backends"],
  [[{}, { url_pattern: "/{resp5_x}" }], SEQUENCE, {}, ".backend[1].", "only earlier backends"],
  [{ url_pattern: "/{JWT.sub}" }, {}, {}, ".url_pattern: ", "there is no 'auth/validator'"],
  [{ url_pattern: "http://b.test/x" }, {}, {}, ".url_pattern: ", "the host stands in 'host'"],
  [{ allow: "id,name" }, {}, {}, ".allow: ", '["id", "name"]'],
  [{ input_headers: "A,B" }, {}, {}, ".input_headers: ", '["A", "B"]'],
  [{}, { input_query_strings: "a,b" }, {}, ".input_query_strings: ", '["a", "b"]'],
  [{ input_headers: ["*"] }, {}, {}, ".input_headers: ", "'*' stands for no header here"],
  [{ method: "GTE" }, {}, {}, ".method: ", "did you mean 'GET'?"],
  [{ encoding: "NO-OP" }, {}, {}, ".encoding: ", "did you mean 'no-op'?"],
  [{ encoding: "yaml" }, {}, {}, ".encoding: ", "decoded as JSON"],
  [
    [{ extra_config: { "backend/http": { return_error_code: true } } }, {}],
    {},
    {},
    "return_error_code: ",
    "their failures make a 500",
  ],
  [{}, SEQUENCE, {}, "sequential: ", "has no effect with one backend"],
  [{}, {}, { tls: { ...TLS, ca_certs: ["/c"] } }, "$.tls.ca_certs: ", "without enable_mtls"],
])("%j, %j, %j is told", (backend, endpoint, root, place, message) => {
  const told = warningsOf(backend, endpoint, root).filter((text) => text.includes(message));

  expect(told).toHaveLength(1);
  expect(told[0]).toContain(place);
});

test.each([
  [[{}, { url_pattern: "/{resp0_x}" }], SEQUENCE, {}],
  [{ method: "PROPFIND" }, {}, {}],
  [{ method: "post", encoding: "JSON", allow: ["a"], input_headers: ["A"] }, {}, {}],
  [{ host: "http://a.test" }, { input_headers: "Authorization" }, {}],
  [{}, {}, { tls: { ...TLS, ca_certs: ["/c"], enable_mtls: true } }],
])("%j, %j, %j is nothing to tell", (backend, endpoint, root) => {
  expect(warningsOf(backend, endpoint, root)).toEqual([]);
});

test.each([[{ a: { endpoint: "/a" } }], [{ a: 1 }]])("endpoints %j are none", (endpoints) => {
  const { problems } = loadObject({ version: 3, endpoints });

  expect(problems.map(({ path }) => path)).toEqual(["$.endpoints"]);
});
