/**
 * The text between a string's quotes: read with or without escapes, written with or without.
 * Source and target lie in the same bytes; the caller has made room for six bytes per source byte.
 */
import { byteClasses, escapeByte, hexValues, highByte, plainByte } from "./byte-class.ts";
import { isLineSeparator, replacementCodePoint, sequenceLength, writeCodePoint } from "./utf8.ts";

/** How `rewriteString` takes its source and leaves its target. */
export type StringForm = number;
/** A backslash in the source starts an escape; otherwise it means itself. */
export const readsEscapes: StringForm = 1;
/** The target is JSON text as Go's encoder writes it; otherwise the plain characters. */
export const writesEscapes: StringForm = 2;

/**
 * Rewrites the bytes from `from` to `to` at `target` and returns the end of what was written.
 * Positional arguments: this runs once per string that needs it, and an object would be allocated each time.
 */
export function rewriteString(
  bytes: Uint8Array,
  from: number,
  to: number,
  target: number,
  form: StringForm,
): number {
  let at = from;
  let out = target;
  while (at < to) {
    const byte = bytes[at]!;
    const byteClass = byteClasses[byte]!;
    if (byteClass === plainByte) {
      bytes[out++] = byte;
      at++;
    } else if (byteClass === highByte) {
      const length = sequenceLength(bytes, at);
      out = writeSequence(bytes, at, length, out, form);
      at += length === 0 ? 1 : length;
    } else if (byteClass === escapeByte && (form & readsEscapes) !== 0) {
      out = writeCharacter(bytes, out, escapedCodePoint(bytes, at), form);
      at += escapeLength(bytes, at);
    } else {
      out = writeCharacter(bytes, out, byte, form);
      at++;
    }
  }
  return out;
}

/** Whether the six bytes of a valid `\uXXXX` escape at `at` are the ones that Go's encoder would write. */
export function isCanonicalUnicodeEscape(bytes: Uint8Array, at: number): boolean {
  for (let digit = at + 2; digit < at + 6; digit++) {
    if (bytes[digit]! >= 0x41 && bytes[digit]! <= 0x46) return false;
  }
  const unit = unicodeEscape(bytes, at);
  if (unit < 0x80) return byteClasses[unit] !== plainByte && shortEscapes[unit] === 0;
  return (unit | 1) === 0x2029;
}

/** The character that a short escape stands for, 0 when the byte behind the backslash makes none. */
export const shortEscapeValues: Uint8Array = new Uint8Array(256);
/** The letter of the short escape of a character, 0 when it has none that Go's encoder writes. */
const shortEscapes = new Uint8Array(256);

for (const [letter, character] of ['""', "\\\\", "b\b", "f\f", "n\n", "r\r", "t\t"]) {
  const value = character!.charCodeAt(0);
  shortEscapeValues[letter!.charCodeAt(0)] = value;
  shortEscapes[value] = letter!.charCodeAt(0);
}
shortEscapeValues[0x2f] = 0x2f;

const letterU = 0x75;
const hexDigits = new TextEncoder().encode("0123456789abcdef");

function escapedCodePoint(bytes: Uint8Array, at: number): number {
  if (bytes[at + 1] !== letterU) return shortEscapeValues[bytes[at + 1]!]!;

  const unit = unicodeEscape(bytes, at);
  if ((unit & 0xf800) !== 0xd800) return unit;
  return isSurrogatePair(bytes, at)
    ? 0x10000 + ((unit & 0x3ff) << 10) + (unicodeEscape(bytes, at + 6) & 0x3ff)
    : replacementCodePoint;
}

function escapeLength(bytes: Uint8Array, at: number): number {
  if (bytes[at + 1] !== letterU) return 2;
  return isSurrogatePair(bytes, at) ? 12 : 6;
}

// Behind a valid escape comes another byte of the text or the closing quote.
function isSurrogatePair(bytes: Uint8Array, at: number): boolean {
  if ((unicodeEscape(bytes, at) & 0xfc00) !== 0xd800) return false;
  if (bytes[at + 6] !== 0x5c || bytes[at + 7] !== letterU) return false;
  return (unicodeEscape(bytes, at + 6) & 0xfc00) === 0xdc00;
}

function unicodeEscape(bytes: Uint8Array, at: number): number {
  return (
    (hexValues[bytes[at + 2]!]! << 12) |
    (hexValues[bytes[at + 3]!]! << 8) |
    (hexValues[bytes[at + 4]!]! << 4) |
    hexValues[bytes[at + 5]!]!
  );
}

function writeSequence(
  bytes: Uint8Array,
  at: number,
  length: number,
  out: number,
  form: StringForm,
): number {
  if (length === 0) {
    // Go's decoder turns a broken byte into U+FFFD; its encoder, given broken bytes, writes an escape.
    return form === writesEscapes
      ? writeUnicodeEscape(bytes, out, replacementCodePoint)
      : writeCodePoint(bytes, out, replacementCodePoint);
  }
  if ((form & writesEscapes) !== 0 && isLineSeparator(bytes, at)) {
    return writeUnicodeEscape(bytes, out, 0x2000 | (bytes[at + 2]! - 0x80));
  }
  for (let index = 0; index < length; index++) bytes[out + index] = bytes[at + index]!;
  return out + length;
}

function writeCharacter(
  bytes: Uint8Array,
  out: number,
  codePoint: number,
  form: StringForm,
): number {
  if ((form & writesEscapes) === 0) return writeCodePoint(bytes, out, codePoint);
  if (codePoint >= 0x80) {
    const isSeparator = (codePoint | 1) === 0x2029;
    return isSeparator
      ? writeUnicodeEscape(bytes, out, codePoint)
      : writeCodePoint(bytes, out, codePoint);
  }

  const byteClass = byteClasses[codePoint]!;
  if (byteClass === plainByte) {
    bytes[out] = codePoint;
    return out + 1;
  }
  if (shortEscapes[codePoint] === 0) return writeUnicodeEscape(bytes, out, codePoint);
  bytes[out] = 0x5c;
  bytes[out + 1] = shortEscapes[codePoint]!;
  return out + 2;
}

function writeUnicodeEscape(bytes: Uint8Array, out: number, unit: number): number {
  bytes[out] = 0x5c;
  bytes[out + 1] = letterU;
  bytes[out + 2] = hexDigits[unit >> 12]!;
  bytes[out + 3] = hexDigits[(unit >> 8) & 15]!;
  bytes[out + 4] = hexDigits[(unit >> 4) & 15]!;
  bytes[out + 5] = hexDigits[unit & 15]!;
  return out + 6;
}
