import { arena, reserveBytes, writeText } from "./arena.ts";
import { JsonNumber } from "./json-number.ts";
import { setKeyText } from "./keys.ts";
import { adopt, linkAfter, linkMemberAfter, putMember } from "./links.ts";
import { maxDepth, scanNumber } from "./scan.ts";
import { textFlags } from "./scan-string.ts";
import {
  addSpan,
  arrayKind,
  booleanKind,
  copyable,
  invalidate,
  made,
  nullKind,
  numberKind,
  objectKind,
  ordered,
  sorted,
  stringKind,
} from "./tape.ts";

/** An empty object whose members come out sorted. */
export function addObject(): number {
  return addSpan(objectKind | sorted | made, 0, 0);
}

/** An object whose members come out in the order given. */
export function addOrderedObject(members: readonly (readonly [string, number])[]): number {
  const object = addSpan(objectKind | ordered | made, 0, 0);
  for (const [key, value] of members) setMember(object, key, value);
  return object;
}

/** An array of these values. */
export function addArray(items: readonly number[]): number {
  const array = addSpan(arrayKind | made, 0, 0);
  let previous = 0;
  for (const item of items) {
    const child = adopt(item, array);
    linkAfter(array, previous, child);
    previous = child;
  }
  return array;
}

/** A string; lone surrogates become U+FFFD. */
export function addString(text: string): number {
  reserveBytes(text.length * 3 + 2);
  const length = writeText(text, arena.tail + 1);
  return addWrittenString(length);
}

/** A string whose characters are these bytes, which may be broken UTF-8. */
export function addStringBytes(content: Uint8Array): number {
  reserveBytes(content.length + 2);
  arena.bytes.set(content, arena.tail + 1);
  return addWrittenString(content.length);
}

/** A number with this text. Throws when it is none. */
export function addNumber(text: string): number {
  const start = writeScalar(text);
  if (scanNumber(arena.bytes, start) !== arena.tail - 1) {
    throw new TypeError(`not a JSON number: ${text}`);
  }
  return addSpan(numberKind | copyable | made, start, arena.tail - 1);
}

/** One of the three literals. */
export function addLiteral(literal: boolean | null): number {
  const start = writeScalar(String(literal));
  const kind = literal === null ? nullKind : booleanKind;
  return addSpan(kind | copyable | made, start, arena.tail - 1);
}

/** An object with one member. */
export function addGroup(key: string, value: number): number {
  const object = addObject();
  const member = adopt(value, object);
  setKeyText(member, key);
  linkAfter(object, 0, member);
  return object;
}

/** Sets a member; one with this key is replaced where it stands. */
export function setMember(object: number, key: string, value: number): void {
  const member = adopt(value, object);
  setKeyText(member, key);
  invalidate(object);
  putMember(object, member);
}

/**
 * A document of plain JavaScript: numbers in Go's shortest form, everything that JSON does not
 * know as `null`. Throws a `RangeError` beyond the depth that a scanned document may have.
 */
export function addPlain(plain: unknown, depth = 0): number {
  if (depth > maxDepth) throw new RangeError("exceeded max depth");

  switch (typeof plain) {
    case "string":
      return addString(plain);
    case "boolean":
      return addLiteral(plain);
    case "bigint":
      return addNumber(String(plain));
    case "number":
      return Number.isFinite(plain) ? addNumber(shortestForm(plain)) : addLiteral(null);
    case "object":
      return plain === null ? addLiteral(null) : addPlainObject(plain, depth);
    default:
      return addLiteral(null);
  }
}

// JavaScript and Go agree on the shortest digits and on where the exponent begins; only -0 differs.
function shortestForm(number: number): string {
  return Object.is(number, -0) ? "-0" : String(number);
}

function addPlainObject(plain: object, depth: number): number {
  if (plain instanceof JsonNumber) return addNumber(plain.text);
  if (Array.isArray(plain)) return addArray(plain.map((item) => addPlain(item, depth + 1)));

  const object = addObject();
  let previous = 0;
  for (const [key, inner] of Object.entries(plain)) {
    const member = adopt(addPlain(inner, depth + 1), object);
    setKeyText(member, key);
    linkMemberAfter(object, previous, member);
    previous = member;
  }
  return object;
}

// The characters are at the tail already, with room for a quote on both sides.
function addWrittenString(length: number): number {
  const { bytes, tail } = arena;
  const end = tail + length + 2;
  bytes[tail] = 0x22;
  bytes[end - 1] = 0x22;
  arena.tail = end;

  const flags = textFlags(bytes, tail + 1, end - 1);
  if ((flags & copyable) === 0) arena.expansionBytes += length * 5;
  return addSpan(stringKind | flags | made, tail, end);
}

// Behind the text stands a zero byte, which ends the check of a number.
function writeScalar(text: string): number {
  reserveBytes(text.length * 3 + 1);
  const start = arena.tail;
  const end = start + writeText(text, start);
  arena.bytes[end] = 0;
  arena.tail = end + 1;
  return start;
}
