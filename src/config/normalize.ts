/** From checked attributes to the model: defaults and inheritance, exactly KrakenD's. */
import { parseIp } from "../lib/cidr.ts";
import { componentPath, readComponents } from "./components.ts";
import { cleanHosts } from "./hosts.ts";
import { checkLoggingOptions, loggingNamespace } from "./logging-options.ts";
import type { ListenerConfig, ProxyConfig, ServiceConfig, TransportConfig } from "./model.ts";
import { nodeNamespace, readNodeOptions } from "./node-options.ts";
import { normalizeEndpoint } from "./normalize-endpoint.ts";
import { normalizeClientTls, normalizeTls } from "./normalize-tls.ts";
import type { Report } from "./report.ts";
import { readRouterOptions } from "./router-options.ts";
import { checkRoutes } from "./routes.ts";
import type { RawService } from "./schema.ts";

/** What does not come from the file. */
export interface ServiceOverrides {
  /** For messages: a path, `embedded` or `built-in`. */
  readonly source: string;
  /** Wins over the file and the environment; 0 counts as absent. */
  readonly port: number | undefined;
  /** Can only switch the debug endpoint on. */
  readonly isDebug: boolean;
  readonly proxies: ProxyConfig;
}

/** Makes the model; everything wrong goes to the report, and then the model is of no use. */
export function normalizeService(
  raw: RawService,
  { source, port, isDebug, proxies }: ServiceOverrides,
  report: Report,
): ServiceConfig {
  const path = ["extra_config"];
  const { extraConfig, refusedBy } = readComponents(raw.extra_config, "service", path, report);
  const routerPath = componentPath(raw.extra_config, "router", path);
  const { router, usesH2c } = readRouterOptions(extraConfig.router, routerPath, report);
  checkLoggingOptions(
    extraConfig[loggingNamespace],
    componentPath(raw.extra_config, loggingNamespace, path),
    report,
  );
  const nodePath = componentPath(raw.extra_config, nodeNamespace, path);
  const { shutdownDelayMs } = readNodeOptions(extraConfig[nodeNamespace], nodePath, report);
  checkAddress(raw, report);

  const parent = {
    timeoutMs: raw.timeout === 0 ? 2000 : raw.timeout,
    cacheTtlMs: raw.cache_ttl,
    outputEncoding: raw.output_encoding,
    hosts: cleanHosts(raw.host, ["host"], report),
    hasFreePlaceholders: raw.disable_rest,
  };
  const endpoints = raw.endpoints.map((endpoint, index) =>
    normalizeEndpoint(endpoint, index, parent, report),
  );
  checkRoutes(endpoints, router, routerPath, report);
  warnAboutAgents(raw, report);

  return {
    name: raw.name,
    source,
    listenIp: raw.listen_ip,
    port: port || raw.port || 8080,
    listener: toListener(raw, usesH2c),
    transport: { ...toTransport(raw, report), proxies },
    tls: normalizeTls(raw.tls, report),
    router,
    hasDebugEndpoint: raw.debug_endpoint || isDebug,
    hasEchoEndpoint: raw.echo_endpoint,
    startsSequentially: raw.sequential_start,
    endpoints,
    shutdownDelayMs,
    extraConfig,
    refusedBy,
  };
}

const DEFAULT_DNS_CACHE_TTL_MS = 30_000;

function checkAddress(raw: RawService, report: Report): void {
  if (raw.listen_ip !== "" && parseIp(raw.listen_ip) === undefined) {
    report.error(["listen_ip"], `invalid ip address ${raw.listen_ip}`, {
      expected: "an IPv4 or IPv6 address, no host name",
    });
  }
  if (raw.port < 0 || raw.port > 65_535) {
    report.error(["port"], `address ${raw.port}: invalid port`, {
      expected: "a number from 1 to 65535",
    });
  }
}

function toListener(raw: RawService, usesH2c: boolean): ListenerConfig {
  const readTimeoutMs = unlessNegative(raw.read_timeout);
  return {
    readTimeoutMs,
    writeTimeoutMs: unlessNegative(raw.write_timeout),
    // Differs from KrakenD: it lets idle clients stay for ever when neither timeout is set.
    idleTimeoutMs: unlessNegative(raw.idle_timeout) || readTimeoutMs || 75_000,
    // Differs from KrakenD: it waits for ever for a request's head unless told otherwise.
    readHeaderTimeoutMs: unlessNegative(raw.read_header_timeout) || 10_000,
    maxHeaderBytes: unlessNegative(raw.max_header_bytes) || 1_048_576,
    usesH2c: raw.use_h2c || usesH2c,
    maxShutdownWaitMs: unlessNegative(raw.max_shutdown_wait_time),
  };
}

function toTransport(raw: RawService, report: Report): Omit<TransportConfig, "proxies"> {
  return {
    maxIdleConnections: unlessNegative(raw.max_idle_connections),
    maxIdleConnectionsPerHost: unlessNegative(raw.max_idle_connections_per_host) || 250,
    idleConnectionTimeoutMs: unlessNegative(raw.idle_connection_timeout),
    responseHeaderTimeoutMs: unlessNegative(raw.response_header_timeout),
    expectContinueTimeoutMs: unlessNegative(raw.expect_continue_timeout),
    dialerTimeoutMs: unlessNegative(raw.dialer_timeout),
    dialerKeepAliveMs: raw.dialer_keep_alive || 15_000,
    dialerFallbackDelayMs: raw.dialer_fallback_delay || 300,
    isKeepAliveDisabled: raw.disable_keep_alives,
    isCompressionDisabled: raw.disable_compression,
    dnsCacheTtlMs: readDnsCacheTtl(raw, report),
    clientTls: normalizeClientTls(raw.client_tls, raw.allow_insecure_connections, report),
  };
}

function readDnsCacheTtl(raw: RawService, report: Report): number {
  if (raw.dns_cache_ttl >= 1000) return raw.dns_cache_ttl;
  if (raw.dns_cache_ttl !== 0) {
    report.warn(["dns_cache_ttl"], "is ignored, 30s stays", { expected: "at least 1s" });
  }
  return DEFAULT_DNS_CACHE_TTL_MS;
}

function warnAboutAgents(raw: RawService, report: Report): void {
  for (const [index, agent] of raw.async_agent.entries()) {
    const path = ["async_agent", index];
    report.alarm(path, `async agent '${agent.name}' is ignored: agents are not implemented yet`);
    readComponents(agent.extra_config, "agent", [...path, "extra_config"], report);
    for (const [at, backend] of agent.backend.entries()) {
      if (!backend.disable_host_sanitize)
        cleanHosts(backend.host, [...path, "backend", at, "host"], report);
    }
  }
}

/** In Go a negative limit is no limit. */
function unlessNegative(value: number): number {
  return Math.max(0, value);
}
