import { orderedMembers } from "../json/member-order.ts";
import { childrenOf, keyText, kindName, scalarText } from "../json/read.ts";
import type { ValueKind } from "../json/tape.ts";
import { xmlName } from "./name.ts";

/**
 * The document at `slot` as the `mxj` library of KrakenD writes it: no declaration, no blanks,
 * elements sorted. A single key is the root, unless it holds a list of other things than objects; else the root is `doc`.
 */
export function xmlText(slot: number): string {
  const members = orderedMembers(slot);
  const only = members[0];
  return members.length === 1 && only !== undefined && isRoot(only)
    ? elements(xmlName(keyText(only)), only)
    : elements("doc", slot);
}

/** What a document without data is. */
export const emptyXml = "<doc/>";

function isRoot(slot: number): boolean {
  return (
    kindName(slot) !== "array" || childrenOf(slot).every((item) => kindName(item) === "object")
  );
}

/** One element; of an array one for each item, and an empty one for none. */
function elements(name: string, slot: number): string {
  const kind = kindName(slot);
  if (kind === "object") return objectElement(name, slot);
  if (kind !== "array") return element(name, "", scalar(slot, kind));
  const items = childrenOf(slot);
  if (items.length === 0) return element(name, "", "");
  let text = "";
  for (const item of items) text += elements(name, item);
  return text;
}

function objectElement(name: string, slot: number): string {
  let attributes = "";
  let text = "";
  let children = "";
  for (const member of orderedMembers(slot)) {
    const key = keyText(member);
    const kind = kindName(member);
    // mxj has no form for a container in these two places; here it becomes an element.
    const isScalar = kind !== "object" && kind !== "array";
    if (isScalar && key.length > 1 && key.startsWith("-")) {
      attributes += ` ${xmlName(key.slice(1))}="${scalar(member, kind)}"`;
    } else if (isScalar && key === "#text") {
      text = scalar(member, kind);
    } else {
      children += elements(xmlName(key), member);
    }
  }
  return element(name, attributes, text + children);
}

function element(name: string, attributes: string, content: string): string {
  const tag = `<${name}${attributes}`;
  return content === "" ? `${tag}/>` : `${tag}>${content}</${name}>`;
}

function scalar(slot: number, kind: ValueKind): string {
  if (kind === "null") return "";
  const text = scalarText(slot);
  return kind === "string" && ESCAPED.test(text) ? text.replace(EACH_ESCAPED, escapeOne) : text;
}

// The last ones have no place in a document of XML 1.0, however they are written.
const ESCAPED = /[&<>"']|[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const EACH_ESCAPED = new RegExp(ESCAPED, "gu");

function escapeOne(character: string): string {
  return ENTITIES.get(character) ?? "\ufffd";
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&apos;"],
]);
