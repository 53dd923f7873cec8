import { createHash } from "node:crypto";
import type { LoadedConfig } from "../config/load.ts";
import type { ServiceConfig } from "../config/model.ts";
import { findNamespace } from "../config/namespaces.ts";
import { isRecord } from "../lib/go-coerce.ts";

/** What a balancer must know of the gateway behind it, so that the two never disagree. */
export interface GatewayFacts {
  /** Letters, digits, `_`, `.` and `-` of the service's name; empty: it has none. */
  readonly name: string;
  readonly port: number;
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
  /** An endpoint of clients has the path of the health page. */
  readonly isHealthPathShared: boolean;
  /** The gateway sends `Strict-Transport-Security` itself. */
  readonly sendsHsts: boolean;
  /** Connections that stay open for hours, such as websockets. */
  readonly hasTunnels: boolean;
  /** Of the configuration's text: twelve hexadecimal digits. */
  readonly digest: string;
  /** Text and place of what makes a balancer in front of it unsafe; the command refuses it. */
  readonly problems: readonly FactProblem[];
}

/** A value of the configuration that a balancer cannot work with. */
export interface FactProblem {
  /** JSON path of the value, such as `$.idle_timeout`. */
  readonly path: string;
  readonly message: string;
}

/** What holds where no configuration is given. */
export const DEFAULT_FACTS: GatewayFacts = {
  name: "",
  port: 8080,
  tls: null,
  longestTimeoutMs: null,
  requestTimeoutMs: null,
  idleTimeoutMs: 75_000,
  maxHeaderBytes: null,
  healthPath: "/__health",
  isHealthPathShared: false,
  sendsHsts: false,
  hasTunnels: false,
  digest: "none",
  problems: [],
};

/** HAProxy closes half of its idle connections every five seconds; a node must not be the first to close. */
const SHORTEST_IDLE_MS = 10_000;

/** HAProxy keeps times in 31 bits of milliseconds, 24.8 days; the file has twice the longest timeout in it. */
const LONGEST_TIMEOUT_MS = 1_000_000_000;

/** What can stand in a check and an ACL of HAProxy without quoting. */
export const HEALTH_PATH = /^\/[A-Za-z0-9_./~-]{1,128}$/;

/** Reads the facts out of a configuration that `gw run` would serve. */
export function readGatewayFacts({ config, raw, text }: LoadedConfig): GatewayFacts {
  const { listener, router, tls } = config;
  const headLimits = [raw.read_header_timeout, raw.read_timeout].filter((limit) => limit > 0);
  return {
    name: config.name.replaceAll(/[^A-Za-z0-9_.-]+/g, "_").slice(0, 63),
    port: config.port,
    tls: tls === null ? null : { minVersion: tls.minVersion, isMutual: tls.isMutual },
    longestTimeoutMs: Math.max(raw.timeout, ...config.endpoints.map(({ timeoutMs }) => timeoutMs)),
    requestTimeoutMs: headLimits.length === 0 ? null : Math.min(...headLimits),
    idleTimeoutMs: listener.idleTimeoutMs,
    maxHeaderBytes: raw.max_header_bytes > 0 ? listener.maxHeaderBytes : null,
    healthPath: router.healthPath,
    isHealthPathShared: config.endpoints.some(({ path }) => path === router.healthPath),
    sendsHsts: sendsHsts(config),
    hasTunnels: config.endpoints.some(({ extraConfig }) => "websocket" in extraConfig),
    digest: digestOf(text),
    problems: findProblems(config, raw),
  };
}

/** Twelve hexadecimal digits of a text's SHA-256. */
export function digestOf(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

function findProblems(
  { listener, router, endpoints }: ServiceConfig,
  raw: LoadedConfig["raw"],
): readonly FactProblem[] {
  const problems: FactProblem[] = [];
  if (listener.idleTimeoutMs < SHORTEST_IDLE_MS) {
    const key = raw.idle_timeout > 0 ? "idle_timeout" : "read_timeout";
    const message = `closes idle connections after ${listener.idleTimeoutMs} ms; behind a balancer it must be 10s or more, since the balancer has to be the first to close`;
    problems.push({ path: `$.${key}`, message });
  }
  const { healthPath } = router;
  if (healthPath !== null && !HEALTH_PATH.test(healthPath)) {
    const expected = "letters, digits and _ . / ~ -, at most 128";
    const message = `${JSON.stringify(healthPath)} cannot be asked for by the balancer; expected ${expected}`;
    problems.push({ path: "$.extra_config.router.health_path", message });
  }
  const timeouts = [
    ["$.timeout", raw.timeout] as const,
    ...endpoints.map(
      ({ timeoutMs }, index) => [`$.endpoints[${index}].timeout`, timeoutMs] as const,
    ),
  ];
  const tooLong = timeouts.find(([, timeoutMs]) => timeoutMs > LONGEST_TIMEOUT_MS);
  if (tooLong !== undefined) {
    const message = "is longer than a balancer can wait; expected 277h or less";
    problems.push({ path: tooLong[0], message });
  }
  return problems;
}

/** What the file asks for and gw does not do leaves the header to the balancer. */
function sendsHsts({ extraConfig }: ServiceConfig): boolean {
  const isDone = findNamespace("security/http")?.implementedAt.includes("service") === true;
  const options = extraConfig["security/http"];
  if (!isDone) return false;
  return isRecord(options) && typeof options.sts_seconds === "number" && options.sts_seconds > 0;
}
