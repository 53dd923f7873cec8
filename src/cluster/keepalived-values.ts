import { formatIp, type IpBytes, parseIp } from "../lib/cidr.ts";
import { CheckedText } from "./checked-text.ts";

/** An address in its canonical spelling. */
export interface HostAddress {
  readonly bytes: IpBytes;
  readonly text: CheckedText;
}

/** The address of one host, or `undefined`: names, networks, this-network and multicast addresses are none. */
export function parseHostAddress(given: string): HostAddress | undefined {
  const bytes = parseIp(given);
  if (bytes === undefined || isOfNoHost(bytes)) return undefined;
  return { bytes, text: CheckedText.own(formatIp(bytes)) };
}

/** `10.0.0.100/24`, or an address alone, which is a network of its own. */
export function parseAddressInNetwork(given: string): HostAddress | undefined {
  const [host = "", prefix, ...rest] = given.split("/");
  const address = parseHostAddress(host);
  if (address === undefined || rest.length > 0) return undefined;
  const { bytes } = address;
  const prefixBits =
    prefix === undefined ? bytes.length * 8 : parseNumber(prefix, 1, bytes.length * 8);
  if (prefixBits === undefined) return undefined;
  return { bytes, text: CheckedText.own(`${formatIp(bytes)}/${prefixBits}`) };
}

/** `127.0.0.1:8404` or `[::1]:8404`, as it stands in a URL. */
export function parseHostAndPort(given: string): CheckedText | undefined {
  const [, bracketed, plain, digits = ""] = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(given) ?? [];
  const address = parseHostAddress(bracketed ?? plain ?? "");
  const port = parseNumber(digits, 1, 65_535);
  if (address === undefined || port === undefined) return undefined;
  const isV6 = address.bytes.length === 16;
  if (isV6 !== (bracketed !== undefined)) return undefined;
  return CheckedText.own(`${isV6 ? `[${address.text.cfg()}]` : address.text.cfg()}:${port}`);
}

/** A name of an interface as Linux allows it, without what keepalived's file gives a meaning. */
export function parseInterfaceName(given: string): CheckedText | undefined {
  return CheckedText.from(given, /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/);
}

/** A name of a host or user: no word with another meaning in the file can come of it. */
export function parseIdentifier(given: string): CheckedText | undefined {
  return CheckedText.from(given, /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/);
}

/** Decimal digits without a sign or leading zeros. */
export function parseNumber(given: string, least: number, most: number): number | undefined {
  const value = /^(?:0|[1-9]\d{0,4})$/.test(given) ? Number(given) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

function isOfNoHost(bytes: IpBytes): boolean {
  const first = bytes[0] ?? 0;
  if (bytes.length === 4) return first === 0 || first >= 224;
  return first === 0xff || bytes.every((byte) => byte === 0);
}
