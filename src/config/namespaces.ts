/** Where component options may stand. */
export type Level = "service" | "endpoint" | "backend" | "agent";

/** A component that KrakenD knows, in either edition. */
export interface Namespace {
  /** The documented key. */
  readonly name: string;
  /** The former key, accepted with the same meaning. */
  readonly legacy: string | undefined;
  /** Where KrakenD reads it. */
  readonly levels: readonly Level[];
  /** Where gw acts on it. */
  readonly implementedAt: readonly Level[];
  /**
   * It keeps requests out. Where gw does not implement it, what it guards is refused: ignoring it
   * would publish what its owner believes to be closed.
   */
  readonly isAccessControl: boolean;
  readonly edition: "community" | "enterprise";
}

/** The namespace of a key, documented or former; `undefined` for keys that KrakenD does not know. */
export function findNamespace(key: string): Namespace | undefined {
  return byKey.get(key);
}

/** All documented keys, for suggestions. */
export function namespaceNames(): readonly string[] {
  return table.map((namespace) => namespace.name);
}

/** Names of Enterprise plugins that keep requests out, wherever a `plugin/…` namespace asks for them. */
export const accessControlPlugins: ReadonlySet<unknown> = new Set([
  "ip-filter",
  "basic-auth",
  "redis-ratelimit",
]);

interface Row {
  readonly at: readonly Level[];
  readonly legacy?: string;
  readonly builtAt?: readonly Level[];
  readonly guards?: true;
}

const service: readonly Level[] = ["service"];
const endpoint: readonly Level[] = ["endpoint"];
const backend: readonly Level[] = ["backend"];
const agent: readonly Level[] = ["agent"];
const serviceAndEndpoint: readonly Level[] = ["service", "endpoint"];
const endpointAndBackend: readonly Level[] = ["endpoint", "backend"];
const pipe: readonly Level[] = ["endpoint", "backend", "agent"];

// `github_com` and `github.com` are both right, each where it stands.
const community: Readonly<Record<string, Row>> = {
  router: {
    at: service,
    builtAt: service,
    legacy: "github_com/luraproject/lura/router/gin",
  },
  proxy: { at: pipe, builtAt: endpointAndBackend, legacy: "github.com/devopsfaith/krakend/proxy" },
  "backend/http": { at: backend, builtAt: backend, legacy: "github.com/devopsfaith/krakend/http" },
  "backend/http/client": { at: backend, builtAt: backend },
  "backend/graphql": {
    at: backend,
    legacy: "github.com/devopsfaith/krakend/transport/http/client/graphql",
  },
  "backend/lambda": { at: backend, legacy: "github.com/devopsfaith/krakend-lambda" },
  "backend/amqp/consumer": {
    at: backend,
    legacy: "github.com/devopsfaith/krakend-amqp/consume",
  },
  "backend/amqp/producer": {
    at: backend,
    legacy: "github.com/devopsfaith/krakend-amqp/produce",
  },
  "backend/pubsub/publisher": {
    at: backend,
    legacy: "github.com/devopsfaith/krakend-pubsub/publisher",
  },
  "backend/pubsub/subscriber": {
    at: backend,
    legacy: "github.com/devopsfaith/krakend-pubsub/subscriber",
  },
  "async/amqp": { at: agent, legacy: "github.com/devopsfaith/krakend-amqp/agent" },
  "plugin/http-server": {
    at: service,
    legacy: "github_com/devopsfaith/krakend/transport/http/server/handler",
  },
  "plugin/http-client": {
    at: backend,
    legacy: "github.com/devopsfaith/krakend/transport/http/client/executor",
  },
  "plugin/req-resp-modifier": {
    at: endpointAndBackend,
    legacy: "github.com/devopsfaith/krakend/proxy/plugin",
  },
  "qos/http-cache": { at: backend, legacy: "github.com/devopsfaith/krakend-httpcache" },
  "qos/circuit-breaker": {
    at: backend,
    legacy: "github.com/devopsfaith/krakend-circuitbreaker/gobreaker",
  },
  "qos/ratelimit/router": { at: endpoint, guards: true },
  "qos/ratelimit/proxy": { at: backend, guards: true },
  "auth/client-credentials": {
    at: backend,
    legacy: "github.com/devopsfaith/krakend-oauth2-clientcredentials",
  },
  "auth/validator": {
    at: serviceAndEndpoint,
    guards: true,
    legacy: "github.com/devopsfaith/krakend-jose/validator",
  },
  // It guards nothing by itself, but without it the payload of a token leaves unsigned.
  "auth/signer": {
    at: endpoint,
    guards: true,
    legacy: "github.com/devopsfaith/krakend-jose/signer",
  },
  "auth/revoker": { at: service, guards: true, legacy: "github_com/devopsfaith/bloomfilter" },
  "security/bot-detector": {
    at: serviceAndEndpoint,
    guards: true,
    legacy: "github_com/devopsfaith/krakend-botdetector",
  },
  "security/http": {
    at: serviceAndEndpoint,
    legacy: "github_com/devopsfaith/krakend-httpsecure",
  },
  "security/cors": { at: serviceAndEndpoint, legacy: "github_com/devopsfaith/krakend-cors" },
  "validation/cel": { at: pipe, guards: true, legacy: "github.com/devopsfaith/krakend-cel" },
  "validation/json-schema": {
    at: ["endpoint", "agent"],
    guards: true,
    legacy: "github.com/devopsfaith/krakend-jsonschema",
  },
  "modifier/lua-endpoint": {
    at: serviceAndEndpoint,
    legacy: "github.com/devopsfaith/krakend-lua/router",
  },
  "modifier/lua-proxy": {
    at: ["endpoint", "agent"],
    legacy: "github.com/devopsfaith/krakend-lua/proxy",
  },
  "modifier/lua-backend": {
    at: backend,
    legacy: "github.com/devopsfaith/krakend-lua/proxy/backend",
  },
  "modifier/martian": { at: backend, legacy: "github.com/devopsfaith/krakend-martian" },
  "telemetry/gelf": { at: service, legacy: "github_com/devopsfaith/krakend-gelf" },
  "telemetry/logging": { at: service, legacy: "github_com/devopsfaith/krakend-gologging" },
  "telemetry/logstash": { at: service, legacy: "github_com/devopsfaith/krakend-logstash" },
  "telemetry/metrics": { at: service, legacy: "github_com/devopsfaith/krakend-metrics" },
  "telemetry/influx": { at: service, legacy: "github_com/letgoapp/krakend-influx" },
  "telemetry/opencensus": { at: service, legacy: "github_com/devopsfaith/krakend-opencensus" },
  "telemetry/opentelemetry": { at: ["service", "endpoint", "backend"] },
};

const enterprise: Readonly<Record<string, Row>> = {
  "auth/api-keys": { at: serviceAndEndpoint, guards: true },
  "auth/basic": { at: serviceAndEndpoint, guards: true },
  "auth/aws-sigv4": { at: backend },
  "auth/gcp": { at: backend },
  "auth/ntlm": { at: backend },
  "security/policies": { at: endpointAndBackend, guards: true },
  "qos/ratelimit/service": { at: service, guards: true },
  "qos/ratelimit/service/redis": { at: service, guards: true },
  "qos/ratelimit/router/redis": { at: endpoint, guards: true },
  "qos/ratelimit/tiered": { at: serviceAndEndpoint, guards: true },
  "qos/circuit-breaker/http": { at: backend },
  "validation/response-json-schema": { at: endpointAndBackend },
  "modifier/jmespath": { at: endpointAndBackend },
  "modifier/body-generator": { at: backend },
  "modifier/request-body-extractor": { at: endpointAndBackend },
  "modifier/request-body-extractor/early": { at: endpointAndBackend },
  "modifier/request-body-generator": { at: endpointAndBackend },
  "modifier/response-body": { at: endpointAndBackend },
  "modifier/response-body-generator": { at: endpointAndBackend },
  "modifier/response-headers": { at: serviceAndEndpoint },
  "plugin/middleware": { at: endpointAndBackend },
  "server/static-filesystem": { at: service },
  "server/virtualhost": { at: service },
  "documentation/openapi": { at: serviceAndEndpoint },
  "backend/static-filesystem": { at: backend },
  "backend/conditional": { at: backend },
  "backend/grpc": { at: backend },
  "backend/soap": { at: backend },
  "async/kafka": { at: agent },
  "telemetry/moesif": { at: service },
  "telemetry/newrelic": { at: service },
  "telemetry/instana": { at: service },
  "telemetry/ganalytics": { at: service },
  "telemetry/opentelemetry-security": { at: service },
  redis: { at: service },
  grpc: { at: service },
  websocket: { at: endpoint },
  workflow: { at: backend },
};

const table: readonly Namespace[] = [
  ...Object.entries(community).map(([name, row]) => toNamespace(name, row, "community")),
  ...Object.entries(enterprise).map(([name, row]) => toNamespace(name, row, "enterprise")),
];

const byKey = new Map<string, Namespace>();
for (const namespace of table) {
  byKey.set(namespace.name, namespace);
  if (namespace.legacy !== undefined) byKey.set(namespace.legacy, namespace);
}

function toNamespace(name: string, row: Row, edition: Namespace["edition"]): Namespace {
  return {
    name,
    legacy: row.legacy,
    levels: row.at,
    implementedAt: row.builtAt ?? [],
    isAccessControl: row.guards === true,
    edition,
  };
}
