import { arena, growTape, hasRoomFor, maxSpans, reserveBytes, slotsPerSpan } from "./arena.ts";
import { type JsonFailure, jsonFailure, syntaxMessage } from "./json-failure.ts";
import { compareKeyWith } from "./keys.ts";
import { decodeKey, fail, found, scanString } from "./scan-string.ts";
import {
  arrayKind,
  booleanKind,
  copyable,
  endAt,
  firstAt,
  flagsAt,
  keyCopyable,
  keyEndAt,
  keyStartAt,
  kindMask,
  nextAt,
  nullKind,
  numberKind,
  objectKind,
  parentAt,
  plain,
  sorted,
  startAt,
  stringKind,
  tight,
} from "./tape.ts";

/** How deep objects and arrays may nest; Go allows 10,000. */
export const maxDepth = 512;

/**
 * Copies `input` into the arena and lays out its first JSON value; returns the slot.
 * With `isWhole` only blanks may follow the value, otherwise whatever follows is ignored.
 */
export function scanDocument(input: Uint8Array, isWhole: boolean): number | JsonFailure {
  if (!hasRoomFor(input.length + 1)) return jsonFailure("document too large", 0);

  reserveBytes(input.length + 1);
  const { tail, top, expansionBytes } = arena;
  const end = tail + input.length;
  arena.bytes.set(input, tail);
  // No loop of the scanner needs to look for the end: no rule of the grammar takes a zero byte.
  arena.bytes[end] = 0;
  arena.tail = end + 1;

  let after = scanValue(tail);
  if (after !== -1 && isWhole) after = scanEnd(after, end);
  if (after !== -1) {
    arena.sources.push(tail, end);
    return top;
  }

  const failure = describeFailure(tail, end);
  arena.tail = tail;
  arena.top = top;
  arena.expansionBytes = expansionBytes;
  return failure;
}

/** End of the number at `at`, or -1. What follows is not looked at. */
export function scanNumber(bytes: Uint8Array, start: number): number {
  let at = start;
  if (bytes[at] === 0x2d) at++;
  if (bytes[at] === 0x30) at++;
  else if (isDigit(bytes[at]!)) at = skipDigits(bytes, at);
  else return fail(at, at === start ? "looking for beginning of value" : "in numeric literal");

  if (bytes[at] === 0x2e) {
    if (!isDigit(bytes[++at]!)) return fail(at, "after decimal point in numeric literal");
    at = skipDigits(bytes, at);
  }
  if ((bytes[at]! | 0x20) === 0x65) {
    at++;
    if (bytes[at] === 0x2b || bytes[at] === 0x2d) at++;
    if (!isDigit(bytes[at]!)) return fail(at, "in exponent of numeric literal");
    at = skipDigits(bytes, at);
  }
  return at;
}

const space = 0x20;
const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const openBrace = 0x7b;
const closeBracket = 0x5d;
const closeBrace = 0x7d;

const tooDeep = "exceeded max depth";
const tooManyValues = "too many values";

// One loop and no recursion: a body of 100,000 brackets must not reach the stack's end. Each turn
// lays out one value, closes the containers that end behind it, and reads the key of the next one.
// Long, because its state is in locals: 8 KB take 10 us so, and 18 us with a function for each part.
function scanValue(start: number): number {
  let { bytes, tape, top } = arena;
  let at = skipBlanks(bytes, start);
  let parent = 0;
  let previous = 0;
  let depth = 0;
  let isInObject = false;
  let keyStart = 0;
  let keyEnd = 0;
  let keyFlags = 0;
  for (;;) {
    const slot = top;
    if (slot + slotsPerSpan > tape.length) {
      if (slot >= maxSpans * slotsPerSpan) return fail(at, tooManyValues);
      tape = growTape();
    }
    top += slotsPerSpan;
    tape[previous === 0 ? parent + firstAt : previous + nextAt] = slot;
    tape[slot + startAt] = at;
    tape[slot + nextAt] = 0;
    tape[slot + firstAt] = 0;
    tape[slot + parentAt] = parent;
    tape[slot + keyStartAt] = keyStart;
    tape[slot + keyEndAt] = keyEnd;

    const first = bytes[at]!;
    if (first === openBrace || first === openBracket) {
      if (++depth > maxDepth) return fail(at, tooDeep);
      isInObject = first === openBrace;
      const kind = isInObject ? objectKind | sorted : arrayKind;
      tape[slot + flagsAt] = kind | copyable | keyFlags;
      parent = slot;
      previous = 0;
      at++;
    } else {
      const end = first === quote ? scanString(bytes, at + 1) + 1 : scanScalar(bytes, at);
      if (end <= 0) return -1;
      const flags = first === quote ? stringKind | found.flags : scalarKind(first) | copyable;
      tape[slot + flagsAt] = flags | keyFlags;
      tape[slot + endAt] = end;
      if ((flags & copyable) === 0) noteExpansion(parent, end - at);
      at = end;
      previous = slot;
    }

    while (parent !== 0) {
      if (bytes[at]! <= space) at = skipInnerBlanks(bytes, at, parent);
      if (bytes[at] !== (isInObject ? closeBrace : closeBracket)) break;
      at++;
      depth--;
      tape[parent + endAt] = at;
      previous = parent;
      parent = tape[parent + parentAt]!;
      const outerFlags = tape[parent + flagsAt]!;
      isInObject = (outerFlags & kindMask) === objectKind;
      if ((tape[previous + flagsAt]! & copyable) === 0)
        tape[parent + flagsAt] = outerFlags & ~copyable;
    }
    if (parent === 0) {
      arena.top = top;
      return at;
    }

    if (previous !== 0) {
      if (bytes[at] !== comma) return fail(at, afterValue(isInObject));
      at++;
      if (bytes[at]! <= space) at = skipInnerBlanks(bytes, at, parent);
    }
    keyStart = 0;
    keyEnd = 0;
    keyFlags = 0;
    if (!isInObject) continue;

    if (bytes[at] !== quote) return fail(at, "looking for beginning of object key string");
    keyStart = at + 1;
    keyEnd = scanString(bytes, keyStart);
    if (keyEnd === -1) return -1;
    at = skipColon(bytes, keyEnd + 1);
    if (at === -1) return -1;
    keyFlags = at === keyEnd + 2 ? keyCopyable | tight : keyCopyable;
    if (found.flags !== (copyable | plain)) {
      if ((found.flags & plain) === 0) {
        keyStart = decodeKey(keyStart, keyEnd);
        keyEnd = arena.tail - 1;
        bytes = arena.bytes;
      }
      keyFlags = 0;
      noteExpansion(parent, keyEnd - keyStart);
    }
    if ((keyFlags & tight) === 0) spoil(parent, copyable);
    if (previous !== 0 && (tape[parent + flagsAt]! & sorted) !== 0) {
      if (compareKeyWith(previous, keyStart, keyEnd) >= 0) spoil(parent, sorted | copyable);
    }
  }
}

function scanScalar(bytes: Uint8Array, at: number): number {
  switch (bytes[at]) {
    case 0x74:
      return scanLiteral(bytes, at, "true");
    case 0x66:
      return scanLiteral(bytes, at, "false");
    case 0x6e:
      return scanLiteral(bytes, at, "null");
    default:
      return scanNumber(bytes, at);
  }
}

function scalarKind(first: number): number {
  if (first === 0x6e) return nullKind;
  return first === 0x74 || first === 0x66 ? booleanKind : numberKind;
}

function scanLiteral(bytes: Uint8Array, at: number, literal: "true" | "false" | "null"): number {
  for (let index = 1; index < literal.length; index++) {
    if (bytes[at + index] !== literal.charCodeAt(index)) {
      return fail(at + index, `in literal ${literal} (expecting '${literal[index]}')`);
    }
  }
  return at + literal.length;
}

function afterValue(isInObject: boolean): string {
  return isInObject ? "after object key:value pair" : "after array element";
}

function skipColon(bytes: Uint8Array, start: number): number {
  const at = bytes[start] === colon ? start : skipBlanks(bytes, start);
  if (bytes[at] !== colon) return fail(at, "after object key");
  return bytes[at + 1]! > space ? at + 1 : skipBlanks(bytes, at + 1);
}

function noteExpansion(parent: number, length: number): void {
  arena.expansionBytes += length * 5;
  spoil(parent, copyable);
}

function spoil(slot: number, flags: number): void {
  const { tape } = arena;
  tape[slot + flagsAt] = tape[slot + flagsAt]! & ~flags;
}

function skipInnerBlanks(bytes: Uint8Array, at: number, parent: number): number {
  const after = skipBlanks(bytes, at);
  if (after !== at) spoil(parent, copyable);
  return after;
}

function skipBlanks(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isBlank(bytes[at]!)) at++;
  return at;
}

function isBlank(byte: number): boolean {
  return byte === space || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function skipDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isDigit(bytes[at]!)) at++;
  return at;
}

function scanEnd(after: number, end: number): number {
  const at = skipBlanks(arena.bytes, after);
  return at === end ? at : fail(at, "after top-level value");
}

function describeFailure(start: number, end: number): JsonFailure {
  const { failedAt, context } = found;
  const offset = failedAt - start;
  if (context === tooDeep || context === tooManyValues) return jsonFailure(context, offset);
  if (failedAt < end) return jsonFailure(syntaxMessage(arena.bytes[failedAt]!, context), offset);

  const isEmpty = skipBlanks(arena.bytes, start) === end;
  return jsonFailure(isEmpty ? "EOF" : "unexpected EOF", offset);
}
