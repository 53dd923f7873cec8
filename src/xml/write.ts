import { arena } from "../json/arena.ts";
import { orderedMembers } from "../json/member-order.ts";
import { childrenOf, keyText, kindName, scalarText } from "../json/read.ts";
import { firstAt, keyStartAt, nextAt, type ValueKind } from "../json/tape.ts";
import type { TextSink } from "../lib/text-sink.ts";
import { xmlName } from "./name.ts";

/**
 * Writes the document at `slot` as the `mxj` library of KrakenD does: no declaration, no blanks,
 * elements sorted. A single key is the root, unless it holds a list of other things than objects; else the root is `doc`.
 */
export function writeXml(slot: number, sink: TextSink): void {
  const members = orderedMembers(slot);
  const only = members[0];
  if (members.length === 1 && only !== undefined && isRoot(only)) {
    writeElements(xmlName(keyText(only)), only, sink);
  } else {
    writeElements("doc", slot, sink);
  }
}

/** What a document without data is. */
export const emptyXml = "<doc/>";

function isRoot(slot: number): boolean {
  return (
    kindName(slot) !== "array" || childrenOf(slot).every((item) => kindName(item) === "object")
  );
}

/** One element; of an array one for each item, and an empty one for none. */
function writeElements(name: string, slot: number, sink: TextSink): void {
  const kind = kindName(slot);
  if (kind === "object") {
    writeObject(name, slot, sink);
    return;
  }
  if (kind !== "array") {
    const text = scalar(slot, kind);
    sink.write(text === "" ? `<${name}/>` : `<${name}>${text}</${name}>`);
    return;
  }
  let item = arena.tape[slot + firstAt]!;
  if (item === 0) sink.write(`<${name}/>`);
  for (; item !== 0; item = arena.tape[item + nextAt]!) writeElements(name, item, sink);
}

function writeObject(name: string, slot: number, sink: TextSink): void {
  const members = orderedMembers(slot);
  let tag = `<${name}`;
  let text = "";
  let childCount = 0;
  for (const member of members) {
    const place = placeOf(member);
    if (place === "attribute") {
      tag += ` ${xmlName(keyText(member).slice(1))}="${scalar(member, kindName(member))}"`;
    } else if (place === "text") {
      text = scalar(member, kindName(member));
    } else {
      childCount++;
    }
  }
  if (childCount === 0) {
    sink.write(text === "" ? `${tag}/>` : `${tag}>${text}</${name}>`);
    return;
  }
  sink.write(`${tag}>${text}`);
  for (const member of members) {
    if (placeOf(member) === "child") writeElements(xmlName(keyText(member)), member, sink);
  }
  sink.write(`</${name}>`);
}

/** mxj has no form for an object or array as attribute or text; here it becomes an element. */
function placeOf(member: number): "attribute" | "text" | "child" {
  const first = arena.bytes[arena.tape[member + keyStartAt]!];
  if (first !== 0x2d && first !== 0x23) return "child";
  const kind = kindName(member);
  const key = keyText(member);
  if (kind === "object" || kind === "array") return "child";
  if (key === "#text") return "text";
  return first === 0x2d && key.length > 1 ? "attribute" : "child";
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
