import { isHexDigit, isHostText } from "./characters.ts";

/** The parts of a request target, all raw. */
export interface RequestTarget {
  /** `/a/b`; "" for an absolute form without one; `*`; the authority for CONNECT. */
  path: string;
  /** Behind the first `?`; `undefined` when there is none. */
  query: string | undefined;
  /** Of the absolute form only. */
  authority: string | undefined;
}

/** Splits a target of any of the four forms (RFC 9112 section 3.2); `undefined` when it is none of them. */
export function parseRequestTarget(method: string, target: string): RequestTarget | undefined {
  if (target.charCodeAt(0) === 47) return splitPath(target, undefined);
  if (target === "*") return method === "OPTIONS" ? whole(target) : undefined;
  if (method === "CONNECT") return isAuthority(target) ? whole(target) : undefined;
  return parseAbsoluteForm(target);
}

function whole(target: string): RequestTarget {
  return { path: target, query: undefined, authority: undefined };
}

function splitPath(target: string, authority: string | undefined): RequestTarget | undefined {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  if (!hasValidEscapes(path)) return undefined;
  return { path, query: mark < 0 ? undefined : target.slice(mark + 1), authority };
}

// Differs from KrakenD: other schemes, user info and an empty host are refused, where it routes the request by its path
// (RFC 9110 sections 4.2.1 and 4.2.4).
function parseAbsoluteForm(target: string): RequestTarget | undefined {
  const authorityStart = target.indexOf("://") + 3;
  const scheme = target.slice(0, Math.max(authorityStart - 3, 0)).toLowerCase();
  if (scheme !== "http" && scheme !== "https") return undefined;

  const pathStart = endOfAuthority(target, authorityStart);
  const authority = target.slice(authorityStart, pathStart);
  return isAuthority(authority) ? splitPath(target.slice(pathStart), authority) : undefined;
}

function endOfAuthority(target: string, from: number): number {
  for (let i = from; i < target.length; i++) {
    const code = target.charCodeAt(i);
    if (code === 47 || code === 63) return i;
  }
  return target.length;
}

function isAuthority(text: string): boolean {
  if (!isHostText(text) || !hasValidEscapes(text)) return false;

  const colon = text.indexOf(":", text.lastIndexOf("]") + 1);
  return text.length > 0 && colon !== 0 && (colon < 0 || isPort(text, colon + 1));
}

function isPort(text: string, from: number): boolean {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

function hasValidEscapes(text: string): boolean {
  for (let i = text.indexOf("%"); i >= 0; i = text.indexOf("%", i + 3)) {
    if (!isHexDigit(text.charCodeAt(i + 1)) || !isHexDigit(text.charCodeAt(i + 2))) return false;
  }
  return true;
}
