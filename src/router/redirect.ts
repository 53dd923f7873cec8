import { encodePercent, PATH_BYTES, PERCENT_ENCODED } from "../lib/percent.ts";
import { cleanPath } from "./clean-path.ts";

/** An answer that sends the client to the registered path. */
export interface Redirect {
  readonly kind: "redirect";
  readonly status: 301 | 307;
  /** Path and query; always a path of this host. */
  readonly location: string;
  /** HTML for a GET, one byte per character; empty for other methods. */
  readonly body: string;
}

/** `path` is decoded; the query is kept as sent, also an empty one behind its `?`. */
export function redirectTo(method: string, path: string, rawQuery: string | undefined): Redirect {
  const query = rawQuery === undefined ? "" : `?${rawQuery}`;
  const location = toLocalPath(encodePercent(path, PATH_BYTES)) + query;
  const isGet = method === "GET";
  return {
    kind: "redirect",
    status: isGet ? 301 : 307,
    location: escapeNonAscii(location),
    body: isGet ? `<a href="${escapeHtml(location)}">Moved Permanently</a>.\n\n` : "",
  };
}

/** The path with its last slash dropped, or one added, behind the prefix that a proxy in front took away. */
export function toggleTrailingSlash(path: string, forwardedPrefix: string | undefined): string {
  const whole = cleanPrefix(forwardedPrefix) + path;
  return whole.length > 1 && whole.endsWith("/") ? whole.slice(0, -1) : `${whole}/`;
}

/**
 * A `Location` that begins with two slashes names another host, so the path is always cleaned.
 * Differs from KrakenD: `//evil.example/` is redirected there when a route matches without the slash.
 */
function toLocalPath(encoded: string): string {
  const cleaned = cleanPath(encoded);
  const hasExtraSlash = cleaned.length > 1 && cleaned.endsWith("/") && !encoded.endsWith("/");
  return hasExtraSlash ? cleaned.slice(0, -1) : cleaned;
}

/**
 * The safe part of `X-Forwarded-Prefix`: letters, digits, dashes and single slashes.
 * Differs from KrakenD: a prefix without slash at its start gets one, where KrakenD makes a relative
 * location of it, and a prefix that cleans to nothing is ignored, where KrakenD names another host.
 */
function cleanPrefix(prefix: string | undefined): string {
  if (prefix === undefined || prefix === "") return "";

  const safe = cleanPath(prefix).replace(/[^a-zA-Z0-9/-]+/g, "");
  const cleaned = cleanPath(safe);
  return cleaned.endsWith("/") ? cleaned.slice(0, -1) : cleaned;
}

/** A header holds ASCII only; Go writes these escapes in lower case. */
function escapeNonAscii(text: string): string {
  let escaped = "";
  for (const character of text) {
    const code = character.charCodeAt(0);
    escaped += code < 0x80 ? character : PERCENT_ENCODED[code]!.toLowerCase();
  }
  return escaped;
}

const HTML_ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => HTML_ESCAPES[character]!);
}
