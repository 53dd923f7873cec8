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

/** The same where a document may use the names of HTML; what is no entity stands for itself. */
export function readHtmlEntity(bytes: Uint8Array, start: number): void {
  readEntity(bytes, start);
  if (entity.codePoint !== -1) return;
  const isNamed = bytes[entity.end - 1] === 0x3b && entity.end - start < MAX_HTML_NAME;
  const name = isNamed ? String.fromCharCode(...bytes.subarray(start + 1, entity.end - 1)) : "";
  const codePoint = HTML_NAMES.get(name);
  entity.codePoint = codePoint ?? 0x26;
  if (codePoint === undefined) entity.end = start + 1;
}

const MAX_HTML_NAME = 12;

/** Those of Latin-1, in its order, and those that typists use. */
const LATIN_NAMES =
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 " +
  "sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc " +
  "Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve " +
  "Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute " +
  "acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde " +
  "ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

/** Characters of HTML's named entities, without those of XML. */
export const HTML_NAMES: ReadonlyMap<string, number> = new Map([
  ...LATIN_NAMES.split(" ").map((name, index) => [name, 0xa0 + index] as const),
  ["ndash", 0x2013],
  ["mdash", 0x2014],
  ["lsquo", 0x2018],
  ["rsquo", 0x2019],
  ["sbquo", 0x201a],
  ["ldquo", 0x201c],
  ["rdquo", 0x201d],
  ["bdquo", 0x201e],
  ["bull", 0x2022],
  ["hellip", 0x2026],
  ["euro", 0x20ac],
  ["trade", 0x2122],
]);

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
