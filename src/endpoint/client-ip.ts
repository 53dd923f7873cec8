import type { RouterConfig } from "../config/model.ts";
import { getHeader, type HeaderList, isSameName } from "../http1/header-list.ts";
import { formatIp, isInNetwork, type Network, parseIp, parseNetwork } from "../lib/cidr.ts";

/** The options that decide whose word is taken for a client's address. */
export type ClientIpConfig = Pick<
  RouterConfig,
  "usesForwardedClientIp" | "remoteIpHeaders" | "trustedProxies" | "trustsAppEngine"
>;

/**
 * The address of the peer as KrakenD prints it: IPv4-mapped IPv6 as IPv4, IPv6 in its short form.
 * Empty for what is no address, one with a zone among them. Once per connection is enough.
 */
export function normalizePeer(peerAddress: string): string {
  const bytes = parseIp(peerAddress);
  return bytes === undefined ? "" : formatIp(bytes);
}

/**
 * Makes the function that names the client of a request. `peerAddress` must come from
 * `normalizePeer`. What a trusted header says is passed on as written.
 */
export function compileClientIp(
  router: ClientIpConfig,
): (peerAddress: string, headers: HeaderList) => string {
  const names = router.usesForwardedClientIp
    ? router.remoteIpHeaders.map((name) => name.toLowerCase())
    : [];
  const isTrusted = compileTrust(router.trustedProxies);

  const fromHeaders = (peerAddress: string, headers: HeaderList): string => {
    if (!hasAny(headers, names)) return peerAddress;
    if (!isTrusted(peerAddress)) return peerAddress;

    for (const name of names) {
      const address = lastUntrusted(joinedLines(headers, name), isTrusted);
      if (address !== undefined) return address;
    }
    return peerAddress;
  };
  if (!router.trustsAppEngine) return fromHeaders;

  return (peerAddress, headers) => {
    const address = getHeader(headers, "x-appengine-remote-addr");
    // Differs from KrakenD: it takes any text for the address.
    if (address !== undefined && parseIp(address) !== undefined) return address;
    return fromHeaders(peerAddress, headers);
  };
}

/** True for addresses inside the networks, false for what is no address. */
function compileTrust(trustedProxies: readonly string[] | null): (address: string) => boolean {
  if (trustedProxies === null) return (address) => parseIp(address) !== undefined;

  const networks = parseUntilMalformed(trustedProxies);
  return (address) => {
    const bytes = parseIp(address);
    return bytes !== undefined && networks.some((network) => isInNetwork(bytes, network));
  };
}

/** A malformed entry ends the list; those before it count, as in KrakenD. */
function parseUntilMalformed(entries: readonly string[]): Network[] {
  const networks: Network[] = [];
  for (const entry of entries) {
    const network = parseNetwork(entry);
    if (network === undefined) break;
    networks.push(network);
  }
  return networks;
}

function hasAny(headers: HeaderList, lowerNames: readonly string[]): boolean {
  for (let i = 0; i < headers.length; i += 2) {
    for (const name of lowerNames) {
      if (isSameName(headers[i]!, name)) return true;
    }
  }
  return false;
}

/** Several lines of one name are one list (RFC 9110 section 5.2). */
function joinedLines(headers: HeaderList, lowerName: string): string {
  let joined: string | undefined;
  for (let i = 0; i < headers.length; i += 2) {
    if (!isSameName(headers[i]!, lowerName)) continue;
    joined = joined === undefined ? headers[i + 1]! : `${joined},${headers[i + 1]!}`;
  }
  return joined ?? "";
}

/**
 * Each proxy appends the address it saw, so the list is read from its end: the first address that
 * is no trusted proxy is the client, or the leftmost one. An item that is no address spoils the list.
 */
function lastUntrusted(list: string, isTrusted: (address: string) => boolean): string | undefined {
  let end = list.length;
  while (end >= 0) {
    const comma = end === 0 ? -1 : list.lastIndexOf(",", end - 1);
    const item = list.slice(comma + 1, end).trim();
    if (parseIp(item) === undefined) return undefined;
    if (comma < 0 || !isTrusted(item)) return item;
    end = comma;
  }
  return undefined;
}
