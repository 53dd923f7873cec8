import { expect, test } from "bun:test";
import { loadObject, loadValid } from "./fixture.ts";

const host = ["http://a"];

test("puts former names under the documented ones", () => {
  const config = loadValid({
    host,
    extra_config: { "github_com/luraproject/lura/router/gin": { return_error_msg: true } },
  });

  expect(config.router.returnsErrorMessage).toBe(true);
  expect(Object.keys(config.extraConfig)).toEqual(["router"]);
});

test("prefers the documented name and says that the former one is ignored", () => {
  const { config, warnings } = loadObject({
    extra_config: {
      router: { health_path: "/new" },
      "github_com/luraproject/lura/router/gin": { health_path: "/old" },
    },
  });

  expect(config?.router.healthPath).toBe("/new");
  expect(warnings[0]?.message).toContain("'router' stands here too");
});

test("suggests a namespace for one that KrakenD does not know, except for remarks", () => {
  const { warnings } = loadObject({
    extra_config: { "security/corss": {}, "#router": {}, "acme/none": {} },
  });

  expect(warnings.map(({ message, nearest }) => [message, nearest])).toEqual([
    ["unknown namespace 'security/corss' is ignored", "security/cors"],
    ["unknown namespace 'acme/none' is ignored", undefined],
  ]);
});

test("refuses an endpoint whose access control gw does not have, its backends' included", () => {
  const { config, warnings } = loadObject({
    host,
    endpoints: [
      {
        endpoint: "/a",
        extra_config: { "auth/api-keys": {}, "auth/basic": {} },
        backend: [{ extra_config: { "security/policies": {} } }],
      },
      { endpoint: "/b", backend: [{}] },
    ],
  });

  expect(config?.endpoints.map((endpoint) => endpoint.refusedBy)).toEqual([
    ["auth/api-keys", "auth/basic", "security/policies"],
    [],
  ]);
  expect(warnings.map(({ severity }) => severity)).toEqual(["error", "error", "error"]);
});

test("refuses the service for what is asked for there, plugins that filter addresses too", () => {
  const config = loadValid({
    extra_config: {
      "qos/ratelimit/service": { max_rate: 1 },
      "plugin/http-server": { name: ["virtualhost", "ip-filter"] },
    },
  });

  expect(config.refusedBy).toEqual(["qos/ratelimit/service", "plugin/http-server"]);
});

test("only warns about options that guard nothing, stand elsewhere or need a native plugin", () => {
  const { config, warnings } = loadObject({
    host,
    extra_config: { "documentation/openapi": {}, "plugin/http-server": { name: ["mine"] } },
    endpoints: [{ endpoint: "/a", backend: [{ extra_config: { "auth/api-keys": {} } }] }],
  });

  expect(config?.refusedBy).toEqual([]);
  expect(config?.endpoints[0]?.refusedBy).toEqual([]);
  expect(warnings.map(({ message }) => message)).toEqual([
    "'documentation/openapi' has no effect: an Enterprise option",
    "'plugin/http-server' asks for a native plugin; gw cannot load it",
    "'auth/api-keys' has no effect at backend level; it belongs to the service or endpoint",
  ]);
});
