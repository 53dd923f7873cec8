import { formatIp, type IpBytes, parseIp } from "../lib/cidr.ts";
import type { ClusterNode } from "./cluster-node.ts";
import type { LineFault } from "./node-list-problem.ts";
import { type HostRange, parseHostRange, RANGE_FORM } from "./node-list-range.ts";

/** The first word of a line, read: where its nodes are. */
export interface NodeAddress {
  readonly kind: ClusterNode["kind"];
  /** Canonical; more than one only from a range. */
  readonly hosts: readonly string[];
  readonly port: number | null;
  /** The list does not say the port. */
  readonly isDefaultPort: boolean;
  readonly isRange: boolean;
}

/** What the address is read with. */
export interface AddressLimits {
  /** Where none is written. */
  readonly defaultPort: number;
  /** How many hosts the list can still take. */
  readonly room: number;
}

/** Reads `host[:port]`, `[IPv6][:port]`, a range of hosts or an SRV name; all that is wrong with it is told. */
export function parseNodeAddress(text: string, limits: AddressLimits): NodeAddress | AddressFaults {
  if (isUrl(text)) return refuse("E17", "write host:port, not a URL");
  if (BARE_IPV6.test(text)) return refuse("E05", BRACKETS);
  if (text.startsWith("_")) return parseService(text, limits);
  return text.startsWith("[") && !LEADING_RANGE.test(text)
    ? parseBracketed(text, limits)
    : parseHosts(text, limits);
}

/** At least one. */
export interface AddressFaults {
  readonly faults: readonly LineFault[];
}

const BRACKETS = "write an IPv6 address in brackets: [2001:db8::5]:8080";
/** `10.0.0.1:80:90` has a wrong port. */
const BARE_IPV6 = /^(?!\d+(\.\d+){3}:)(?=.*:.*:)[0-9a-f:.]+(%.*)?$/i;
const LEADING_RANGE = /^\[[^\]:]*-/;
const NETWORK = /^[\d.]+\/\d+$/;
const TOO_MANY = "more than 1024 nodes";

/** A network such as `10.0.0.0/24` is none: it is told that it is no address. */
function isUrl(text: string): boolean {
  return text.includes("/") && !NETWORK.test(text);
}

function parseService(text: string, { room }: AddressLimits): NodeAddress | AddressFaults {
  const { host, port } = splitPort(text, 0);
  const faults: LineFault[] = [];
  if (!isServiceName(host)) faults.push(fault("E06", `"${host}" is not an SRV name`));
  if (port !== undefined) {
    faults.push({ ...fault("E07", "an SRV name carries its own port"), offset: host.length + 1 });
  }
  if (faults.length > 0) return { faults };
  if (room < 1) return refuse("E09", TOO_MANY);
  return {
    kind: "srv",
    hosts: [host.toLowerCase()],
    port: null,
    isDefaultPort: false,
    isRange: false,
  };
}

function parseBracketed(text: string, limits: AddressLimits): NodeAddress | AddressFaults {
  const close = text.indexOf("]");
  const inner = text.slice(1, close < 0 ? undefined : close);
  const bytes = inner.includes(":") ? parseIp(inner) : undefined;
  if (bytes === undefined) {
    return { faults: [{ ...fault("E04", `"${inner}" is not an IPv6 address`), offset: 1 }] };
  }
  const { host, port: written } = splitPort(text, close + 1);
  if (close < 0 || host.length !== close + 1) return refuse("E05", BRACKETS);

  const faults: LineFault[] = [];
  if (!isUnicast(bytes)) faults.push(fault("E15", `"${inner}" ${NO_HOST}`));
  const port = readPort(written, host.length + 1, limits);
  if (typeof port === "object") faults.push(port);
  if (faults.length > 0 || typeof port === "object") return { faults };
  if (limits.room < 1) return refuse("E09", TOO_MANY);
  // An IPv4 address in IPv6 notation is the IPv4 address, so that no host can be listed twice.
  const kind = bytes.length === 4 ? "ipv4" : "ipv6";
  const isDefaultPort = written === undefined;
  return { kind, hosts: [formatIp(bytes)], port, isDefaultPort, isRange: false };
}

function parseHosts(text: string, limits: AddressLimits): NodeAddress | AddressFaults {
  const { host: written, port: writtenPort } = splitPort(text, text.lastIndexOf("]") + 1);
  const faults: LineFault[] = [];
  const range = parseHostRange(written);
  const hosts = "code" in range ? range : readHosts(range, limits.room);
  if ("code" in hosts) faults.push(hosts);
  const port = readPort(writtenPort, written.length + 1, limits);
  if (typeof port === "object") faults.push(port);
  if ("code" in hosts || typeof port === "object") return { faults };
  return { ...hosts, port, isDefaultPort: writtenPort === undefined };
}

/** So many numbers in a row do not fit into an IPv4 address: that is told rather than that they are too many. */
const PAST_LARGEST_OCTET = 257;

/** All hosts of a range are of one kind: only digits tell them apart. */
function readHosts(
  range: HostRange,
  room: number,
): Omit<NodeAddress, "port" | "isDefaultPort"> | LineFault {
  const hasRoom = range.count <= room;
  const hosts: string[] = [];
  for (const host of range.expand(hasRoom ? room : PAST_LARGEST_OCTET)) {
    const problem = isNumeric(host) ? findIpv4Problem(host) : findNameProblem(host);
    if (problem !== undefined) return problem;
    hosts.push(host.toLowerCase());
  }
  if (!hasRoom) return fault("E09", TOO_MANY);
  const kind = isNumeric(hosts[0] ?? "") ? "ipv4" : "dns";
  return { kind, hosts, isRange: range.isRange };
}

function isNumeric(host: string): boolean {
  return /^[\d./]+$/.test(host);
}

function findIpv4Problem(host: string): LineFault | undefined {
  const bytes = parseIp(host);
  if (bytes === undefined) return fault("E03", `"${host}" is not an IPv4 address`);
  return isUnicast(bytes) ? undefined : fault("E15", `"${host}" ${NO_HOST}`);
}

/** Like a range without its brackets; as a name it would be looked up and never found. */
const BARE_RANGE = /^\d+(\.\d+){3}-\d+(\.\d+){0,3}$/;

function findNameProblem(host: string): LineFault | undefined {
  if (BARE_RANGE.test(host)) return fault("E08", RANGE_FORM);
  return isDomainName(host) ? undefined : fault("E06", `"${host}" is not a host name`);
}

const NO_HOST = "is not the address of one host";

/** Neither "this network" (RFC 1122 section 3.2.1.3), nor multicast, reserved or broadcast. */
function isUnicast(bytes: IpBytes): boolean {
  const [first = 0] = bytes;
  if (bytes.length === 4) return first !== 0 && first < 224;
  return first !== 0xff && bytes.some((byte) => byte !== 0);
}

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
// A resolver takes a name that ends like this for an IPv4 address, as in 0x7f000001 or gw.0x1.
const NUMBER = /^(\d+|0x[0-9a-f]*)$/i;

/** RFC 1123 section 2.1. */
function isDomainName(name: string): boolean {
  const labels = name.split(".");
  const isSound = labels.every((label) => LABEL.test(label));
  return isSound && name.length <= 253 && !NUMBER.test(labels.at(-1) ?? "");
}

/** `_service._protocol`, then the labels of a domain (RFC 2782). */
function isServiceName(name: string): boolean {
  const [, service, rest] = /^_([^._]+)\._([^_]+)$/.exec(name) ?? [];
  if (service === undefined || rest === undefined || name.length > 253) return false;
  return LABEL.test(service) && isDomainName(rest);
}

/** At the first colon from `from` on. */
function splitPort(text: string, from: number): { host: string; port: string | undefined } {
  const colon = text.indexOf(":", from);
  if (colon < 0) return { host: text, port: undefined };
  return { host: text.slice(0, colon), port: text.slice(colon + 1) };
}

function readPort(
  text: string | undefined,
  offset: number,
  { defaultPort }: AddressLimits,
): number | LineFault {
  if (text === undefined) return defaultPort;
  const port = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  return { offset, code: "E07", message: `port "${text}" is not 1 to 65535` };
}

function fault(code: string, message: string): LineFault {
  return { offset: 0, code, message };
}

function refuse(code: string, message: string): AddressFaults {
  return { faults: [fault(code, message)] };
}
