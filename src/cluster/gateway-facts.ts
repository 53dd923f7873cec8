import { createHash } from "node:crypto";
import type { LoadedConfig } from "../config/load.ts";
import type { ServiceConfig } from "../config/model.ts";
import { findNamespace } from "../config/namespaces.ts";
import { DEFAULT_SHUTDOWN_DELAY_MS, DEFAULT_SHUTDOWN_WAIT_MS } from "../config/node-options.ts";
import { formatIp, parseIp } from "../lib/cidr.ts";
import { isRecord } from "../lib/go-coerce.ts";
import { HEADER_NAME } from "./haproxy-alphabets.ts";
import { checkTimes, idlePath } from "./longest-time.ts";

/** What a balancer or an init system must know of the gateway, so that the two never disagree. */
export interface GatewayFacts {
  /** Letters, digits, `_`, `.` and `-` of the service's name; empty: it has none. */
  readonly name: string;
  readonly port: number;
  /** The gateway listens where no other host reaches it. */
  readonly isLoopback: boolean;
  /** `null`: the nodes speak plain HTTP. */
  readonly tls: { readonly minVersion: string; readonly isMutual: boolean } | null;
  /** `null`: unknown, there is no configuration. */
  readonly longestTimeoutMs: number | null;
  /** The shorter of the node's limits for a request's head and for the whole request; `null`: none is set. */
  readonly requestTimeoutMs: number | null;
  /** Of the nodes, between two requests of one connection. */
  readonly idleTimeoutMs: number;
  /** `max_header_bytes` where the file sets it, else `null`. */
  readonly maxHeaderBytes: number | null;
  /** `null`: the node has no health page. */
  readonly healthPath: string | null;
  /** An endpoint of clients has the path of the health page, as a balancer compares it. */
  readonly isHealthPathShared: boolean;
  /** How long a node serves on after SIGTERM. */
  readonly shutdownDelayMs: number;
  /** How long requests in flight are waited for after that. */
  readonly shutdownWaitMs: number;
  /** Headers, as the file names them, whose word the nodes take for a client's address. */
  readonly addressHeaders: readonly string[];
  /** Networks whose word in those headers counts; `null`: everybody's. */
  readonly trustedProxies: readonly string[] | null;
  /** The gateway sends `Strict-Transport-Security` itself. */
  readonly sendsHsts: boolean;
  /** Connections that stay open for hours, such as websockets. */
  readonly hasTunnels: boolean;
  /** Of the configuration's text: twelve hexadecimal digits. */
  readonly digest: string;
}

/** What the command's surroundings say beside the file. */
export interface FactOverrides {
  /** `--shutdown-delay` or `GW_SHUTDOWN_DELAY`; stronger than the file. */
  readonly shutdownDelayMs?: number | undefined;
  /** Where no configuration is given; `GW_PORT` and `KRAKEND_PORT` say it. */
  readonly port?: number | undefined;
}

/** What holds where no configuration is given. */
export function defaultFacts({ shutdownDelayMs, port = 8080 }: FactOverrides = {}): GatewayFacts {
  return {
    name: "",
    port,
    isLoopback: false,
    tls: null,
    longestTimeoutMs: null,
    requestTimeoutMs: null,
    idleTimeoutMs: 75_000,
    maxHeaderBytes: null,
    healthPath: "/__health",
    isHealthPathShared: false,
    shutdownDelayMs: shutdownDelayMs ?? DEFAULT_SHUTDOWN_DELAY_MS,
    shutdownWaitMs: DEFAULT_SHUTDOWN_WAIT_MS,
    addressHeaders: ["X-Forwarded-For", "X-Real-Ip"],
    trustedProxies: null,
    sendsHsts: false,
    hasTunnels: false,
    digest: "none",
  };
}

/** HAProxy closes half of its idle connections every five seconds; a node must not be the first to close. */
const SHORTEST_IDLE_MS = 10_000;

/** What can stand in a check and an ACL of HAProxy without quoting. */
export const HEALTH_PATH = /^\/[A-Za-z0-9_./~-]{1,128}$/;

/** Reads the facts out of a configuration that `gw run` would serve. */
export function readGatewayFacts(
  { config, raw, text }: Pick<LoadedConfig, "config" | "raw" | "text">,
  { shutdownDelayMs }: FactOverrides = {},
): GatewayFacts {
  const { listener, router, tls } = config;
  const headLimits = [raw.read_header_timeout, raw.read_timeout].filter((limit) => limit > 0);
  return {
    name: config.name.replaceAll(/[^A-Za-z0-9_.-]+/g, "_").slice(0, 63),
    port: config.port,
    isLoopback: isLoopback(config.listenIp),
    tls: tls === null ? null : { minVersion: tls.minVersion, isMutual: tls.isMutual },
    longestTimeoutMs: Math.max(raw.timeout, ...config.endpoints.map(({ timeoutMs }) => timeoutMs)),
    requestTimeoutMs: headLimits.length === 0 ? null : Math.min(...headLimits),
    idleTimeoutMs: listener.idleTimeoutMs,
    maxHeaderBytes: raw.max_header_bytes > 0 ? listener.maxHeaderBytes : null,
    healthPath: router.healthPath,
    isHealthPathShared: config.endpoints.some(
      ({ path }) => fold(path) === fold(router.healthPath ?? ""),
    ),
    shutdownDelayMs: shutdownDelayMs ?? config.shutdownDelayMs ?? DEFAULT_SHUTDOWN_DELAY_MS,
    shutdownWaitMs: listener.maxShutdownWaitMs || DEFAULT_SHUTDOWN_WAIT_MS,
    addressHeaders: addressHeadersOf(router),
    trustedProxies: router.trustedProxies,
    sendsHsts: sendsHsts(config),
    hasTunnels: config.endpoints.some(({ extraConfig }) => "websocket" in extraConfig),
    digest: digestOf(text),
  };
}

/** Letter case, slashes in a row and one at the end make no difference. */
function fold(path: string): string {
  return path.toLowerCase().replaceAll(/\/+/g, "/").replace(/\/$/, "");
}

function isLoopback(address: string): boolean {
  const bytes = parseIp(address);
  if (bytes === undefined) return false;
  return bytes.length === 4 ? bytes[0] === 127 : formatIp(bytes) === "::1";
}

function addressHeadersOf(router: ServiceConfig["router"]): readonly string[] {
  return [
    ...(router.usesForwardedClientIp ? router.remoteIpHeaders : []),
    ...(router.trustsAppEngine ? ["X-Appengine-Remote-Addr"] : []),
  ];
}

/** Twelve hexadecimal digits of a text's SHA-256. */
export function digestOf(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** Reports a health path that no balancer's configuration can hold. */
export function checkHealthPath({ config, report }: LoadedConfig): void {
  const { healthPath } = config.router;
  if (healthPath === null || HEALTH_PATH.test(healthPath)) return;
  report.error(["extra_config", "router", "health_path"], "cannot be asked for by a balancer", {
    expected: "letters, digits and _ . / ~ -, at most 128",
  });
}

/** Reports what makes HAProxy in front of this gateway unsafe. */
export function checkForHaproxy(loaded: LoadedConfig): void {
  const { config, raw, report } = loaded;
  const { idleTimeoutMs } = config.listener;
  if (idleTimeoutMs < SHORTEST_IDLE_MS) {
    const message = `closes idle connections after ${idleTimeoutMs} ms, but the balancer has to be the first to close`;
    report.error(idlePath(raw), message, { expected: "10s or more" });
  }
  checkHealthPath(loaded);
  checkAddressHeaders(loaded);
  checkTimes(loaded, ["timeout"]);
}

/** The balancer deletes these headers of clients: no other name can be written there, nor go without harm. */
function checkAddressHeaders({ config: { router }, report }: LoadedConfig): void {
  if (!router.usesForwardedClientIp) return;
  router.remoteIpHeaders.forEach((name, index) => {
    if (HEADER_NAME.test(name) && !NEEDED_HEADERS.has(name.toLowerCase())) return;
    const path = ["extra_config", "router", "remote_ip_headers", index];
    report.error(path, "cannot be taken from clients by a balancer", {
      expected: "letters, digits and - _ ., at most 64; no header that HTTP itself needs",
    });
  });
}

const NEEDED_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "host",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** What the file asks for and gw does not do leaves the header to the balancer. */
function sendsHsts({ extraConfig }: ServiceConfig): boolean {
  const isDone = findNamespace("security/http")?.implementedAt.includes("service") === true;
  const options = extraConfig["security/http"];
  if (!isDone) return false;
  return isRecord(options) && typeof options.sts_seconds === "number" && options.sts_seconds > 0;
}
