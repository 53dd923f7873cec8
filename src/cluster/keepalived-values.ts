import { parseNetwork } from "../lib/cidr.ts";
import { CheckedText } from "./checked-text.ts";
import { type HostAddress, parseHostAddress } from "./socket-address.ts";

/** `10.0.0.100/24`; an address alone would be a network of its own, which no VIP is meant to be. */
export function parseAddressInNetwork(given: string): HostAddress | undefined {
  const [host = "", prefix] = given.split("/");
  if (prefix === undefined) return undefined;
  const address = parseHostAddress(host);
  const network = parseNetwork(given);
  // The network of ::ffff:10.0.0.1/90 is one of IPv6, the address is not.
  if (address === undefined || network?.bytes.length !== address.bytes.length) return undefined;
  if (network.prefixBits === 0) return undefined;
  const { bytes, text } = address;
  return { bytes, text: CheckedText.join`${text}/${network.prefixBits}` };
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
