import { arena, reserveBytes } from "./arena.ts";
import {
  byteClasses,
  escapeByte,
  hexValues,
  highByte,
  htmlByte,
  plainByte,
  quoteByte,
} from "./byte-class.ts";
import {
  isCanonicalUnicodeEscape,
  readsEscapes,
  rewriteString,
  shortEscapeValues,
} from "./string-text.ts";
import { copyable, plain, raw } from "./tape.ts";
import { isLineSeparator, sequenceLength } from "./utf8.ts";

/** What the last scan step found besides the place it returns; one object, so that a step allocates nothing. */
export const found = {
  /** `copyable` and `plain`, as they fit the string. */
  flags: 0,
  /** After a step returned -1: the byte that the grammar does not allow. */
  failedAt: 0,
  /** And what Go says about its place. */
  context: "",
};

/**
 * Finds the closing quote of the string whose first character is at `start`, or returns -1.
 * A zero byte must stand behind the input: it ends every loop.
 */
export function scanString(bytes: Uint8Array, start: number): number {
  let at = start;
  while (byteClasses[bytes[at]!] === plainByte) at++;
  if (bytes[at] === 0x22) {
    found.flags = copyable | plain;
    return at;
  }
  return scanOddString(bytes, at);
}

/** The flags of a string whose characters are these bytes, a backslash among them meaning itself. A quote must follow. */
export function textFlags(bytes: Uint8Array, from: number, to: number): number {
  let flags = copyable | plain;
  let at = from;
  while (at < to) {
    const byteClass = byteClasses[bytes[at]!]!;
    if (byteClass === plainByte) {
      at++;
    } else if (byteClass === highByte) {
      const length = sequenceLength(bytes, at);
      if (length === 0) return raw;
      if (isLineSeparator(bytes, at)) flags &= ~copyable;
      at += length;
    } else {
      flags &= ~copyable;
      at++;
    }
  }
  return flags;
}

/** Writes the decoded form of a key behind everything else in the arena; returns its first byte. The end is the new tail minus one. */
export function decodeKey(from: number, to: number): number {
  // A broken byte becomes three.
  reserveBytes((to - from) * 3 + 1);
  const start = arena.tail;
  const end = rewriteString(arena.bytes, from, to, start, readsEscapes);
  arena.bytes[end] = 0x22;
  arena.tail = end + 1;
  return start;
}

/** Remembers where and why a step failed; returns -1. */
export function fail(at: number, context: string): -1 {
  found.failedAt = at;
  found.context = context;
  return -1;
}

// Goes on at the first byte that is neither plain nor the closing quote.
function scanOddString(bytes: Uint8Array, start: number): number {
  let at = start;
  let flags = copyable | plain;
  for (;;) {
    const byteClass = byteClasses[bytes[at]!]!;
    if (byteClass === plainByte) {
      at++;
    } else if (byteClass === highByte) {
      const length = sequenceLength(bytes, at);
      if (length === 0) flags = 0;
      else if (isLineSeparator(bytes, at)) flags &= ~copyable;
      at += length === 0 ? 1 : length;
    } else if (byteClass === htmlByte) {
      flags &= ~copyable;
      at++;
    } else if (byteClass === quoteByte) {
      found.flags = flags;
      return at;
    } else if (byteClass === escapeByte) {
      const end = scanEscape(bytes, at);
      if (end === -1) return -1;
      flags &= isCanonicalEscape(bytes, at) ? copyable : 0;
      at = end;
    } else {
      return fail(at, "in string literal");
    }
  }
}

function scanEscape(bytes: Uint8Array, at: number): number {
  const letter = bytes[at + 1]!;
  if (shortEscapeValues[letter] !== 0) return at + 2;
  if (letter !== 0x75) return fail(at + 1, "in string escape code");
  for (let digit = at + 2; digit < at + 6; digit++) {
    if (hexValues[bytes[digit]!] === 255) return fail(digit, "in \\u hexadecimal character escape");
  }
  return at + 6;
}

function isCanonicalEscape(bytes: Uint8Array, at: number): boolean {
  const letter = bytes[at + 1];
  return letter === 0x75 ? isCanonicalUnicodeEscape(bytes, at) : letter !== 0x2f;
}
