import { CheckedText } from "./checked-text.ts";
import { type ClusterNode, formatNodeAddress } from "./cluster-node.ts";
import { HEALTH_PATH } from "./gateway-facts.ts";
import { NODE_ADDRESS, WORD } from "./haproxy-alphabets.ts";
import { toDeletedHeaders } from "./haproxy-headers.ts";
import type { HaproxyInput } from "./haproxy-input.ts";
import type { HaproxyOptions } from "./haproxy-options.ts";
import { bindsOf, toEdgeTls, toNodeTls } from "./haproxy-tls-view.ts";
import type { TemplateValue, TemplateView } from "./render-template.ts";

/** Without a configuration nobody knows how long an endpoint may take. */
const UNKNOWN_TIMEOUT_SECONDS = 30;
/** A second more than the slowest endpoint: the gateway answers first, with its own status. */
const ANSWER_MARGIN_SECONDS = 1;
const SHORTEST_SERVER_SECONDS = 3;
const CLIENT_SECONDS = 30;
const HARD_STOP_SECONDS = 60;
const REQUEST_MS = 10_000;
const KEEP_ALIVE_SECONDS = 30;
/** Longer than the 60 s after which balancers of clouds close an idle connection. */
const KEEP_ALIVE_BEHIND_PROXY_SECONDS = 65;

/** HAProxy's own size of a buffer, of which 1024 bytes are its own; and the largest that is asked for. */
const BUFFER_BYTES = 16_384;
const BUFFER_RESERVE_BYTES = 1_024;
const LARGEST_BUFFER_BYTES = 65_536;

const RETRY_ON = CheckedText.own("conn-failure empty-response response-timeout");
/** Nothing was sent, so nothing can happen twice. */
const RETRY_UNSENT = CheckedText.own("conn-failure");
const RETRIED_METHODS = {
  none: null,
  safe: CheckedText.own("GET HEAD OPTIONS"),
  idempotent: CheckedText.own("GET HEAD OPTIONS PUT DELETE"),
} as const;

/** Turns what is known into what the template shows. */
export function toHaproxyView(input: HaproxyInput): TemplateView {
  const { nodes, nodesDigest, facts, options } = input;
  const serverSeconds = toServerSeconds(facts.longestTimeoutMs);
  const isTrusting = options.trusted.length > 0;
  const { healthPath, isHealthPathShared } = facts;
  const health = healthPath === null ? null : CheckedText.checked(healthPath, HEALTH_PATH);
  return {
    serviceName: facts.name === "" ? null : CheckedText.checked(facts.name, WORD),
    configDigest: CheckedText.checked(facts.digest, WORD),
    nodesDigest: CheckedText.checked(nodesDigest, WORD),
    flags: options.written,
    user: options.user,
    self: options.self,
    maxConnections: options.maxConnections,
    hardStopSeconds: Math.max(HARD_STOP_SECONDS, 2 * serverSeconds),
    bufferBytes: toBufferBytes(facts.maxHeaderBytes),
    tls: toEdgeTls(input),
    nodeTls: toNodeTls(input),
    retryOn: options.retry === "none" ? RETRY_UNSENT : RETRY_ON,
    retriedMethods: RETRIED_METHODS[options.retry],
    clientSeconds: Math.max(CLIENT_SECONDS, serverSeconds),
    serverSeconds,
    requestTimeout: toDuration(Math.min(REQUEST_MS, facts.requestTimeoutMs ?? REQUEST_MS)),
    keepAliveSeconds: isTrusting ? KEEP_ALIVE_BEHIND_PROXY_SECONDS : KEEP_ALIVE_SECONDS,
    hasTunnels: facts.hasTunnels,
    resolvers: nodes.some(({ kind }) => kind === "dns" || kind === "srv")
      ? options.resolvers
      : null,
    peers: options.peers.map(({ name, address }) => ({ name, address })),
    binds: bindsOf(options).map(({ address, isV6Only, hasTls }) => ({ address, isV6Only, hasTls })),
    acceptsProxy: options.acceptsProxy,
    trusted: isTrusting ? inLines(options.trusted) : null,
    addressHeaders: toDeletedHeaders(facts.addressHeaders),
    maxBodyBytes: options.maxBodyBytes,
    hiddenPaths: health === null || isHealthPathShared ? null : toHiddenPaths(health),
    healthPath: health,
    rate: toRate(options),
    balance: options.balance,
    isHashed: options.isHashed,
    servers: nodes.map(toServer),
    stats: options.stats,
  };
}

/** At least three seconds: a node that hangs is told from one that works only by this. */
function toServerSeconds(longestTimeoutMs: number | null): number {
  if (longestTimeoutMs === null) return UNKNOWN_TIMEOUT_SECONDS;
  const seconds = Math.ceil(longestTimeoutMs / 1000) + ANSWER_MARGIN_SECONDS;
  return Math.max(SHORTEST_SERVER_SECONDS, seconds);
}

/** All that a node takes for the health path, or redirects to it: as it is compared, slashes in a row are one. */
function toHiddenPaths(healthPath: CheckedText): CheckedText {
  const path = healthPath.cfg().replaceAll(/\/+/g, "/").replace(/\/$/, "");
  if (path === "") return CheckedText.own("/");
  const checked = CheckedText.checked(path, HEALTH_PATH);
  return CheckedText.join`${checked} ${checked}/`;
}

/** HAProxy counts whole milliseconds, and takes 0 for no limit. */
function toDuration(milliseconds: number): CheckedText {
  const whole = Math.max(1, Math.floor(milliseconds));
  return whole % 1000 === 0 ? CheckedText.join`${whole / 1000}s` : CheckedText.join`${whole}ms`;
}

function toBufferBytes(maxHeaderBytes: number | null): number | null {
  if (maxHeaderBytes === null || maxHeaderBytes <= BUFFER_BYTES - BUFFER_RESERVE_BYTES) return null;
  let bytes = BUFFER_BYTES;
  while (bytes < LARGEST_BUFFER_BYTES && bytes - BUFFER_RESERVE_BYTES < maxHeaderBytes) bytes *= 2;
  return bytes;
}

function toRate({ rate, trusted }: HaproxyOptions): TemplateValue {
  if (rate === null) return null;
  const { count, periodSeconds, header } = rate;
  const isForwarded = header === null && trusted.length > 0;
  const address = CheckedText.own(isForwarded ? "var(txn.client)" : "src");
  // A client of IPv6 has a whole /64, and would have as many limits as addresses.
  const client = CheckedText.join`${address},ipmask(32,64)`;
  return {
    count,
    periodSeconds,
    expireSeconds: Math.max(10, 3 * periodSeconds),
    header,
    isForwarded,
    // A digest: long values that begin alike, tokens say, are told apart.
    key: header === null ? client : CheckedText.join`req.fhdr(${header}),sha2(256)`,
    tableType: CheckedText.own(header === null ? "ipv6" : "binary len 32"),
  };
}

function toServer(node: ClusterNode): TemplateView {
  return {
    name: CheckedText.checked(node.name, WORD),
    address: CheckedText.checked(formatNodeAddress(node), NODE_ADDRESS),
    weight: node.state === "drain" ? 0 : node.weight,
    maxConnections: node.maxConnections,
    slots: node.slots,
    isBackup: node.isBackup,
    isDisabled: node.state === "disabled",
    zone: node.zone === null ? null : CheckedText.checked(node.zone, WORD),
  };
}

/** HAProxy takes 64 words in a line; lines with the same name are one list. */
const NETWORKS_PER_LINE = 16;

function inLines(networks: readonly CheckedText[]): readonly CheckedText[] {
  const lines: CheckedText[] = [];
  for (let at = 0; at < networks.length; at += NETWORKS_PER_LINE) {
    lines.push(CheckedText.join`${networks.slice(at, at + NETWORKS_PER_LINE)}`);
  }
  return lines;
}
