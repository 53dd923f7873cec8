import { countDotSegments } from "../lib/dot-segments.ts";
import { goQuote } from "../lib/go-quote.ts";
import { findMalformedEscape } from "../lib/percent.ts";

/** The text of a refusal where no malformed escape is the reason. */
const ENCODED = "error: encoded url params";

/**
 * KrakenD's check of a path parameter, decoded once: the body of a 400, or `undefined` when the
 * value may pass. Nothing may be left to decode, and nothing may open a query or a fragment.
 */
export function checkPathParameter(value: string): string | undefined {
  if (value.includes("%")) {
    const malformed = findMalformedEscape(value);
    return malformed === undefined ? ENCODED : `error: invalid URL escape ${goQuote(malformed)}`;
  }
  if (value.includes("?") || value.includes("#")) return ENCODED;
  return checkDangerousParameter(value);
}

/**
 * The part that holds also where the check is switched off: no `.` and `..` segments, written
 * plainly, as `%2e` or between backslashes, and no control characters.
 */
export function checkDangerousParameter(value: string): string | undefined {
  // Differs from KrakenD: it lets `..` climb the backend's path and sends control characters on.
  return hasControlCharacter(value) || countDotSegments(value) > 0 ? ENCODED : undefined;
}

function hasControlCharacter(value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}
