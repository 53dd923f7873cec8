import { HTML_NAMES } from "../xml/entity.ts";
import type { FeedElement } from "./element.ts";
import { filled, type Person } from "./model.ts";

/** The text of an element, without blanks around it; tags that stand in it stay as they are. */
export function textOf(element: FeedElement): string {
  return element.children.length === 0 ? element.text.trim() : decoded(element.markup().trim());
}

/** A name, an address or both: `ann@a.test (Ann)`, `Ann (ann@a.test)`. */
export function personOf(text: string): Person {
  if (text.length > MAX_PERSON_LENGTH) return filled({ name: text });
  const addressFirst = /^([^@]+@\S+)\s+\(([^@]+)\)$/.exec(text);
  if (addressFirst !== null) return filled({ email: addressFirst[1], name: addressFirst[2] });
  const nameFirst = /^([^@]+)\s+\(([^@]+@[^)]+)\)$/.exec(text);
  if (nameFirst !== null) return filled({ name: nameFirst[1], email: nameFirst[2] });
  if (/^[^@()]+$/.test(text)) return filled({ name: text });
  return filled(/^[^@()]+@[^@()]+$/.test(text) ? { email: text } : {});
}

/** The address of the first picture in a text of HTML. */
export function firstImage(html: string): string | undefined {
  let end = 0;
  for (;;) {
    const start = html.indexOf("<img", end);
    end = start === -1 ? -1 : html.indexOf(">", start);
    if (end === -1) return undefined;
    const match = SOURCE.exec(html.slice(start + 4, end));
    const url = match?.[1] ?? match?.[2] ?? match?.[3];
    if (url !== undefined) return withoutEntities(url);
  }
}

/** Whoever is longer is a text about somebody. */
const MAX_PERSON_LENGTH = 500;

const SOURCE = /\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i;

/** Entities outside of the sections that hold none. */
function decoded(markup: string): string {
  return markup
    .split(/<!\[CDATA\[([\s\S]*?)\]\]>/)
    .map((part, index) => (index % 2 === 1 ? part : withoutEntities(part)))
    .join("");
}

function withoutEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-zA-Z]\w{1,9}));/g, replaceEntity);
}

function replaceEntity(whole: string, decimal?: string, hex?: string, name?: string): string {
  const codePoint =
    name === undefined
      ? Number.parseInt(decimal ?? hex!, decimal === undefined ? 16 : 10)
      : (XML_NAMES.get(name) ?? HTML_NAMES.get(name) ?? -1);
  const isCharacter = codePoint > 0 && codePoint <= 0x10ffff;
  return isCharacter ? String.fromCodePoint(codePoint) : whole;
}

const XML_NAMES: ReadonlyMap<string, number> = new Map([
  ["amp", 0x26],
  ["lt", 0x3c],
  ["gt", 0x3e],
  ["quot", 0x22],
  ["apos", 0x27],
]);
