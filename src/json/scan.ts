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
/** From an opening brace or bracket to its closing one. */
const closingDistance = 2;

const tooDeep = "exceeded max depth";
const tooManyValues = "too many values";

/** The key that was read last; it belongs to the value that comes next. */
const key = { start: 0, end: 0, flags: 0 };

// One loop and no recursion: a body of 100,000 brackets must not reach the stack's end. Each turn
// lays out one value, closes the containers that end behind it, and reads the key of the next one.
function scanValue(start: number): number {
  let at = skipBlanks(arena.bytes, start);
  let parent = 0;
  let previous = 0;
  let depth = 0;
  clearKey();
  for (;;) {
    const slot = layOut(at, parent, previous);
    if (slot === -1) return -1;

    const first = arena.bytes[at]!;
    if (first === openBrace || first === openBracket) {
      if (++depth > maxDepth) return fail(at, tooDeep);
      const kind = first === openBrace ? objectKind | sorted : arrayKind;
      arena.tape[slot + flagsAt] = kind | copyable | key.flags;
      parent = slot;
      previous = 0;
      at = skipInnerBlanks(at + 1, parent);
    } else {
      at = scanLeaf(at, slot, parent);
      if (at === -1 || parent === 0) return at;
      previous = slot;
      at = skipInnerBlanks(at, parent);
    }

    while (arena.bytes[at] === closingOf(parent)) {
      at++;
      depth--;
      previous = parent;
      parent = close(previous, at);
      if (parent === 0) return at;
      at = skipInnerBlanks(at, parent);
    }

    if (previous !== 0) {
      if (arena.bytes[at] !== comma) return fail(at, afterValue(parent));
      at = skipInnerBlanks(at + 1, parent);
    }
    at = scanKey(at, parent, previous);
    if (at === -1) return -1;
  }
}

function layOut(at: number, parent: number, previous: number): number {
  const slot = arena.top;
  if (slot + slotsPerSpan > arena.tape.length) {
    if (slot >= maxSpans * slotsPerSpan) return fail(at, tooManyValues);
    growTape();
  }
  arena.top = slot + slotsPerSpan;

  const { tape } = arena;
  if (previous !== 0) tape[previous + nextAt] = slot;
  else tape[parent + firstAt] = slot;
  tape[slot + startAt] = at;
  tape[slot + nextAt] = 0;
  tape[slot + firstAt] = 0;
  tape[slot + parentAt] = parent;
  tape[slot + keyStartAt] = key.start;
  tape[slot + keyEndAt] = key.end;
  return slot;
}

function scanLeaf(at: number, slot: number, parent: number): number {
  const { bytes, tape } = arena;
  if (bytes[at] !== quote) {
    const end = scanScalar(bytes, at);
    if (end === -1) return -1;
    tape[slot + flagsAt] = scalarKind(bytes[at]!) | copyable | key.flags;
    tape[slot + endAt] = end;
    return end;
  }

  const close = scanString(bytes, at + 1);
  if (close === -1) return -1;
  const { flags } = found;
  tape[slot + flagsAt] = stringKind | flags | key.flags;
  tape[slot + endAt] = close + 1;
  if ((flags & copyable) === 0) {
    arena.expansionBytes += (close - at) * 5;
    spoil(parent, copyable);
  }
  return close + 1;
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

function close(slot: number, end: number): number {
  const { tape } = arena;
  tape[slot + endAt] = end;
  const parent = tape[slot + parentAt]!;
  if ((tape[slot + flagsAt]! & copyable) === 0) spoil(parent, copyable);
  return parent;
}

function closingOf(parent: number): number {
  const { bytes, tape } = arena;
  return bytes[tape[parent + startAt]!]! + closingDistance;
}

function afterValue(parent: number): string {
  return isObject(parent) ? "after object key:value pair" : "after array element";
}

/** Reads `"key":` and the blanks around, and returns where the value starts; in an array there is none. */
function scanKey(at: number, parent: number, previous: number): number {
  clearKey();
  if (!isObject(parent)) return at;

  const { bytes } = arena;
  if (bytes[at] !== quote) return fail(at, "looking for beginning of object key string");
  const close = scanString(bytes, at + 1);
  if (close === -1) return -1;
  const { flags } = found;

  key.start = at + 1;
  key.end = close;
  if ((flags & plain) === 0) {
    key.start = decodeKey(at + 1, close);
    key.end = arena.tail - 1;
  }
  const isCopyable = flags === (copyable | plain);
  if (!isCopyable) arena.expansionBytes += (key.end - key.start) * 5;

  const beforeColon = skipBlanks(arena.bytes, close + 1);
  if (arena.bytes[beforeColon] !== colon) return fail(beforeColon, "after object key");
  const after = skipBlanks(arena.bytes, beforeColon + 1);
  const isTight = isCopyable && after === close + 2;
  if (isTight) key.flags = keyCopyable | tight;
  else {
    key.flags = isCopyable ? keyCopyable : 0;
    spoil(parent, copyable);
  }
  noteOrder(parent, previous);
  return after;
}

// The new key is on no span yet; it is compared as if it were on the next one.
function noteOrder(parent: number, previous: number): void {
  if (previous === 0 || (arena.tape[parent + flagsAt]! & sorted) === 0) return;
  if (compareKeyWith(previous, key.start, key.end) >= 0) spoil(parent, sorted | copyable);
}

function clearKey(): void {
  key.start = 0;
  key.end = 0;
  key.flags = 0;
}

function isObject(slot: number): boolean {
  return (arena.tape[slot + flagsAt]! & kindMask) === objectKind;
}

function spoil(slot: number, flags: number): void {
  const { tape } = arena;
  tape[slot + flagsAt] = tape[slot + flagsAt]! & ~flags;
}

function skipInnerBlanks(at: number, parent: number): number {
  if (arena.bytes[at]! > space) return at;
  const after = skipBlanks(arena.bytes, at);
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
