import { describe, expect, test } from "bun:test";
import { loadValid } from "./fixture.ts";
import { findNamespace, namespaceNames } from "./namespaces.ts";

/** Every component that keeps requests out, by the level at which it stands. */
const GUARDS: Readonly<Record<"service" | "endpoint" | "backend", readonly string[]>> = {
  service: [
    "auth/revoker",
    "security/bot-detector",
    "modifier/lua-endpoint",
    "auth/api-keys",
    "auth/basic",
    "qos/ratelimit/service",
  ],
  endpoint: [
    "auth/validator",
    "auth/signer",
    "security/bot-detector",
    "qos/ratelimit/router",
    "validation/cel",
    "validation/json-schema",
    "modifier/lua-endpoint",
    "modifier/lua-proxy",
    "auth/api-keys",
    "auth/basic",
    "security/policies",
  ],
  backend: [
    "qos/ratelimit/proxy",
    "validation/cel",
    "modifier/lua-backend",
    "backend/lambda",
    "backend/amqp/producer",
    "backend/amqp/consumer",
    "backend/pubsub/publisher",
    "backend/pubsub/subscriber",
  ],
};

/** The former spelling of some of them. */
const FORMER = {
  endpoint: [
    "github.com/devopsfaith/krakend-jose/validator",
    "github.com/devopsfaith/krakend-cel",
    "github.com/devopsfaith/krakend-lua/router",
  ],
  service: ["github_com/devopsfaith/bloomfilter", "github_com/devopsfaith/krakend-botdetector"],
};

const cases = (levels: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(levels).flatMap(([level, names]) => names.map((name) => [level, name] as const));

describe("what keeps requests out, or calls another protocol, refuses until gw has it", () => {
  test.each([...cases(GUARDS), ...cases(FORMER)])("at %s level: %s", (level, name) => {
    expect(isRefused(level, { [name]: {} })).toBe(true);
  });

  test.each([
    ["security/http", { allowed_hosts: ["a"] }],
    ["security/http", { ssl_redirect: true }],
    ["plugin/http-server", { name: ["ip-filter"] }],
    ["plugin/http-server", { name: "basic-auth" }],
    ["plugin/http-server", { name: ["other", "redis-ratelimit"] }],
  ])("at service level: %s with %j", (name, options) => {
    expect(isRefused("service", { [name]: options })).toBe(true);
  });
});

test.each([
  ["service", "security/cors", {}],
  ["service", "security/http", { frame_deny: true }],
  ["service", "plugin/http-server", { name: ["my-own"] }],
  ["backend", "qos/circuit-breaker", {}],
])("at %s level %s with %j is served without it", (level, name, options) => {
  expect(isRefused(level, { [name]: options })).toBe(false);
});

/** All former keys, letter by letter: `github_com` and `github.com` both occur. */
const ALIASES = {
  "plugin/http-server": "github_com/devopsfaith/krakend/transport/http/server/handler",
  "plugin/http-client": "github.com/devopsfaith/krakend/transport/http/client/executor",
  "plugin/req-resp-modifier": "github.com/devopsfaith/krakend/proxy/plugin",
  proxy: "github.com/devopsfaith/krakend/proxy",
  router: "github_com/luraproject/lura/router/gin",
  "qos/http-cache": "github.com/devopsfaith/krakend-httpcache",
  "qos/circuit-breaker": "github.com/devopsfaith/krakend-circuitbreaker/gobreaker",
  "auth/client-credentials": "github.com/devopsfaith/krakend-oauth2-clientcredentials",
  "auth/validator": "github.com/devopsfaith/krakend-jose/validator",
  "auth/signer": "github.com/devopsfaith/krakend-jose/signer",
  "auth/revoker": "github_com/devopsfaith/bloomfilter",
  "security/bot-detector": "github_com/devopsfaith/krakend-botdetector",
  "security/http": "github_com/devopsfaith/krakend-httpsecure",
  "security/cors": "github_com/devopsfaith/krakend-cors",
  "validation/cel": "github.com/devopsfaith/krakend-cel",
  "validation/json-schema": "github.com/devopsfaith/krakend-jsonschema",
  "async/amqp": "github.com/devopsfaith/krakend-amqp/agent",
  "backend/amqp/consumer": "github.com/devopsfaith/krakend-amqp/consume",
  "backend/amqp/producer": "github.com/devopsfaith/krakend-amqp/produce",
  "backend/lambda": "github.com/devopsfaith/krakend-lambda",
  "backend/pubsub/publisher": "github.com/devopsfaith/krakend-pubsub/publisher",
  "backend/pubsub/subscriber": "github.com/devopsfaith/krakend-pubsub/subscriber",
  "backend/graphql": "github.com/devopsfaith/krakend/transport/http/client/graphql",
  "backend/http": "github.com/devopsfaith/krakend/http",
  "telemetry/gelf": "github_com/devopsfaith/krakend-gelf",
  "telemetry/logging": "github_com/devopsfaith/krakend-gologging",
  "telemetry/logstash": "github_com/devopsfaith/krakend-logstash",
  "telemetry/metrics": "github_com/devopsfaith/krakend-metrics",
  "telemetry/influx": "github_com/letgoapp/krakend-influx",
  "telemetry/opencensus": "github_com/devopsfaith/krakend-opencensus",
  "modifier/lua-endpoint": "github.com/devopsfaith/krakend-lua/router",
  "modifier/lua-proxy": "github.com/devopsfaith/krakend-lua/proxy",
  "modifier/lua-backend": "github.com/devopsfaith/krakend-lua/proxy/backend",
  "modifier/martian": "github.com/devopsfaith/krakend-martian",
};

test.each(Object.entries(ALIASES))("%s is also known as %s", (name, former) => {
  expect([findNamespace(name)?.name, findNamespace(former)?.name]).toEqual([name, name]);
});

test("no other component has a former key", () => {
  const others = namespaceNames().filter((name) => !(name in ALIASES));

  expect(others.filter((name) => findNamespace(name)?.legacy !== undefined)).toEqual([]);
});

function isRefused(level: string, components: object): boolean {
  const at = (here: string) => (here === level ? { extra_config: components } : {});
  const backend = { host: ["http://a"], url_pattern: "/", ...at("backend") };
  const config = loadValid({
    ...at("service"),
    endpoints: [{ endpoint: "/a", backend: [backend], ...at("endpoint") }],
  });
  return config.refusedBy.length > 0 || config.endpoints.some((one) => one.refusedBy.length > 0);
}
