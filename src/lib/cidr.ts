/**
 * IP addresses and networks (RFC 4291, RFC 4632), with Go's notion of what is an address.
 *
 * An IPv4-mapped IPv6 address (`::ffff:10.1.2.3`) counts as the IPv4 address everywhere.
 */

/** Four or sixteen bytes. */
export type IpBytes = Uint8Array;

/** The addresses that share the first `prefixBits` bits. */
export interface Network {
  readonly bytes: IpBytes;
  readonly prefixBits: number;
}

/** `undefined` for anything but a plain address: no port, no brackets, no zone, no leading zeros in IPv4. */
export function parseIp(text: string): IpBytes | undefined {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

/** A single address is the network of itself. Bits behind the prefix are ignored: `10.1.2.3/8` is `10.0.0.0/8`. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf("/");
  const bytes = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (bytes === undefined) return undefined;
  if (slash < 0) return { bytes, prefixBits: bytes.length * 8 };

  const digits = text.slice(slash + 1);
  const written = /^[0-9]+$/.test(digits) ? Number(digits) : Infinity;
  const isMapped = bytes.length === 4 && text.includes(":");
  if (!isMapped) return written > bytes.length * 8 ? undefined : maskedNetwork(bytes, written);
  if (written > 128) return undefined;
  return written >= 96
    ? maskedNetwork(bytes, written - 96)
    : maskedNetwork(mappedBytes(bytes), written);
}

/** False when address and network are of different families. */
export function isInNetwork(address: IpBytes, network: Network): boolean {
  if (address.length !== network.bytes.length) return false;

  const wholeBytes = network.prefixBits >> 3;
  for (let i = 0; i < wholeBytes; i++) {
    if (address[i] !== network.bytes[i]) return false;
  }
  const restBits = network.prefixBits & 7;
  if (restBits === 0) return true;
  return (address[wholeBytes]! ^ network.bytes[wholeBytes]!) >> (8 - restBits) === 0;
}

/** The canonical text: IPv6 in lower case with the longest run of zeros cut short (RFC 5952). */
export function formatIp(bytes: IpBytes): string {
  if (bytes.length === 4) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;

  const groups = Array.from({ length: 8 }, (_, i) => bytes[2 * i]! * 256 + bytes[2 * i + 1]!);
  const run = longestZeroRun(groups);
  const toText = (part: readonly number[]) => part.map((group) => group.toString(16)).join(":");
  if (run.length < 2) return toText(groups);
  return `${toText(groups.slice(0, run.start))}::${toText(groups.slice(run.start + run.length))}`;
}

const COLON = 0x3a;

function parseIpv4(text: string): IpBytes | undefined {
  const bytes = new Uint8Array(4);
  return parseIpv4Into(bytes, 0, text, 0) ? bytes : undefined;
}

/** Reads four decimal numbers from `from` to the end of the text. */
function parseIpv4Into(bytes: Uint8Array, offset: number, text: string, from: number): boolean {
  let at = from;
  for (let i = 0; i < 4; i++) {
    const dot = text.indexOf(".", at);
    if (i < 3 && dot < 0) return false;

    const end = i < 3 ? dot : text.length;
    const value = parseDecimal(text, at, end);
    if (value > 255) return false;
    bytes[offset + i] = value;
    at = end + 1;
  }
  return true;
}

/** One to three digits without leading zeros; `Infinity` for anything else, so that one comparison refuses it. */
function parseDecimal(text: string, from: number, to: number): number {
  const length = to - from;
  if (length < 1 || length > 3) return Infinity;
  if (length > 1 && text.charCodeAt(from) === 0x30) return Infinity;

  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return Infinity;
    value = value * 10 + digit;
  }
  return value;
}

function parseIpv6(text: string): IpBytes | undefined {
  const bytes = new Uint8Array(16);
  let filled = 0;
  let gap = -1;
  let at = 0;
  if (text.startsWith("::")) {
    gap = 0;
    at = 2;
  }
  while (at < text.length) {
    if (filled === 16) return undefined;
    const end = groupEnd(text, at);
    if (text.charCodeAt(end) === 0x2e) {
      if (filled > 12 || !parseIpv4Into(bytes, filled, text, at)) return undefined;
      filled += 4;
      break;
    }
    if (end === at || end - at > 4) return undefined;
    const group = Number.parseInt(text.slice(at, end), 16);
    bytes[filled] = group >> 8;
    bytes[filled + 1] = group & 0xff;
    filled += 2;
    if (end === text.length) break;
    if (text.charCodeAt(end) !== COLON || end + 1 === text.length) return undefined;
    at = end + 1;
    if (text.charCodeAt(at) !== COLON) continue;
    if (gap >= 0) return undefined;
    gap = filled;
    at++;
  }
  if (gap < 0) return filled === 16 ? unmapped(bytes) : undefined;
  if (filled === 16) return undefined;

  bytes.copyWithin(16 - (filled - gap), gap, filled);
  bytes.fill(0, gap, 16 - (filled - gap));
  return unmapped(bytes);
}

/** The first position that holds no hexadecimal digit. */
function groupEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && isHexDigit(text.charCodeAt(at))) at++;
  return at;
}

function isHexDigit(code: number): boolean {
  const lower = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x66);
}

/** The four bytes of an IPv4-mapped address, else the same sixteen. */
function unmapped(bytes: IpBytes): IpBytes {
  for (let i = 0; i < 10; i++) {
    if (bytes[i] !== 0) return bytes;
  }
  return bytes[10] === 0xff && bytes[11] === 0xff ? bytes.slice(12) : bytes;
}

function mappedBytes(ipv4: IpBytes): IpBytes {
  return Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...ipv4);
}

function maskedNetwork(bytes: IpBytes, prefixBits: number): Network {
  const masked = bytes.map((byte, i) => {
    const bits = Math.min(Math.max(prefixBits - i * 8, 0), 8);
    return byte & (0xff00 >> bits);
  });
  return { bytes: masked, prefixBits };
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [i, group] of groups.entries()) {
    if (group !== 0) start = i + 1;
    else if (i + 1 - start > best.length) best = { start, length: i + 1 - start };
  }
  return best;
}
