import { goQuote } from "../lib/go-quote.ts";
import {
  type BodyFraming,
  CHUNKED,
  NO_BODY,
  parseContentLength,
  UNTIL_CLOSE,
} from "./body-framing.ts";
import { CONTROL } from "./characters.ts";
import { findHeadEnd, INCOMPLETE, MALFORMED } from "./head-scan.ts";
import { type HeaderBlock, type HeaderFault, parseHeaderBlock } from "./header-block.ts";
import { HeaderLines } from "./header-lines.ts";
import { getAllHeaders, type HeaderList, isSameName } from "./header-list.ts";
import { cut, type MalformedResponse, malformed } from "./malformed-response.ts";
import type { HeadLimits } from "./request-head.ts";
import { findWrongStatusLine, parseStatusLine } from "./status-line.ts";

/** One response without its body; texts are latin1, as on the wire. */
export interface ResponseHead {
  /** 100 to 999; 1xx heads are returned like any other, without a body. */
  status: number;
  /** As sent, perhaps "". */
  reason: string;
  minorVersion: 0 | 1;
  lines: HeaderLines;
  contentEncoding: string | undefined;
  framing: BodyFraming;
  /** False: the connection carries no further response. */
  keepsAlive: boolean;
}

/**
 * Parses the response head that starts at `from`; `end` is the offset of its body. `undefined`: call again with more.
 * `requestMethod` is needed because HEAD has no body; `scanFrom` may be the `to` of an earlier call.
 */
export function parseResponseHead(
  bytes: Buffer,
  from: number,
  to: number,
  limits: HeadLimits,
  requestMethod: string,
  scanFrom: number = from,
): { head: ResponseHead; end: number } | MalformedResponse | undefined {
  const limit = from + limits.maxBytes;
  const end = findHeadEnd(bytes, { start: from, to: Math.min(to, limit), scanFrom });
  if (end === MALFORMED) return malformedBytes(bytes, from, to);
  if (end === INCOMPLETE) {
    // Garbage is known by its first line: the peer may send nothing more and wait.
    const wrong = findWrongStatusLine(bytes, from, Math.min(to, limit));
    return wrong ?? (to > limit ? tooLarge(limits.maxBytes) : undefined);
  }

  const head = readHead(bytes.toString("latin1", from, end - 2), limits, requestMethod);
  return "kind" in head ? head : { head, end };
}

function readHead(
  text: string,
  limits: HeadLimits,
  requestMethod: string,
): ResponseHead | MalformedResponse {
  const lineEnd = text.indexOf("\r");
  const start = parseStatusLine(text, lineEnd);
  if (start.kind === "malformed") return start;

  const block = parseHeaderBlock(text, lineEnd + 2, limits.maxHeaders, false);
  if (block.kind === "fault") return malformedLine(block, limits.maxHeaders);

  const { status, reason, minorVersion } = start;
  const lines = new HeaderLines(text, lineEnd + 2);
  const announced = frameResponse(block, lines, minorVersion);
  if (announced.kind === "malformed") return announced;

  const framing = isBodiless(status, requestMethod) ? NO_BODY : announced;
  return {
    status,
    reason,
    minorVersion,
    lines,
    contentEncoding: block.contentEncoding,
    framing,
    keepsAlive: isReusable(block, { status, minorVersion, framing, announced }),
  };
}

// Differs from KrakenD: a response with both framings, or an HTTP/1.0 one with a transfer coding, is an error, where it
// ignores one of the two (RFC 9112 section 6.1).
function frameResponse(
  block: HeaderBlock,
  lines: HeaderLines,
  minorVersion: 0 | 1,
): BodyFraming | MalformedResponse {
  const { contentLength, transferEncoding } = block;
  if (transferEncoding !== undefined) {
    if (minorVersion === 0 || !isSameName(transferEncoding, "chunked")) {
      return malformed(`unsupported transfer encoding: ${goQuote(cut(transferEncoding))}`);
    }
    if (contentLength === undefined) return CHUNKED;
    return malformed("http: message has both Content-Length and Transfer-Encoding");
  }
  if (contentLength === undefined) return UNTIL_CLOSE;
  if (block.hasConflictingLengths) return conflictingLengths(lines.list());

  const length = parseContentLength(contentLength);
  if (length >= 0) return { kind: "length", length };
  return malformed(`bad Content-Length ${goQuote(cut(contentLength))}`);
}

/** RFC 9112 section 6.3, rule 1. */
function isBodiless(status: number, requestMethod: string): boolean {
  return status < 200 || status === 204 || status === 304 || requestMethod === "HEAD";
}

interface Reuse {
  status: number;
  minorVersion: 0 | 1;
  framing: BodyFraming;
  announced: BodyFraming;
}

function isReusable(
  block: HeaderBlock,
  { status, minorVersion, framing, announced }: Reuse,
): boolean {
  if (block.asksClose || framing.kind === "close") return false;
  if (minorVersion === 0 && !block.asksKeepAlive) return false;

  // A server that announces a body where none may be perhaps sends one, and it would be read as the next response.
  const forbidsFraming = status < 200 || status === 204;
  return !forbidsFraming || announced.kind === "close" || isEmpty(announced);
}

function isEmpty(framing: BodyFraming): boolean {
  return framing.kind === "length" && framing.length === 0;
}

/** Words for a head with a wrong byte: the status line's fault when it has one, else the line that holds the byte. */
function malformedBytes(bytes: Buffer, from: number, to: number): MalformedResponse {
  const wrong = findWrongStatusLine(bytes, from, to);
  if (wrong !== undefined) return wrong;

  const lines = bytes.toString("latin1", from, to).split("\n");
  const line = lines.find((text, i) => hasControl(withoutReturn(text)) || isBare(text, i, lines));
  return malformed(`malformed MIME header line: ${goQuote(cut(withoutReturn(line ?? "")))}`);
}

function isBare(line: string, index: number, lines: readonly string[]): boolean {
  return index < lines.length - 1 && !line.endsWith("\r");
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (CONTROL[text.charCodeAt(i)] !== 0) return true;
  }
  return false;
}

function malformedLine(fault: HeaderFault, maxHeaders: number): MalformedResponse {
  if (fault.problem === "too-many") {
    return malformed(`net/http: server response has more than ${maxHeaders} header lines`);
  }
  return malformed(`malformed MIME header line: ${cut(fault.line)}`);
}

function tooLarge(maxBytes: number): MalformedResponse {
  return malformed(`net/http: server response headers exceeded ${maxBytes} bytes; aborted`);
}

function conflictingLengths(headers: HeaderList): MalformedResponse {
  const lengths = getAllHeaders(headers, "content-length").map((value) => goQuote(cut(value)));
  const got = lengths.slice(0, 4).join(" ");
  return malformed(`http: message cannot contain multiple Content-Length headers; got [${got}]`);
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
