import { HeaderNames } from "../backend/header-names.ts";
import {
  connectionOptions,
  type HeaderList,
  isHopByHop,
  isSameName,
  removeHeader,
  toCanonicalName,
} from "../http1/header-list.ts";

/**
 * Makes the function that picks what the endpoint forwards of a client's headers, as a list in
 * canonical spelling that nobody may change, and adds the gateway's own.
 *
 * `names` is the endpoint's `input_headers`: empty means `Content-Type` alone, `*` anywhere takes
 * all. `userAgent` is `KrakenD Version <v>`. An empty `User-Agent` of the client stays as an empty
 * line: the backend then gets none.
 */
export function compileInputHeaders(
  names: readonly string[],
  userAgent: string,
): (client: HeaderList, clientIp: string, host: string) => HeaderList {
  const pick = compilePick(names, userAgent);
  let last: HeaderList = [];
  return (client, clientIp, host) => {
    const headers = pick(client, clientIp, host);
    // Clients mostly repeat themselves: from the same list the client of the backends makes no text again.
    if (!isSameList(headers, last)) last = headers;
    return last;
  };
}

function isSameList(a: HeaderList, b: HeaderList): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}

function compilePick(
  names: readonly string[],
  userAgent: string,
): (client: HeaderList, clientIp: string, host: string) => HeaderList {
  const spell = names.length === 0 ? spellDefault : compileSelection(names);

  return (client, clientIp, host) => {
    const headers: HeaderList = [];
    const dropped = namedByConnection(client);
    let hasUserAgent = false;
    let hasVia = false;
    for (let i = 0; i < client.length; i += 2) {
      const name = spell(client[i]!);
      if (name === undefined || (dropped !== null && dropped.find(name) !== undefined)) continue;

      if (name === "User-Agent") {
        // Go sends the first of several.
        if (hasUserAgent) continue;
        hasUserAgent = true;
      } else if (name === "X-Forwarded-Via") {
        hasVia = true;
      }
      headers.push(name, client[i + 1]!);
    }

    headers.push("X-Forwarded-For", clientIp, "X-Forwarded-Host", host);
    if (!hasUserAgent) {
      headers.push("User-Agent", userAgent);
      return headers;
    }
    if (hasVia) removeHeader(headers, "x-forwarded-via");
    headers.push("X-Forwarded-Via", userAgent);
    return headers;
  };
}

/** Of an endpoint without a list of its own. */
const spellDefault = compileSelection(["Content-Type"]);

/** The canonical spelling of a name that passes, `undefined` for one that does not. */
function compileSelection(names: readonly string[]): (name: string) => string | undefined {
  if (names.includes("*")) {
    return (name) => (isNeverForwarded(name) ? undefined : toCanonicalName(name));
  }
  const listed = new HeaderNames(names.filter((name) => !isNeverForwarded(name)));
  return (name) => listed.find(name);
}

/** Headers of one hop, those that are the backend's own, and those that the gateway sets. */
function isNeverForwarded(name: string): boolean {
  // Differs from KrakenD: with `*` or when listed it forwards hop-by-hop headers (RFC 9110 section 7.6.1).
  if (isHopByHop(name)) return true;
  switch (name.length) {
    case 4:
      return isSameName(name, "host");
    case 15:
      return isSameName(name, "x-forwarded-for");
    case 16:
      return isSameName(name, "x-forwarded-host");
    default:
      return false;
  }
}

/**
 * The headers that end here because `Connection` lists them. `X-Forwarded-*` and credentials
 * stay: a client must not hide from a backend what a proxy or the gateway says about it.
 */
function namedByConnection(client: HeaderList): HeaderNames | null {
  if (!hasUnusualConnection(client)) return null;

  const dropped = connectionOptions(client).filter(
    (option) => !option.startsWith("x-forwarded-") && !isSameName(option, "authorization"),
  );
  return dropped.length === 0 ? null : new HeaderNames(dropped);
}

function hasUnusualConnection(client: HeaderList): boolean {
  for (let i = 0; i < client.length; i += 2) {
    if (!isSameName(client[i]!, "connection")) continue;
    const value = client[i + 1]!;
    if (value !== "keep-alive" && value !== "close") return true;
  }
  return false;
}
