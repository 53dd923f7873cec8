import type { RawBackend, RawService } from "../config/schema.ts";
import { formatGoDuration } from "../lib/duration.ts";
import { type DumpedBackend, dumpBackend, dumpComponents } from "./check-dump-parts.ts";
import { type DumpText, escapeControls } from "./check-dump-text.ts";

type RawAgent = RawService["async_agent"][number];

/** The async agents of a file, which gw reads but does not start. */
export function dumpAgents(raw: RawService, text: DumpText): void {
  text.line(text.paint(`${raw.async_agent.length} async agent(s):`, "green"));
  for (const agent of raw.async_agent) dumpAgent(agent, raw, text);
}

function dumpAgent(agent: RawAgent, raw: RawService, text: DumpText): void {
  const { level, indent } = text;
  const item = (label: string, value: unknown) => text.item(indent, label, value);
  const { consumer, connection } = agent;
  const timeoutMs = consumer?.timeout || raw.timeout || 2000;
  text.line(`${indent}- ${text.paint(escapeControls(agent.name), "cyan")}`);
  if (level > 1) {
    item("Encoding", agent.encoding);
    item("Consumer Timeout", formatGoDuration(timeoutMs));
    item("Consumer Workers", consumer?.workers || 1);
    item("Consumer Topic", consumer?.topic ?? "");
    item("Consumer Max Rate", (consumer?.max_rate ?? 0).toFixed(6));
    item("Connection Max Retries", connection?.max_retries ?? 0);
    item("Connection Backoff Strategy", connection?.backoff_strategy ?? "");
    item("Connection Health Interval", formatGoDuration(connection?.health_interval || 1000));
  }
  dumpComponents(agent.extra_config, { title: "agent", titleIndent: indent, indent }, text);
  const { length } = agent.backend;
  text.line(indent + text.paint(`Connecting to ${length} backend(s):`, "green"));
  for (const backend of agent.backend) dumpBackend(toDumped(backend, timeoutMs, raw), text);
}

function toDumped(backend: RawBackend, timeoutMs: number, raw: RawService): DumpedBackend {
  return {
    method: backend.method || "GET",
    urlPattern: backend.url_pattern,
    timeoutMs,
    hosts: backend.host.length > 0 ? backend.host : raw.host,
    concurrentCalls: 1,
    target: backend.target,
    allow: backend.allow,
    deny: backend.deny,
    mapping: backend.mapping,
    group: backend.group,
    encoding: backend.encoding,
    isCollection: backend.is_collection,
    inputHeaders: backend.input_headers,
    inputQueryStrings: backend.input_query_strings,
    extraConfig: backend.extra_config,
    sd: backend.sd,
    sdScheme: backend.sd_scheme,
    isHostKept: backend.disable_host_sanitize,
  };
}
