import { describe, expect, test } from "bun:test";
import { loadValid } from "./fixture.ts";

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

function isRefused(level: string, components: object): boolean {
  const at = (here: string) => (here === level ? { extra_config: components } : {});
  const backend = { host: ["http://a"], url_pattern: "/", ...at("backend") };
  const config = loadValid({
    ...at("service"),
    endpoints: [{ endpoint: "/a", backend: [backend], ...at("endpoint") }],
  });
  return config.refusedBy.length > 0 || config.endpoints.some((one) => one.refusedBy.length > 0);
}
