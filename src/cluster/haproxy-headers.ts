import { CheckedText } from "./checked-text.ts";
import { HEADER_NAME } from "./haproxy-alphabets.ts";
import type { HaproxyInput } from "./haproxy-input.ts";

/** Headers of clients that the template deletes or sets whatever the nodes believe. */
const HANDLED_HEADERS: ReadonlySet<string> = new Set([
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-real-ip",
  "x-request-id",
]);

/** The others in which a client could name the address that the nodes take for its own. */
export function toDeletedHeaders(names: readonly string[]): readonly CheckedText[] {
  const seen = new Set(HANDLED_HEADERS);
  const isNew = (name: string) => !seen.has(name) && seen.add(name);
  return names
    .filter((name) => isNew(name.toLowerCase()))
    .map((name) => CheckedText.checked(name, HEADER_NAME));
}

/** A flag whose key is gone, or the balancer's own, by the time that it is read; `undefined`: none. */
export function findHeaderConflict({ facts, options }: HaproxyInput): string | undefined {
  const { rate, balance, trusted } = options;
  // Those of trusted proxies stay.
  const deleted = trusted.length > 0 ? [] : facts.addressHeaders.map((name) => name.toLowerCase());
  const isTaken = (name: string) => {
    const lower = name.toLowerCase();
    return HANDLED_HEADERS.has(lower) || deleted.includes(lower);
  };
  const counted = rate?.header?.cfg();
  if (counted !== undefined && isTaken(counted)) {
    return `--rate by hdr(${counted}): ${WHY}, write src for the client's address`;
  }
  const hashed = /^hdr\((.*)\)$/.exec(balance.cfg())?.[1];
  if (hashed !== undefined && isTaken(hashed)) {
    return `--balance hdr(${hashed}): ${WHY}, write source for the client's address`;
  }
  return undefined;
}

const WHY = "the balancer deletes or replaces this header of clients";
