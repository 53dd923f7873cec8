/**
 * Percent-encoding of bytes (RFC 3986 section 2.1).
 *
 * Decoded text holds one byte per character (latin1): `%C3%A9` becomes two characters and is
 * encoded to exactly these bytes again, also where they are no UTF-8.
 */

/** The value of a hexadecimal digit by character code, -1 for every other code below 256. */
const HEX_VALUES = buildHexValues();

/** `%00` to `%FF`, by byte. */
export const PERCENT_ENCODED: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
);

const PERCENT = 0x25;
const PLUS = 0x2b;

const LETTERS_AND_DIGITS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** Go's escaping of a whole path, for `encodePercent`: of the reserved characters only some stay. */
export const PATH_BYTES: Uint8Array = encodeAllBut("-_.~$&+,/:;=@");

/** The byte that the escape at `at`, where a `%` stands, means; -1 when two hexadecimal digits do not follow. */
export function escapedByte(text: string, at: number): number {
  if (at + 2 >= text.length) return -1;

  // Codes above 255 are outside of the table: undefined.
  const high = HEX_VALUES[text.charCodeAt(at + 1)] ?? -1;
  const low = HEX_VALUES[text.charCodeAt(at + 2)] ?? -1;
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/** The first malformed escape, cut to the three characters that Go shows (`%zz`, `%4`, `%`); `undefined` when all are well-formed. */
export function findMalformedEscape(text: string): string | undefined {
  for (let at = text.indexOf("%"); at >= 0; at = text.indexOf("%", at + 3)) {
    if (escapedByte(text, at) < 0) return text.slice(at, at + 3);
  }
  return undefined;
}

/** Decodes a path to bytes, one per character; a malformed escape stays as it is. Nothing to decode costs one search. */
export function decodePercent(text: string): string {
  return text.includes("%") ? decode(text, false, true)! : text;
}

/** Decodes a name or value of a query, `+` as space; `undefined` when an escape is malformed. */
export function decodeQueryText(text: string): string | undefined {
  return text.includes("%") || text.includes("+") ? decode(text, true, false) : text;
}

/** The UTF-8 bytes of a text, one per character, as everything that is matched or sent is kept. */
export function toByteText(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

/** Encodes every byte for which `mustEncode`, indexed by byte, is not 0. */
export function encodePercent(text: string, mustEncode: Uint8Array): string {
  let encoded = "";
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (mustEncode[code] === 0) continue;

    encoded += text.slice(copied, at) + PERCENT_ENCODED[code]!;
    copied = at + 1;
  }
  return copied === 0 ? text : encoded + text.slice(copied);
}

/** A table for `encodePercent` that leaves letters, digits and the characters of `unreserved` as they are. */
export function encodeAllBut(unreserved: string): Uint8Array {
  const table = new Uint8Array(256).fill(1);
  for (const character of `${LETTERS_AND_DIGITS}${unreserved}`) table[character.charCodeAt(0)] = 0;
  return table;
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > 0x7f) return false;
  }
  return true;
}

function decode(text: string, plusIsSpace: boolean, keepsMalformed: boolean): string | undefined {
  let decoded = "";
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === PLUS && plusIsSpace) {
      decoded += `${text.slice(copied, at)} `;
      copied = at + 1;
      continue;
    }
    if (code !== PERCENT) continue;

    const byte = escapedByte(text, at);
    if (byte < 0 && keepsMalformed) continue;
    if (byte < 0) return undefined;
    decoded += text.slice(copied, at) + String.fromCharCode(byte);
    at += 2;
    copied = at + 1;
  }
  return decoded + text.slice(copied);
}

function buildHexValues(): Int8Array {
  const values = new Int8Array(256).fill(-1);
  for (let digit = 0; digit < 16; digit++) {
    const character = digit.toString(16);
    values[character.charCodeAt(0)] = digit;
    values[character.toUpperCase().charCodeAt(0)] = digit;
  }
  return values;
}
