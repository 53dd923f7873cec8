import { type BodyFraming, CHUNKED, NO_BODY, parseContentLength } from "./body-framing.ts";
import { endOfToken, isHostText } from "./characters.ts";
import { findHeadEnd, INCOMPLETE, MALFORMED } from "./head-scan.ts";
import { type HeaderBlock, parseHeaderBlock } from "./header-block.ts";
import { type HeaderList, isSameName } from "./header-list.ts";
import { type Refusal, refusalOf, refusals } from "./refusal.ts";
import { parseRequestTarget } from "./request-target.ts";

/** One request without its body. Texts are latin1, as on the wire: nothing is decoded or normalised. */
export interface RequestHead {
  method: string;
  /** As sent. */
  target: string;
  /** Higher minor versions count as 1. */
  minorVersion: 0 | 1;
  headers: HeaderList;
  framing: BodyFraming;
  /** False: the connection ends with this request's answer. */
  keepsAlive: boolean;
  /** The Host value, or the authority of an absolute target, which replaces it. */
  host: string | undefined;
  /** "" for an absolute target without a path; `*` for `OPTIONS *`; the authority for CONNECT. */
  path: string;
  /** Behind the first `?`; `undefined` when there is none. */
  query: string | undefined;
  isAbsolute: boolean;
  /** The client waits for `100 Continue` before it sends the body that this head announces. */
  expectsContinue: boolean;
}

/** Bounds of one head; what exceeds them is refused, however much of it has come. */
export interface HeadLimits {
  readonly maxBytes: number;
  readonly maxHeaders: number;
  readonly maxTargetBytes: number;
}

/** KrakenD's server reads this much more than `max_header_bytes` before it gives up. */
const SLACK_BYTES = 4096;

/** Empty lines before a request are skipped (RFC 9112 section 2.2), but not without end. */
const MAX_EMPTY_LINES = 4;

/**
 * Parses the request head that starts at `from`; `end` is the offset of its body. `undefined`: call again with more.
 * `scanFrom` may then be the `to` of that earlier call, so that a head that comes in drops is searched once.
 */
export function parseRequestHead(
  bytes: Buffer,
  from: number,
  to: number,
  limits: HeadLimits,
  scanFrom: number = from,
): { head: RequestHead; end: number } | Refusal | undefined {
  const start = skipEmptyLines(bytes, from, to);
  const limit = start + limits.maxBytes + SLACK_BYTES;
  const end = findHeadEnd(bytes, { start, to: Math.min(to, limit), scanFrom });
  if (end === MALFORMED) return refusals.badRequest;
  if (end === INCOMPLETE) return to > limit ? refusals.headTooLarge : undefined;

  const head = readHead(bytes.toString("latin1", start, end - 2), limits);
  return "kind" in head ? head : { head, end };
}

function skipEmptyLines(bytes: Buffer, from: number, to: number): number {
  let start = from;
  for (let i = 0; i < MAX_EMPTY_LINES && start + 1 < to; i++) {
    if (bytes[start] !== 13 || bytes[start + 1] !== 10) break;
    start += 2;
  }
  return start;
}

/** `text` is the request line and the header lines, each with its CRLF, without other control characters than TAB. */
function readHead(text: string, limits: HeadLimits): RequestHead | Refusal {
  const lineEnd = text.indexOf("\r");
  const methodEnd = endOfToken(text, 0);
  const targetEnd = lineEnd - " HTTP/1.1".length;
  if (methodEnd === 0 || methodEnd + 1 >= targetEnd || text[methodEnd] !== " ") {
    return refusals.badRequest;
  }
  const version = parseVersion(text, targetEnd);
  const hasBlank = text.indexOf(" ", methodEnd + 1) < targetEnd || hasTabBefore(text, targetEnd);
  if (version === "malformed" || hasBlank) return refusals.badRequest;
  if (version === "unsupported") return refusals.unsupportedVersion;
  if (targetEnd - methodEnd - 1 > limits.maxTargetBytes) return refusals.targetTooLong;

  const method = text.slice(0, methodEnd);
  const target = text.slice(methodEnd + 1, targetEnd);
  const parts = parseRequestTarget(method, target);
  if (parts === undefined) return refusals.badRequest;

  const block = parseHeaderBlock(text, lineEnd + 2, limits.maxHeaders);
  if (block.kind === "fault") return refusalOf(block);

  const refusal = checkHost(block, version) ?? checkExpect(block);
  if (refusal !== undefined) return refusal;

  const framing = frameRequest(block, version);
  if (framing.kind === "refusal") return framing;

  return {
    method,
    target,
    minorVersion: version,
    headers: block.headers,
    framing,
    keepsAlive: !block.asksClose && (version === 1 || block.asksKeepAlive),
    host: parts.authority ?? block.host,
    path: parts.path,
    query: parts.query,
    isAbsolute: parts.authority !== undefined,
    // HTTP/1.0 knows no interim answers (RFC 9110 section 10.1.1).
    expectsContinue: version === 1 && hasBody(framing) && (block.expect ?? "") !== "",
  };
}

/** Reads ` HTTP/x.y` at `at`: the minor version of HTTP/1 as this parser treats it, or why there is none. */
function parseVersion(text: string, at: number): 0 | 1 | "unsupported" | "malformed" {
  if (text.startsWith(" HTTP/1.1\r\n", at)) return 1;
  if (!text.startsWith(" HTTP/", at) || text[at + 7] !== ".") return "malformed";

  const major = text.charCodeAt(at + 6) - 48;
  const minor = text.charCodeAt(at + 8) - 48;
  if (major < 0 || major > 9 || minor < 0 || minor > 9) return "malformed";
  if (major !== 1) return "unsupported";
  return minor === 0 ? 0 : 1;
}

function hasTabBefore(text: string, end: number): boolean {
  const tab = text.indexOf("\t");
  return tab >= 0 && tab < end;
}

// Differs from KrakenD: CONNECT needs a Host as well (RFC 9112 section 3.2).
function checkHost(block: HeaderBlock, version: 0 | 1): Refusal | undefined {
  if (block.hasSeveralHosts) return refusals.badRequest;
  if (block.host === undefined) return version === 1 ? refusals.missingHost : undefined;
  return isHostText(block.host) ? undefined : refusals.malformedHost;
}

function checkExpect(block: HeaderBlock): Refusal | undefined {
  const { expect } = block;
  if (expect === undefined || expect === "" || isSameName(expect, "100-continue")) return undefined;
  return refusals.expectationFailed;
}

// Differs from KrakenD: a request with both framings, or an HTTP/1.0 one with a transfer coding, is refused, where it
// ignores one of the two: whoever stands in between may have taken the other (RFC 9112 section 6.1).
function frameRequest(block: HeaderBlock, version: 0 | 1): BodyFraming | Refusal {
  const { contentLength, transferEncoding } = block;
  if (transferEncoding !== undefined) {
    if (version === 0) return refusals.badRequest;
    if (!isSameName(transferEncoding, "chunked")) return refusals.unsupportedCoding;
    return contentLength === undefined ? CHUNKED : refusals.badRequest;
  }
  if (contentLength === undefined) return NO_BODY;

  const length = block.hasConflictingLengths ? -1 : parseContentLength(contentLength);
  return length < 0 ? refusals.badRequest : { kind: "length", length };
}

function hasBody(framing: BodyFraming): boolean {
  return framing.kind === "chunked" || (framing.kind === "length" && framing.length > 0);
}
