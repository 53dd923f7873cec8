import { goQuote } from "../lib/go-quote.ts";
import { cut, type MalformedResponse, malformed } from "./malformed-response.ts";

/** The first line of a response, taken apart. */
export interface StatusLine {
  kind: "status";
  status: number;
  reason: string;
  minorVersion: 0 | 1;
}

/** Reads the line that ends at `lineEnd`. The checks come in the order of Go's client, so that the same fault gives the same message. */
export function parseStatusLine(text: string, lineEnd: number): StatusLine | MalformedResponse {
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

/** The fault of the first line between `from` and `to`; `undefined` when it has none, or has not come whole. */
export function findWrongStatusLine(
  bytes: Buffer,
  from: number,
  to: number,
): MalformedResponse | undefined {
  const lineFeed = bytes.indexOf(10, from);
  if (lineFeed < 0 || lineFeed >= to) return undefined;

  const hasReturn = lineFeed > from && bytes[lineFeed - 1] === 13;
  const line = bytes.toString("latin1", from, hasReturn ? lineFeed - 1 : lineFeed);
  const start = parseStatusLine(line, line.length);
  return start.kind === "malformed" ? start : undefined;
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
