import { parseContentLength } from "../http1/body-framing.ts";
import { isHostText, isToken } from "../http1/characters.ts";
import { type HeaderList, isHopByHop, toCanonicalName } from "../http1/header-list.ts";
import { type Refusal, refusals } from "../http1/refusal.ts";
import type { HeadLimits } from "../http1/request-head.ts";
import { parseRequestTarget } from "../http1/request-target.ts";

/** A request's head as HTTP/1.1 would have it: the same target, and names in the spelling of Go. */
export interface Http2RequestHead {
  readonly method: string;
  readonly target: string;
  readonly path: string;
  readonly query: string | undefined;
  readonly host: string;
  readonly headers: HeaderList;
  /** `undefined` where the client does not say it. */
  readonly contentLength: number | undefined;
  readonly expectsContinue: boolean;
}

/** No request at all (RFC 9113 section 8.1.1): the stream is reset. */
export const MALFORMED = "malformed";

/** Reads a head out of name, value, name, value … with pseudo-headers in front (RFC 9113 section 8.3.1). */
export function readRequestHead(
  raw: readonly string[],
  limits: HeadLimits,
): Http2RequestHead | Refusal | typeof MALFORMED {
  const pseudo = new Map<string, string>();
  const headers: HeaderList = [];
  const cookies: string[] = [];
  let bytes = 0;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!;
    const value = raw[i + 1]!;
    bytes += name.length + value.length;
    if (name.startsWith(":")) {
      if (headers.length > 0 || cookies.length > 0 || pseudo.has(name)) return MALFORMED;
      if (!PSEUDO_HEADERS.has(name)) return MALFORMED;
      pseudo.set(name, value);
      continue;
    }
    if (!isToken(name) || name !== name.toLowerCase() || !isFieldValue(value)) return MALFORMED;
    if (isHopByHop(name) && !(name === "te" && value === "trailers")) return MALFORMED;
    // Clients send each cookie apart (section 8.2.3); backends know one line alone.
    if (name === "cookie") cookies.push(value);
    else headers.push(name, value);
  }
  if (bytes > limits.maxBytes || raw.length / 2 > limits.maxHeaders) return refusals.headTooLarge;
  if (cookies.length > 0) headers.push("cookie", cookies.join("; "));
  return toHead(pseudo, headers, limits);
}

const PSEUDO_HEADERS: ReadonlySet<string> = new Set([":method", ":scheme", ":authority", ":path"]);

function toHead(
  pseudo: ReadonlyMap<string, string>,
  headers: HeaderList,
  limits: HeadLimits,
): Http2RequestHead | Refusal | typeof MALFORMED {
  const method = pseudo.get(":method");
  if (method === undefined || !isToken(method)) return MALFORMED;
  const isConnect = method === "CONNECT";
  const authority = pseudo.get(":authority");
  const target = isConnect ? authority : pseudo.get(":path");
  if (target === undefined || target === "" || !isFieldValue(target)) return MALFORMED;
  if (!isConnect && pseudo.get(":scheme") === undefined) return MALFORMED;
  if (target.length > limits.maxTargetBytes) return refusals.targetTooLong;
  const parts = /[\t ]/.test(target) ? undefined : parseRequestTarget(method, target);
  if (parts === undefined || parts.authority !== undefined) return refusals.badRequest;

  const own = takeOwn(headers);
  if (own.hosts.length > 1 || own.lengths.length > 1) return refusals.badRequest;
  const host = authority ?? own.hosts[0];
  if (host === undefined) return refusals.missingHost;
  if (!isHostText(host)) return refusals.malformedHost;
  const [length] = own.lengths;
  const contentLength = length === undefined ? undefined : parseContentLength(length);
  if (contentLength !== undefined && contentLength < 0) return refusals.badRequest;
  if (own.expect !== undefined && own.expect.toLowerCase() !== "100-continue") {
    return refusals.expectationFailed;
  }
  return {
    method,
    target,
    path: parts.path,
    query: parts.query,
    host,
    headers: own.rest,
    contentLength,
    expectsContinue: own.expect !== undefined,
  };
}

interface OwnFields {
  readonly hosts: readonly string[];
  readonly lengths: readonly string[];
  readonly expect: string | undefined;
  /** All that HTTP/1.1 too would hand on, in the spelling of Go. */
  readonly rest: HeaderList;
}

function takeOwn(headers: HeaderList): OwnFields {
  const hosts: string[] = [];
  const lengths: string[] = [];
  const rest: HeaderList = [];
  let expect: string | undefined;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    const value = headers[i + 1]!;
    if (name === "host") {
      hosts.push(value);
      continue;
    }
    if (name === "content-length") lengths.push(value);
    if (name === "expect" && value !== "") expect = value;
    rest.push(toCanonicalName(name), value);
  }
  return { hosts, lengths, expect, rest };
}

/** No control characters but TAB, nothing beyond a byte, no blanks around it (RFC 9113 section 8.2.1). */
function isFieldValue(value: string): boolean {
  if (/^[\t ]|[\t ]$/.test(value)) return false;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if ((code < 0x20 && code !== 9) || code === 0x7f || code > 0xff) return false;
  }
  return true;
}
