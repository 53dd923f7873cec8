/**
 * The attributes of a KrakenD file, format 3, below `extra_config`: the one list of known keys.
 *
 * The conversions treat types as KrakenD does and apply Go's zero values; what zero means is decided
 * when the model is made.
 */
import { EMPTY_LIST } from "../lib/empty-list.ts";
import {
  type Attribute,
  type Conversion,
  type Converted,
  components,
  duration,
  NO_OPTIONS,
  textPairs,
  weakBoolean,
  weakInteger,
  weakList,
  weakNumber,
  weakObject,
  weakString,
} from "./weak.ts";

const text = (about: string) => attribute(weakString, "", about);
const integer = (about: string) => attribute(weakInteger, 0, about);
const number = (about: string) => attribute(weakNumber, 0, about);
const flag = (about: string, inert?: string) => attribute(weakBoolean, false, about, inert);
const time = (about: string, inert?: string) => ({
  ...attribute(duration, 0, about, inert),
  isDuration: true,
});
const texts = (about: string) => list(weakString, about);
const integers = (about: string, inert?: string) => list(weakInteger, about, inert);
const options = (about: string) => attribute(components, NO_OPTIONS, about);

/** A backend of an endpoint or of an async agent. */
export const backendSchema = weakObject({
  url_pattern: text("Path and query of the call, with the endpoint's placeholders: `/users/{id}`."),
  host: texts("Addresses of the service, `http://name:port`; the service's list when absent."),
  disable_host_sanitize: flag("Take the hosts as written: for SRV names, IPv6 and other schemes."),
  method: text("Method of the call; the endpoint's when absent."),
  encoding: text("How to decode the answer: json, safejson, fast-json, xml, rss, string or no-op."),
  is_collection: flag("The answer is a list; it is wrapped as `collection`."),
  target: text("Dotted path of the object to keep of the answer."),
  allow: texts("Dotted paths of the fields to keep; `deny` is then ignored."),
  deny: texts("Dotted paths of the fields to remove."),
  mapping: attribute(textPairs, EMPTY_LIST, 'New names of top-level fields: `{"old": "new"}`.'),
  group: text("Puts the answer below this key."),
  sd: text("`dns`: the host is an SRV name; anything else: the hosts are addresses."),
  sd_scheme: text("Scheme of discovered hosts, `http` when absent."),
  input_headers: texts("Of the headers that the endpoint lets through, those for this backend."),
  input_query_strings: texts("Of the query strings that the endpoint lets through, those to send."),
  timeout: time("Checked, but without effect.", "the endpoint's timeout counts"),
  extra_config: options("Components of this backend."),
});

/** An entry of `endpoints`. */
export const endpointSchema = weakObject({
  endpoint: text("Path that clients call, with placeholders: `/users/{id}`."),
  method: text("GET, POST, PUT, PATCH or DELETE; GET when absent."),
  backend: list(backendSchema, "The calls whose answers are merged."),
  concurrent_calls: integer(
    "How many equal calls race for the first complete answer; 1 when absent.",
  ),
  timeout: time("Deadline of the whole endpoint; the service's when absent."),
  cache_ttl: time("`max-age` for clients; the service's when absent."),
  input_query_strings: texts("Query strings that backends get; none when absent."),
  input_headers: texts("Headers that backends get; none when absent."),
  output_encoding: text("json, fast-json, json-collection, xml, negotiate, string or no-op."),
  extra_config: options("Components of this endpoint."),
});

/** `tls`: how clients connect. */
export const tlsSchema = weakObject({
  disabled: flag("Serve plain HTTP; the block is ignored."),
  keys: list(
    weakObject({
      public_key: text("Path of the PEM file with the certificate chain."),
      private_key: text("Path of the PEM file with the key."),
    }),
    "Certificates, chosen by server name; the first is used when none fits.",
  ),
  public_key: text("Former form of one pair."),
  private_key: text("Former form of one pair."),
  min_version: text("TLS10, TLS11, TLS12 or TLS13; TLS13 when absent."),
  max_version: text("TLS10, TLS11, TLS12 or TLS13; TLS13 when absent."),
  curve_preferences: integers("Ids of key exchange groups: 23 (P-256), 24 (P-384), 25 (P-521)."),
  cipher_suites: integers("Ids of cipher suites up to TLS 1.2."),
  prefer_server_cipher_suites: flag("Without effect.", "the server's order always counts"),
  enable_mtls: flag("Demand and verify certificates of clients."),
  ca_certs: texts("Paths of PEM files with authorities for clients' certificates."),
  disable_system_ca_pool: flag("Do not trust the system's authorities."),
});

/** `client_tls`: how backends are called. */
export const clientTlsSchema = weakObject({
  allow_insecure_connections: flag("Do not verify certificates of backends."),
  ca_certs: texts("Paths of PEM files with further authorities."),
  disable_system_ca_pool: flag("Do not trust the system's authorities."),
  min_version: text("TLS10, TLS11, TLS12 or TLS13; TLS13 when the block exists."),
  max_version: text("TLS10, TLS11, TLS12 or TLS13; TLS13 when the block exists."),
  curve_preferences: integers(
    "Ids of key exchange groups: 4588 (X25519MLKEM768), 29 (X25519), 23, 24, 25 (P-256, P-384, P-521).",
  ),
  cipher_suites: integers("Ids of cipher suites up to TLS 1.2."),
  client_certs: list(
    weakObject({
      certificate: text("Path of the PEM file with the certificate chain."),
      private_key: text("Path of the PEM file with the key."),
    }),
    "Certificates that gw shows to backends.",
  ),
});

/** An entry of `async_agent`. */
export const agentSchema = weakObject({
  name: text("Name in the health report."),
  consumer: optional(
    weakObject({
      topic: text("What to consume; its form is the driver's."),
      timeout: time("Deadline of each message; the service's timeout when absent."),
      workers: integer("Messages handled at a time; 1 when absent."),
      max_rate: number("Messages per second; 0: unlimited."),
    }),
    "How messages are taken.",
  ),
  connection: optional(
    weakObject({
      max_retries: integer("Attempts to reconnect; 0: unlimited."),
      backoff_strategy: text("linear, linear-jitter, exponential or exponential-jitter."),
      health_interval: time("Period of the health check; 1 s when absent."),
    }),
    "How the connection is kept.",
  ),
  encoding: text("Not used by the core."),
  backend: list(backendSchema, "Where messages go."),
  extra_config: options("The driver and other components."),
});

/** The whole file. */
export const serviceSchema = weakObject({
  version: integer("Format of the file; must be 3."),
  name: text("Name of the service in telemetry."),
  port: integer("Port to listen on; 8080 when absent."),
  listen_ip: text("IP address to listen on; all when absent."),
  timeout: time("Default deadline of endpoints; 2s when absent."),
  cache_ttl: time("Default `max-age` for clients; none when absent."),
  host: texts("Default hosts of backends."),
  output_encoding: text("Default output encoding of endpoints."),
  endpoints: list(endpointSchema, "What clients can call."),
  async_agent: list(agentSchema, "Consumers of message queues."),
  extra_config: options("Components of the service."),
  read_timeout: time("Limit for reading a whole request; none when absent."),
  write_timeout: time("Limit for writing an answer; none when absent."),
  idle_timeout: time("How long an idle client connection is kept."),
  read_header_timeout: time("Limit for reading a request's head; 10s when absent."),
  max_header_bytes: integer("Limit for a request's head; 1 MiB when absent."),
  max_shutdown_wait_time: time("How long a stop waits for open requests."),
  disable_keep_alives: flag("One request per backend connection."),
  disable_compression: flag("Do not ask backends for gzip."),
  max_idle_connections: integer("Idle backend connections in all; 0: unlimited."),
  max_idle_connections_per_host: integer("Idle backend connections per host; 250 when absent."),
  idle_connection_timeout: time("How long an idle backend connection is kept; 0: for ever."),
  response_header_timeout: time("Limit for a backend's response head; 0: none."),
  expect_continue_timeout: time("How long to wait for `100 Continue`; 0: not at all."),
  dialer_timeout: time("Limit for connecting to a backend; 0: none."),
  dialer_fallback_delay: time(
    "Delay before the other address family is tried; 300ms when absent.",
    "all addresses of a host are tried at once",
  ),
  dialer_keep_alive: time(
    "Silence before a TCP keep-alive probe; 15s when absent, none when negative.",
  ),
  disable_rest: flag("Placeholders may stand anywhere in a path, not only behind a slash."),
  plugin: optional(
    weakObject({
      folder: text("Where Go plugins lie."),
      pattern: text("How their names end."),
    }),
    "Native Go plugins; they cannot be loaded.",
    "native Go plugins cannot be loaded",
  ),
  tls: optional(tlsSchema, "Serve TLS."),
  client_tls: optional(clientTlsSchema, "TLS towards backends."),
  allow_insecure_connections: flag("Former form of `client_tls.allow_insecure_connections`."),
  use_h2c: flag("Serve HTTP/2 without TLS."),
  debug_endpoint: flag("Serve `/__debug/`."),
  echo_endpoint: flag("Serve `/__echo/`."),
  sequential_start: flag("Start async agents one after the other, before the service."),
  dns_cache_ttl: time("Refresh period of SRV names; 30s when absent."),
});

/** A checked file, defaults of Go's types applied. */
export type RawService = Converted<typeof serviceSchema>;
/** A checked endpoint. */
export type RawEndpoint = Converted<typeof endpointSchema>;
/** A checked backend. */
export type RawBackend = Converted<typeof backendSchema>;
/** A checked `tls` block. */
export type RawTls = Converted<typeof tlsSchema>;
/** A checked `client_tls` block. */
export type RawClientTls = Converted<typeof clientTlsSchema>;

function list<Item>(
  item: Conversion<Item>,
  about: string,
  inert?: string,
): Attribute<readonly Item[]> {
  return attribute(weakList(item), EMPTY_LIST, about, inert);
}

function optional<Value>(
  conversion: Conversion<Value>,
  about: string,
  inert?: string,
): Attribute<Value | undefined> {
  return attribute<Value | undefined>(conversion, undefined, about, inert);
}

function attribute<Value>(
  { convert, shape }: Conversion<Value>,
  absent: NoInfer<Value>,
  about: string,
  inert?: string,
): Attribute<Value> {
  return { convert, shape, absent, about, inert, isDuration: false };
}
