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
import { getAllHeaders, type HeaderList, isSameName } from "./header-list.ts";
import type { HeadLimits } from "./request-head.ts";

/** One response without its body; texts are latin1, as on the wire. */
export interface ResponseHead {
  /** 100 to 999; 1xx heads are returned like any other, without a body. */
  status: number;
  /** As sent, perhaps "". */
  reason: string;
  minorVersion: 0 | 1;
  headers: HeaderList;
  framing: BodyFraming;
  /** False: the connection carries no further response. */
  keepsAlive: boolean;
}

/** No response at all: the connection is useless from here on. `message` is what Go's client would say. */
export interface MalformedResponse {
  kind: "malformed";
  message: string;
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

  const block = parseHeaderBlock(text, lineEnd + 2, limits.maxHeaders);
  if (block.kind === "fault") return malformedLine(block, limits.maxHeaders);

  const { status, reason, minorVersion } = start;
  const announced = frameResponse(block, minorVersion);
  if (announced.kind === "malformed") return announced;

  const framing = isBodiless(status, requestMethod) ? NO_BODY : announced;
  return {
    status,
    reason,
    minorVersion,
    headers: block.headers,
    framing,
    keepsAlive: isReusable(block, { status, minorVersion, framing, announced }),
  };
}

type StatusLine = { kind: "status"; status: number; reason: string; minorVersion: 0 | 1 };

/** The checks come in the order of Go's client, so that the same fault gives the same message. */
function parseStatusLine(text: string, lineEnd: number): StatusLine | MalformedResponse {
  const versionEnd = text.indexOf(" ");
  if (versionEnd < 0 || versionEnd > lineEnd) {
    return malformed(`malformed HTTP response ${goQuote(cut(text.slice(0, lineEnd)))}`);
  }
  let codeStart = versionEnd + 1;
  while (codeStart < lineEnd && text[codeStart] === " ") codeStart++;
  const blank = text.indexOf(" ", codeStart);
  const codeEnd = blank < 0 || blank > lineEnd ? lineEnd : blank;
  const status = parseStatus(text, codeStart, codeEnd);
  if (status < 0) {
    const code = cut(text.slice(codeStart, codeEnd));
    return malformed(`malformed HTTP status code ${goQuote(code)}`);
  }
  const minorVersion = parseVersion(text, versionEnd);
  if (minorVersion < 0) {
    return malformed(`malformed HTTP version ${goQuote(cut(text.slice(0, versionEnd)))}`);
  }
  const reason = text.slice(Math.min(codeEnd + 1, lineEnd), lineEnd);
  return { kind: "status", status, reason, minorVersion: minorVersion === 0 ? 0 : 1 };
}

/** Three digits, not below 100; -1 otherwise. */
function parseStatus(text: string, from: number, to: number): number {
  if (to - from !== 3) return -1;

  const hundreds = text.charCodeAt(from) - 48;
  const tens = text.charCodeAt(from + 1) - 48;
  const ones = text.charCodeAt(from + 2) - 48;
  const isNumber =
    hundreds > 0 && hundreds < 10 && tens >= 0 && tens < 10 && ones >= 0 && ones < 10;
  return isNumber ? hundreds * 100 + tens * 10 + ones : -1;
}

/** The minor version of `HTTP/1.x`, or -1: an answer in another major version cannot be read. */
function parseVersion(text: string, to: number): number {
  if (to !== "HTTP/1.1".length || !text.startsWith("HTTP/1.")) return -1;

  const minor = text.charCodeAt(7) - 48;
  return minor >= 0 && minor <= 9 ? minor : -1;
}

// Differs from KrakenD: a response with both framings, or an HTTP/1.0 one with a transfer coding, is an error, where it
// ignores one of the two (RFC 9112 section 6.1).
function frameResponse(block: HeaderBlock, minorVersion: 0 | 1): BodyFraming | MalformedResponse {
  const { contentLength, transferEncoding } = block;
  if (transferEncoding !== undefined) {
    if (minorVersion === 0 || !isSameName(transferEncoding, "chunked")) {
      return malformed(`unsupported transfer encoding: ${goQuote(cut(transferEncoding))}`);
    }
    if (contentLength === undefined) return CHUNKED;
    return malformed("http: message has both Content-Length and Transfer-Encoding");
  }
  if (contentLength === undefined) return UNTIL_CLOSE;
  if (block.hasConflictingLengths) return conflictingLengths(block.headers);

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

function findWrongStatusLine(
  bytes: Buffer,
  from: number,
  to: number,
): MalformedResponse | undefined {
  const lineFeed = bytes.indexOf(10, from);
  if (lineFeed < 0 || lineFeed >= to) return undefined;

  const line = withoutReturn(bytes.toString("latin1", from, lineFeed));
  const start = parseStatusLine(line, line.length);
  return start.kind === "malformed" ? start : undefined;
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

/** What a stranger sent goes into a message, hence into logs, only up to a bound. */
function cut(text: string): string {
  return text.length > 256 ? `${text.slice(0, 256)}…` : text;
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

function malformed(message: string): MalformedResponse {
  return { kind: "malformed", message };
}
