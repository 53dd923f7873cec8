import type { Origin } from "../contracts.ts";
import { goQuote } from "../lib/go-quote.ts";
import { encodeAllBut, encodePercent, findMalformedEscape } from "../lib/percent.ts";
import { type InvalidOrigin, parseOrigin } from "./origin.ts";

/** Where a redirect leads. */
export interface Location {
  readonly origin: Origin;
  /** Path and query, as they go on the wire. */
  readonly target: string;
}

/** The call that was redirected. */
export interface RedirectedCall {
  readonly origin: Origin;
  readonly target: string;
}

/**
 * Resolves a `Location`, one byte per character, against the call's URL (RFC 3986 section 5.2). What
 * is written stays: only literal dot segments go, and only bytes that no URL may hold are encoded. A
 * backslash is such a byte and never a slash. User info is dropped.
 */
export function resolveLocation(
  location: string,
  { origin, target }: RedirectedCall,
): Location | InvalidOrigin {
  const [, scheme, authority, path = "", query] = REFERENCE.exec(location) ?? [];
  if (CONTROL.test(location) || findMalformedEscape(path) !== undefined)
    return unreadable(location);
  if (scheme !== undefined && authority === undefined) {
    return invalid(`unsupported protocol scheme ${goQuote(scheme.toLowerCase())}`);
  }
  const base = splitTarget(target);
  if (authority !== undefined) {
    const host = authority.slice(authority.lastIndexOf("@") + 1);
    if (host === "") return invalid("http: no Host in request URL");
    const written = scheme?.toLowerCase() ?? (origin.isTls ? "https" : "http");
    const next = parseOrigin(`${written}://${host}`);
    if (!("kind" in next)) return { origin: next, target: toTarget(path, query) };
    return written === "http" || written === "https" ? unreadable(location) : next;
  }
  if (path === "") return { origin, target: toTarget(base.path, query ?? base.query) };
  const merged = path.startsWith("/")
    ? path
    : base.path.slice(0, base.path.lastIndexOf("/") + 1) + path;
  return { origin, target: toTarget(merged, query) };
}

/** Scheme, authority, path and query of any reference (RFC 3986 appendix B). */
const REFERENCE = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\x00-\x1f\x7f]/;

function splitTarget(target: string): { readonly path: string; readonly query?: string } {
  const mark = target.indexOf("?");
  return mark < 0
    ? { path: target }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

function toTarget(path: string, query: string | undefined): string {
  const clean = encodePercent(withoutDotSegments(path), NOT_IN_PATH);
  return query === undefined ? clean : `${clean}?${encodePercent(query, NOT_IN_QUERY)}`;
}

/** RFC 3986 section 5.2.4; an escaped dot is none. */
function withoutDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.split("/").slice(path.startsWith("/") ? 1 : 0);
  segments.forEach((segment, index) => {
    const isLast = index === segments.length - 1;
    if (segment === "..") kept.pop();
    if (segment !== "." && segment !== "..") kept.push(segment);
    else if (isLast) kept.push("");
  });
  return `/${kept.join("/")}`;
}

/** A percent sign stays as it is written. */
const NOT_IN_PATH = encodeAllBut("!$&'()*+,;=:@[]/%-_.~");
const NOT_IN_QUERY = encodeAllBut("!$&'()*+,;=:@[]/%-_.~?\\^`{}|<>\"");

function unreadable(location: string): InvalidOrigin {
  return invalid(`failed to parse Location header ${goQuote(location)}`);
}

function invalid(message: string): InvalidOrigin {
  return { kind: "invalid-origin", message };
}
