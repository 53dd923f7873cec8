import { hexValues } from "../json/byte-class.ts";
import { replacementCodePoint } from "../json/utf8.ts";
import { nameClasses } from "./classes.ts";

/** What the last call of `readEntity` found; one object, so that it allocates nothing. */
export const entity = {
  /** -1: nothing that may stand there. */
  codePoint: -1,
  /** Behind the entity, or behind what was read of it. */
  end: 0,
};

/**
 * Reads the entity whose `&` is at `start` into `entity`. Only the five that XML defines and numbers
 * are known: whatever a document declares for itself is never expanded.
 */
export function readEntity(bytes: Uint8Array, start: number): void {
  if (bytes[start + 1] === 0x23) readNumber(bytes, start + 2);
  else readNamed(bytes, start + 1);
}

function readNumber(bytes: Uint8Array, start: number): void {
  const isHex = bytes[start] === 0x78;
  const first = isHex ? start + 1 : start;
  const base = isHex ? 16 : 10;
  let at = first;
  let code = 0;
  for (; hexValues[bytes[at]!]! < base; at++) {
    code = Math.min(code * base + hexValues[bytes[at]!]!, 0x110000);
  }
  const isWhole = bytes[at] === 0x3b && at > first;
  entity.end = bytes[at] === 0x3b ? at + 1 : at;
  entity.codePoint = isWhole && code <= 0x10ffff ? withoutSurrogates(code) : -1;
}

function withoutSurrogates(code: number): number {
  return code >= 0xd800 && code <= 0xdfff ? replacementCodePoint : code;
}

function readNamed(bytes: Uint8Array, start: number): void {
  let at = start;
  while (nameClasses[bytes[at]!] !== 0) at++;
  const isWhole = bytes[at] === 0x3b;
  entity.end = isWhole ? at + 1 : at;
  entity.codePoint = isWhole ? named(bytes, start, at) : -1;
}

function named(bytes: Uint8Array, from: number, to: number): number {
  for (const { name, codePoint } of NAMED) {
    if (name.length !== to - from) continue;
    let index = 0;
    while (index < name.length && name[index] === bytes[from + index]) index++;
    if (index === name.length) return codePoint;
  }
  return -1;
}

const NAMED = [
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
].map(([name, character]) => ({
  name: new TextEncoder().encode(name),
  codePoint: character!.charCodeAt(0),
}));
