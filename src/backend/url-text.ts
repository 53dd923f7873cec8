import {
  decodePercent,
  encodeAllBut,
  encodePercent,
  escapedByte,
  PATH_BYTES,
  PERCENT_ENCODED,
} from "../lib/percent.ts";

/**
 * How values look in the URL of a backend. All texts hold one byte per character (latin1).
 *
 * One rule for path parameters and values of earlier backends: a value never opens a query or a
 * fragment, never adds a parameter and never puts raw bytes on the wire; a valid `%XX` stays.
 */

/** True when Go sends a path that holds only such text as it stands. */
export function isSendablePath(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === PERCENT && escapedByte(text, at) < 0) return false;
    if (SENDABLE[code] !== 1) return false;
  }
  return true;
}

/** A path that is not sendable as it stands, decoded and encoded anew; a written `%2F` becomes a slash. */
export function encodePathAnew(text: string): string {
  return encodePercent(decodePercent(text), PATH_BYTES);
}

/** A value in a path: `?`, `#`, backslash, space, control and non-ASCII bytes and a stray `%` are encoded. */
export function encodePathValue(value: string): string {
  const encoded = encodePercent(value, PATH_VALUE_BYTES);
  return encoded.includes("%") ? encodeStrayPercents(encoded) : encoded;
}

/** A value in a query: `&`, `#`, space, control and non-ASCII bytes are encoded. */
export function encodeQueryValue(value: string): string {
  return encodePercent(value, QUERY_VALUE_BYTES);
}

/** A claim in a path: encoded so that nothing of it can part segments, also after one decoding. */
export function encodePathClaim(claim: string): string {
  return encodePercent(claim, CLAIM_BYTES);
}

const PERCENT = 0x25;

/** 1 for what may stand in a path unencoded, `%` included. */
const SENDABLE = encodeAllBut("-_.~!$&'()*+,;=:@[]/%").map((mustEncode) => 1 - mustEncode);

const PATH_VALUE_BYTES = encodeControlsAnd("?#\\ ");
const QUERY_VALUE_BYTES = encodeControlsAnd("&# ");
const CLAIM_BYTES = encodeAllBut("-._~!$&'()*+,;=:@");

function encodeControlsAnd(characters: string): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    const isPlain = byte >= 0x20 && byte < 0x7f && !characters.includes(String.fromCharCode(byte));
    return isPlain ? 0 : 1;
  });
}

function encodeStrayPercents(text: string): string {
  let encoded = "";
  let copied = 0;
  for (let at = text.indexOf("%"); at >= 0; at = text.indexOf("%", at + 1)) {
    if (escapedByte(text, at) >= 0) continue;
    encoded += text.slice(copied, at) + PERCENT_ENCODED[PERCENT]!;
    copied = at + 1;
  }
  return encoded + text.slice(copied);
}
