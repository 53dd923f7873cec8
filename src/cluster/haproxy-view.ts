import { CheckedText } from "./checked-text.ts";
import { type ClusterNode, formatNodeAddress } from "./cluster-node.ts";
import { type GatewayFacts, HEALTH_PATH } from "./gateway-facts.ts";
import type { HaproxyOptions } from "./haproxy-options.ts";
import type { TemplateValue, TemplateView } from "./render-template.ts";
import type { BindAddress } from "./socket-address.ts";

/** All that a balancer's configuration is made of. */
export interface HaproxyInput {
  readonly nodes: readonly ClusterNode[];
  /** Of the node list: twelve hexadecimal digits. */
  readonly nodesDigest: string;
  readonly facts: GatewayFacts;
  readonly options: HaproxyOptions;
}

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

const RETRY_ON = "conn-failure empty-response response-timeout";
/** Nothing was sent, so nothing can happen twice. */
const RETRY_UNSENT = "conn-failure";
const RETRIED_METHODS = {
  safe: "GET HEAD OPTIONS",
  idempotent: "GET HEAD OPTIONS PUT DELETE",
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
    user: options.user,
    self: options.self,
    maxConnections: options.maxConnections,
    hardStopSeconds: Math.max(HARD_STOP_SECONDS, 2 * serverSeconds),
    bufferBytes: toBufferBytes(facts.maxHeaderBytes),
    tls: toEdgeTls(input),
    nodeTls: toNodeTls(input),
    retryOn: CheckedText.own(options.retry === "none" ? RETRY_UNSENT : RETRY_ON),
    retriedMethods:
      options.retry === "none" ? null : CheckedText.own(RETRIED_METHODS[options.retry]),
    clientSeconds: Math.max(CLIENT_SECONDS, serverSeconds),
    serverSeconds,
    requestTimeout: CheckedText.own(
      toDuration(Math.min(REQUEST_MS, facts.requestTimeoutMs ?? REQUEST_MS)),
    ),
    keepAliveSeconds: isTrusting ? KEEP_ALIVE_BEHIND_PROXY_SECONDS : KEEP_ALIVE_SECONDS,
    hasTunnels: facts.hasTunnels,
    resolvers: nodes.some(({ kind }) => kind === "dns" || kind === "srv")
      ? options.resolvers
      : null,
    peers: options.peers.map(({ name, address }) => ({ name, address })),
    binds: bindsOf(options).map(({ address, isV6Only, hasTls }) => ({ address, isV6Only, hasTls })),
    acceptsProxy: options.acceptsProxy,
    trusted: isTrusting ? inLines(options.trusted) : null,
    maxBodyBytes: options.maxBodyBytes,
    hiddenPath: isHealthPathShared ? null : health,
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

/** HAProxy counts whole milliseconds, and takes 0 for no limit. */
function toDuration(milliseconds: number): string {
  const whole = Math.max(1, Math.floor(milliseconds));
  return whole % 1000 === 0 ? `${whole / 1000}s` : `${whole}ms`;
}

function toBufferBytes(maxHeaderBytes: number | null): number | null {
  if (maxHeaderBytes === null || maxHeaderBytes <= BUFFER_BYTES - BUFFER_RESERVE_BYTES) return null;
  let bytes = BUFFER_BYTES;
  while (bytes < LARGEST_BUFFER_BYTES && bytes - BUFFER_RESERVE_BYTES < maxHeaderBytes) bytes *= 2;
  return bytes;
}

interface Bind {
  readonly address: CheckedText;
  readonly isV6Only: boolean;
  readonly hasTls: boolean;
}

const HTTP_PORT = 80;
const HTTPS_PORT = 443;

/** With a certificate port 80 stays plain, to send clients to the other one. */
function bindsOf({ binds, certificate }: HaproxyOptions): readonly Bind[] {
  if (binds.length > 0) return binds.map((bind) => toBind(bind, certificate !== null));
  const plain = { address: CheckedText.own(":80"), isV6Only: false, hasTls: false };
  if (certificate === null) return [plain];
  return [
    { address: CheckedText.own(":443"), isV6Only: false, hasTls: true },
    { address: CheckedText.own(":::443"), isV6Only: true, hasTls: true },
    plain,
  ];
}

function toBind({ address, port, isIpv6 }: BindAddress, hasCertificate: boolean): Bind {
  return { address, isV6Only: isIpv6, hasTls: hasCertificate && port !== HTTP_PORT };
}

function toEdgeTls({ facts, options }: HaproxyInput): TemplateValue {
  const { certificate, binds } = options;
  if (certificate === null) return null;
  const given = binds.find(({ port }) => port !== HTTP_PORT)?.port ?? HTTPS_PORT;
  return {
    certificate,
    redirects: bindsOf(options).some(({ hasTls }) => !hasTls),
    redirectPort: given === HTTPS_PORT ? null : given,
    hasHsts: !facts.sendsHsts,
  };
}

const TLS_VERSIONS: Readonly<Record<string, string>> = {
  TLS10: "TLSv1.0",
  TLS11: "TLSv1.1",
  TLS12: "TLSv1.2",
  TLS13: "TLSv1.3",
};

function toNodeTls({ facts, options }: HaproxyInput): TemplateValue {
  if (facts.tls === null) return null;
  const { authority, name, certificate, isInsecure } = options.nodeTls;
  const words = isInsecure
    ? ["verify none"]
    : [
        `verify required ca-file ${authority?.cfg() ?? ""}`,
        ...(name === null ? [] : [`verifyhost ${name.cfg()}`]),
      ];
  if (name !== null) words.push(`sni str(${name.cfg()})`, `check-sni ${name.cfg()}`);
  if (certificate !== null) words.push(`crt ${certificate.cfg()}`);
  return {
    minVersion: CheckedText.own(TLS_VERSIONS[facts.tls.minVersion] ?? "TLSv1.2"),
    verification: CheckedText.own(words.join(" ")),
  };
}

function toRate({ rate }: HaproxyOptions): TemplateValue {
  if (rate === null) return null;
  const { count, periodSeconds, header } = rate;
  return {
    count,
    periodSeconds,
    expireSeconds: Math.max(10, 3 * periodSeconds),
    header,
    // A digest: long values that begin alike, tokens say, are told apart.
    key: CheckedText.own(header === null ? "src" : `req.fhdr(${header.cfg()}),sha2(256)`),
    tableType: CheckedText.own(header === null ? "ipv6" : "binary len 32"),
  };
}

function toServer(node: ClusterNode): TemplateView {
  return {
    name: CheckedText.checked(node.name, WORD),
    address: CheckedText.checked(formatNodeAddress(node), ADDRESS),
    weight: node.state === "drain" ? 0 : node.weight,
    maxConnections: node.maxConnections,
    slots: node.slots,
    isBackup: node.isBackup,
    isDisabled: node.state === "disabled",
    zone: node.zone === null ? null : CheckedText.checked(node.zone, WORD),
  };
}

const WORD = /^[A-Za-z0-9_.-]+$/;
const ADDRESS = /^[A-Za-z0-9_.:[\]-]+$/;

/** HAProxy takes 64 words in a line; lines with the same name are one list. */
const NETWORKS_PER_LINE = 16;

function inLines(networks: readonly CheckedText[]): readonly CheckedText[] {
  const words = networks.map((network) => network.cfg());
  const lines: CheckedText[] = [];
  for (let at = 0; at < words.length; at += NETWORKS_PER_LINE) {
    lines.push(CheckedText.own(words.slice(at, at + NETWORKS_PER_LINE).join(" ")));
  }
  return lines;
}
