import { at, type NamespaceRow } from "./namespace-row.ts";

/**
 * The components of KrakenD's Community Edition. `github_com` and `github.com` are both right, each
 * where it stands.
 */
export const communityNamespaces: Readonly<Record<string, NamespaceRow>> = {
  router: {
    at: at.service,
    builtAt: at.service,
    legacy: "github_com/luraproject/lura/router/gin",
  },
  proxy: {
    at: at.pipe,
    builtAt: at.endpointAndBackend,
    legacy: "github.com/devopsfaith/krakend/proxy",
  },
  "backend/http": {
    at: at.backend,
    builtAt: at.backend,
    legacy: "github.com/devopsfaith/krakend/http",
  },
  "backend/http/client": { at: at.backend, builtAt: at.backend },
  "backend/graphql": {
    at: at.backend,
    builtAt: at.backend,
    legacy: "github.com/devopsfaith/krakend/transport/http/client/graphql",
  },
  "backend/lambda": {
    replacesTransport: true,
    at: at.backend,
    legacy: "github.com/devopsfaith/krakend-lambda",
  },
  "backend/amqp/consumer": {
    replacesTransport: true,
    at: at.backend,
    legacy: "github.com/devopsfaith/krakend-amqp/consume",
  },
  "backend/amqp/producer": {
    replacesTransport: true,
    at: at.backend,
    legacy: "github.com/devopsfaith/krakend-amqp/produce",
  },
  "backend/pubsub/publisher": {
    replacesTransport: true,
    at: at.backend,
    legacy: "github.com/devopsfaith/krakend-pubsub/publisher",
  },
  "backend/pubsub/subscriber": {
    replacesTransport: true,
    at: at.backend,
    legacy: "github.com/devopsfaith/krakend-pubsub/subscriber",
  },
  "async/amqp": { at: at.agent, legacy: "github.com/devopsfaith/krakend-amqp/agent" },
  "plugin/http-server": {
    at: at.service,
    legacy: "github_com/devopsfaith/krakend/transport/http/server/handler",
  },
  "plugin/http-client": {
    at: at.backend,
    legacy: "github.com/devopsfaith/krakend/transport/http/client/executor",
  },
  "plugin/req-resp-modifier": {
    at: at.endpointAndBackend,
    legacy: "github.com/devopsfaith/krakend/proxy/plugin",
  },
  "qos/http-cache": { at: at.backend, legacy: "github.com/devopsfaith/krakend-httpcache" },
  "qos/circuit-breaker": {
    at: at.backend,
    legacy: "github.com/devopsfaith/krakend-circuitbreaker/gobreaker",
  },
  "qos/ratelimit/router": { at: at.endpoint, guards: true },
  "qos/ratelimit/proxy": { at: at.backend, guards: true },
  "auth/client-credentials": {
    at: at.backend,
    legacy: "github.com/devopsfaith/krakend-oauth2-clientcredentials",
  },
  "auth/validator": {
    at: at.serviceAndEndpoint,
    guards: true,
    legacy: "github.com/devopsfaith/krakend-jose/validator",
  },
  // It guards nothing by itself, but without it the payload of a token leaves unsigned.
  "auth/signer": {
    at: at.endpoint,
    guards: true,
    legacy: "github.com/devopsfaith/krakend-jose/signer",
  },
  "auth/revoker": { at: at.service, guards: true, legacy: "github_com/devopsfaith/bloomfilter" },
  "security/bot-detector": {
    at: at.serviceAndEndpoint,
    guards: true,
    legacy: "github_com/devopsfaith/krakend-botdetector",
  },
  "security/http": {
    guards: ({ allowed_hosts: hosts, ssl_redirect: redirects }) =>
      redirects === true || (Array.isArray(hosts) && hosts.length > 0),
    at: at.serviceAndEndpoint,
    legacy: "github_com/devopsfaith/krakend-httpsecure",
  },
  "security/cors": { at: at.serviceAndEndpoint, legacy: "github_com/devopsfaith/krakend-cors" },
  "validation/cel": { at: at.pipe, guards: true, legacy: "github.com/devopsfaith/krakend-cel" },
  "validation/json-schema": {
    at: at.endpointAndAgent,
    guards: true,
    legacy: "github.com/devopsfaith/krakend-jsonschema",
  },
  "modifier/lua-endpoint": {
    guards: true,
    at: at.serviceAndEndpoint,
    legacy: "github.com/devopsfaith/krakend-lua/router",
  },
  "modifier/lua-proxy": {
    guards: true,
    at: at.endpointAndAgent,
    legacy: "github.com/devopsfaith/krakend-lua/proxy",
  },
  "modifier/lua-backend": {
    guards: true,
    at: at.backend,
    legacy: "github.com/devopsfaith/krakend-lua/proxy/backend",
  },
  "modifier/martian": { at: at.backend, legacy: "github.com/devopsfaith/krakend-martian" },
  "telemetry/gelf": { at: at.service, legacy: "github_com/devopsfaith/krakend-gelf" },
  "telemetry/logging": {
    at: at.service,
    builtAt: at.service,
    legacy: "github_com/devopsfaith/krakend-gologging",
  },
  "telemetry/logstash": { at: at.service, legacy: "github_com/devopsfaith/krakend-logstash" },
  "telemetry/metrics": { at: at.service, legacy: "github_com/devopsfaith/krakend-metrics" },
  "telemetry/influx": { at: at.service, legacy: "github_com/letgoapp/krakend-influx" },
  "telemetry/opencensus": { at: at.service, legacy: "github_com/devopsfaith/krakend-opencensus" },
  "telemetry/opentelemetry": { at: at.everyScope },
};
