import { sequenceLength } from "../json/utf8.ts";
import { isNameCharacter, nameByte, nameClasses, nameHigh } from "./classes.ts";

/** What the last call of a function below found besides the place it returned; one object, so that they allocate nothing. */
export const passed = {
  /** Of a name: where it begins without its prefix. */
  localStart: 0,
  /** After -1 from a comment or document type: Go's text, and its place. */
  problem: "",
  problemAt: 0,
};

/** End of the name at `start`, whose parts `passed` tells; -1 where there is none. */
export function readName(bytes: Uint8Array, start: number): number {
  let at = start;
  let colon = -1;
  for (;;) {
    const kind = nameClasses[bytes[at]!]!;
    if (kind === 0 || (kind === nameByte && at === start)) break;
    if (kind === nameHigh) {
      const length = sequenceLength(bytes, at);
      if (length === 0 || !isNameCharacter(codePointAt(bytes, at, length), at === start)) return -1;
      at += length;
      continue;
    }
    if (bytes[at] === 0x3a) {
      if (colon !== -1) return -1;
      colon = at;
    }
    at++;
  }
  if (at === start) return -1;
  // A colon at one of the ends parts nothing, as in Go.
  passed.localStart = colon > start && colon < at - 1 ? colon + 1 : start;
  return at;
}

/** Behind the comment whose text begins at `start`; -1: it has no end, or not where it may. */
export function commentEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    if (bytes[at] !== 0x2d || bytes[at + 1] !== 0x2d) continue;
    if (bytes[at + 2] === 0x3e) return at + 3;
    return fail(at, 'invalid sequence "--" not allowed in comments');
  }
  return fail(end, "unexpected EOF");
}

/** Behind the document type whose text begins at `start`: nothing in it counts. -1: it has no end. */
export function documentTypeEnd(bytes: Uint8Array, start: number, end: number): number {
  let quote = 0;
  let depth = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (quote !== 0) {
      if (byte === quote) quote = 0;
    } else if (byte === 0x22 || byte === 0x27) {
      quote = byte;
    } else if (byte === 0x3e) {
      if (depth === 0) return at + 1;
      depth--;
    } else if (byte === 0x3c) {
      if (bytes[at + 1] === 0x21 && bytes[at + 2] === 0x2d && bytes[at + 3] === 0x2d) {
        at = commentEnd(bytes, at + 4, end) - 1;
        if (at < 0) return -1;
      } else {
        depth++;
      }
    }
  }
  return fail(end, "unexpected EOF");
}

function fail(at: number, problem: string): -1 {
  passed.problem = problem;
  passed.problemAt = at;
  return -1;
}

function codePointAt(bytes: Uint8Array, at: number, length: number): number {
  const lead = bytes[at]! & (0xff >> (length + 1));
  let codePoint = lead;
  for (let index = 1; index < length; index++) {
    codePoint = (codePoint << 6) | (bytes[at + index]! & 0x3f);
  }
  return codePoint;
}
