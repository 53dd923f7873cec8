import { formatIp, type IpBytes, parseIp } from "../lib/cidr.ts";
import { CheckedText } from "./checked-text.ts";

/** Where the balancer listens. */
export interface BindAddress {
  readonly address: CheckedText;
  readonly port: number;
  /** An address of IPv6, or all of them. */
  readonly isIpv6: boolean;
}

/** An address in its canonical spelling. */
export interface HostAddress {
  readonly bytes: IpBytes;
  readonly text: CheckedText;
}

/** Reads `:PORT`, `IPV4:PORT` or `[IPV6]:PORT`. */
export function parseBindAddress(text: string): BindAddress | undefined {
  const [, portText] = /^:(\d+)$/.exec(text) ?? [];
  if (portText !== undefined) {
    const port = parsePort(portText);
    if (port === undefined) return undefined;
    return { address: CheckedText.join`:${port}`, port, isIpv6: false };
  }
  const parts = split(text);
  if (parts === undefined) return undefined;
  const isIpv6 = parts.bytes.length === 16;
  return { address: render(parts), port: parts.port, isIpv6 };
}

/** Reads `IPV4:PORT` or `[IPV6]:PORT`. */
export function parseSocketAddress(text: string): CheckedText | undefined {
  const parts = split(text);
  return parts === undefined ? undefined : render(parts);
}

/** The same where somebody else has to answer: an address that is one host's. */
export function parseRemoteAddress(text: string): CheckedText | undefined {
  const parts = split(text);
  return parts === undefined || isOfNoHost(parts.bytes) ? undefined : render(parts);
}

/** The address of one host, or `undefined`: names, networks, this-network and multicast addresses are none. */
export function parseHostAddress(text: string): HostAddress | undefined {
  const bytes = parseIp(text);
  return bytes === undefined || isOfNoHost(bytes) ? undefined : { bytes, text: toText(bytes) };
}

interface SocketParts {
  readonly bytes: IpBytes;
  readonly port: number;
}

function split(text: string): SocketParts | undefined {
  const [, bracketed, plain = "", portText = ""] =
    /^(?:\[([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)\]|([0-9.]+)):(\d+)$/.exec(text) ?? [];
  const bytes = parseIp(bracketed ?? plain);
  const port = parsePort(portText);
  return bytes === undefined || port === undefined ? undefined : { bytes, port };
}

function parsePort(text: string): number | undefined {
  const port = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

function render({ bytes, port }: SocketParts): CheckedText {
  const host = toText(bytes);
  return bytes.length === 4
    ? CheckedText.join`${host}:${port}`
    : CheckedText.join`[${host}]:${port}`;
}

function toText(bytes: IpBytes): CheckedText {
  return CheckedText.checked(formatIp(bytes), /^[0-9a-f.:]+$/);
}

/** This network, multicast and beyond. */
function isOfNoHost(bytes: IpBytes): boolean {
  const first = bytes[0] ?? 0;
  if (bytes.length === 4) return first === 0 || first >= 224;
  return first === 0xff || bytes.every((byte) => byte === 0);
}
