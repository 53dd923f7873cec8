/**
 * Length of the UTF-8 sequence that starts at `at` with a byte of 0x80 or above; 0 when it is
 * broken, overlong, a surrogate or above U+10FFFF. Something that is no continuation byte, such as
 * a quote, must stand behind the text.
 */
export function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  const second = bytes[at + 1]!;
  if ((second & 0xc0) !== 0x80 || lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;

  if ((bytes[at + 2]! & 0xc0) !== 0x80) return 0;
  if (lead < 0xf0) {
    if (lead === 0xe0 && second < 0xa0) return 0;
    return lead === 0xed && second > 0x9f ? 0 : 3;
  }

  if (lead > 0xf4 || (bytes[at + 3]! & 0xc0) !== 0x80) return 0;
  if (lead === 0xf0 && second < 0x90) return 0;
  return lead === 0xf4 && second > 0x8f ? 0 : 4;
}

/** Whether U+2028 or U+2029 starts at `at`: Go's encoder escapes them, since JavaScript once took them for line ends. */
export function isLineSeparator(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xe2 && bytes[at + 1] === 0x80 && (bytes[at + 2]! | 1) === 0xa9;
}

/** Writes a code point at `at` and returns the place behind it. */
export function writeCodePoint(bytes: Uint8Array, at: number, codePoint: number): number {
  if (codePoint < 0x80) {
    bytes[at] = codePoint;
    return at + 1;
  }
  if (codePoint < 0x800) {
    bytes[at] = 0xc0 | (codePoint >> 6);
    bytes[at + 1] = 0x80 | (codePoint & 0x3f);
    return at + 2;
  }
  if (codePoint < 0x10000) {
    bytes[at] = 0xe0 | (codePoint >> 12);
    bytes[at + 1] = 0x80 | ((codePoint >> 6) & 0x3f);
    bytes[at + 2] = 0x80 | (codePoint & 0x3f);
    return at + 3;
  }
  bytes[at] = 0xf0 | (codePoint >> 18);
  bytes[at + 1] = 0x80 | ((codePoint >> 12) & 0x3f);
  bytes[at + 2] = 0x80 | ((codePoint >> 6) & 0x3f);
  bytes[at + 3] = 0x80 | (codePoint & 0x3f);
  return at + 4;
}

/** The code point that a broken byte or a lone surrogate becomes. */
export const replacementCodePoint = 0xfffd;
