import type { LoadedConfig } from "../config/load.ts";
import type { EndpointConfig, ExtraConfig, ServiceConfig } from "../config/model.ts";
import type { RawBackend, RawService } from "../config/schema.ts";
import { formatGoDuration } from "../lib/duration.ts";
import { dumpAgents } from "./check-dump-agents.ts";
import {
  type DumpedBackend,
  dumpBackend,
  dumpComponents,
  methodColor,
} from "./check-dump-parts.ts";
import { type DumpStyle, DumpText, escapeControls } from "./check-dump-text.ts";

/** What a configuration says, defaults and inheritance applied: the layout is KrakenD's. */
export function renderDump({ config, raw }: LoadedConfig, style: DumpStyle): string {
  const text = new DumpText(style);
  dumpGlobals(config, raw, text);
  dumpTls(raw, text);
  dumpClientTls(raw, text);
  dumpPlugin(raw, text);
  dumpServiceComponents(config.extraConfig, text);
  text.line(text.paint(`${config.endpoints.length} API endpoint(s):`, "green"));
  for (const [index, endpoint] of config.endpoints.entries()) {
    dumpEndpoint(endpoint, raw.endpoints[index]?.backend ?? [], text);
  }
  dumpAgents(raw, text);
  return text.toString();
}

function dumpGlobals(config: ServiceConfig, raw: RawService, text: DumpText): void {
  const item = (label: string, value: unknown) => text.item(text.indent, label, value);
  text.line(text.paint("Global settings", "green"));
  item("Name", config.name);
  item("Version", raw.version);
  item("Address", config.listenIp);
  item("Port", config.port);
  if (text.level > 1) {
    item("Default cache TTL", formatGoDuration(raw.cache_ttl));
    item("Default timeout", formatGoDuration(raw.timeout || 2000));
  }
  if (text.level > 1 || raw.host.length > 0) item("Default backend hosts", raw.host);
  if (text.level > 2) dumpLimits(config, raw, text);
}

function dumpLimits(config: ServiceConfig, raw: RawService, text: DumpText): void {
  const { listener, transport } = config;
  const rows: readonly (readonly [string, unknown])[] = [
    ["Read timeout", formatGoDuration(listener.readTimeoutMs)],
    ["Write timeout", formatGoDuration(listener.writeTimeoutMs)],
    ["Idle timeout", formatGoDuration(listener.idleTimeoutMs)],
    ["Read header timeout", formatGoDuration(listener.readHeaderTimeoutMs)],
    ["Idle connection timeout", formatGoDuration(transport.idleConnectionTimeoutMs)],
    ["Response header timeout", formatGoDuration(transport.responseHeaderTimeoutMs)],
    ["Expect continue timeout", formatGoDuration(transport.expectContinueTimeoutMs)],
    ["Dialer timeout", formatGoDuration(transport.dialerTimeoutMs)],
    ["Dialer fallback delay", formatGoDuration(transport.dialerFallbackDelayMs)],
    ["Dialer keep alive", formatGoDuration(transport.dialerKeepAliveMs)],
    ["Disable keep alives", transport.isKeepAliveDisabled],
    ["Disable compression", transport.isCompressionDisabled],
    ["Max idle connections", transport.maxIdleConnections],
    ["Max idle connections per host", transport.maxIdleConnectionsPerHost],
    ["Sequential start", config.startsSequentially],
    ["Max header bytes", listener.maxHeaderBytes],
    ["Echo endpoint enabled", config.hasEchoEndpoint],
    ["Default encoding strategy", raw.output_encoding],
    ["Disable strict REST", raw.disable_rest],
    ["Run in debug mode", config.hasDebugEndpoint],
    ["Allow insecure connections", raw.allow_insecure_connections],
    ["UseH2C", listener.usesH2c],
  ];
  for (const [label, value] of rows) text.item(text.indent, label, value);
}

function dumpTls({ tls }: RawService, text: DumpText): void {
  if (tls === undefined) {
    if (text.level > 1) text.line(text.indent + text.paint("No TLS section defined", "red"));
    return;
  }
  const item = (label: string, value: unknown) => text.item(text.indent, `TLS ${label}`, value);
  item("Disabled", tls.disabled);
  const isLegacyPair = tls.public_key !== "" || tls.private_key !== "";
  for (const pair of isLegacyPair ? [...tls.keys, tls] : tls.keys) {
    item("Public key", pair.public_key);
    item("Private key", pair.private_key);
  }
  item("Enable MTLS", tls.enable_mtls);
  item("Disable System CA Pool", tls.disable_system_ca_pool);
  dumpProtocol("TLS", tls, text);
}

function dumpClientTls({ client_tls: clientTls }: RawService, text: DumpText): void {
  if (clientTls === undefined) return;
  const { indent } = text;
  text.item(indent, "Client TLS Allow Insecure Connections", clientTls.allow_insecure_connections);
  text.item(indent, "Client TLS Disable System CA Pool", clientTls.disable_system_ca_pool);
  dumpProtocol("Client TLS", clientTls, text);
}

function dumpProtocol(
  name: string,
  raw: {
    readonly min_version: string;
    readonly max_version: string;
    readonly curve_preferences: readonly number[];
    readonly cipher_suites: readonly number[];
  },
  text: DumpText,
): void {
  if (text.level > 1) {
    text.item(text.indent, `${name} Min version`, raw.min_version);
    text.item(text.indent, `${name} Max version`, raw.max_version);
  }
  if (text.level > 2) {
    text.item(text.indent, `${name} Curve preferences`, raw.curve_preferences);
    text.item(text.indent, `${name} Cipher suites`, raw.cipher_suites);
  }
}

function dumpPlugin({ plugin }: RawService, text: DumpText): void {
  if (plugin === undefined) {
    if (text.level > 1) text.line(text.indent + text.paint("No Plugin section defined", "red"));
    return;
  }
  text.item(text.indent, "Folder", plugin.folder);
  text.item(text.indent, "Pattern", plugin.pattern);
}

function dumpServiceComponents(extraConfig: ExtraConfig, text: DumpText): void {
  dumpComponents(extraConfig, { title: "global", titleIndent: "", indent: "" }, text);
}

function dumpEndpoint(
  endpoint: EndpointConfig,
  rawBackends: readonly RawBackend[],
  text: DumpText,
): void {
  const { level, indent } = text;
  const item = (label: string, value: unknown) => text.item(indent, label, value);
  const method = text.paint(endpoint.method, methodColor(endpoint.method));
  text.line(`${indent}- ${method} ${text.paint(escapeControls(endpoint.route), "cyan")}`);
  item("Timeout", formatGoDuration(endpoint.timeoutMs));
  if (level > 1 || endpoint.inputQueryStrings.length > 0) {
    item("QueryString", endpoint.inputQueryStrings);
  }
  if (level > 1) {
    item("CacheTTL", formatGoDuration(endpoint.cacheTtlMs));
    item("Headers to pass", endpoint.inputHeaders);
    item("OutputEncoding", endpoint.outputEncoding);
  }
  if (level > 1 || endpoint.concurrentCalls > 1) item("Concurrent calls", endpoint.concurrentCalls);
  dumpComponents(endpoint.extraConfig, { title: "endpoint", titleIndent: indent, indent }, text);
  const { length } = endpoint.backends;
  text.line(indent + text.paint(`Connecting to ${length} backend(s):`, "green"));
  for (const backend of endpoint.backends) {
    const raw = rawBackends[backend.index];
    const dumped: DumpedBackend = { ...backend, ...discoveryOf(raw), isHostKept: keepsHost(raw) };
    dumpBackend(dumped, text);
  }
}

function discoveryOf(raw: RawBackend | undefined): Pick<DumpedBackend, "sd" | "sdScheme"> {
  return { sd: raw?.sd ?? "", sdScheme: raw?.sd_scheme ?? "" };
}

function keepsHost(raw: RawBackend | undefined): boolean {
  return raw?.disable_host_sanitize === true;
}
