import { arena } from "../json/arena.ts";
import { orderedMembers } from "../json/member-order.ts";
import { childrenOf, keyText, kindName, scalarText } from "../json/read.ts";
import { flagsAt, made } from "../json/tape.ts";
import { numberText, quotedKey, stringText } from "./scalar.ts";

/**
 * The document at `slot` as the YAML library of KrakenD writes it: blocks, two spaces, sorted keys,
 * items of lists at the place of their key, and numbers of backends as texts.
 */
export function yamlText(slot: number): string {
  return `${node(slot, "")}\n`;
}

/** What stands at `indent`; its first line is without it. */
function node(slot: number, indent: string): string {
  switch (kindName(slot)) {
    case "object":
      return mapping(slot, indent);
    case "array":
      return sequence(slot, indent);
    case "string":
      return stringText(scalarText(slot), `${indent}  `);
    case "number":
      return numberText(scalarText(slot), (arena.tape[slot + flagsAt]! & made) !== 0);
    default:
      return scalarText(slot);
  }
}

function mapping(slot: number, indent: string): string {
  const members = orderedMembers(slot);
  if (members.length === 0) return "{}";
  let text = "";
  for (const member of members) {
    const gap = text === "" ? "" : `\n${indent}`;
    text += `${gap}${key(keyText(member), indent)}:${afterKey(member, indent)}`;
  }
  return text;
}

/** Readers look for the colon of a key no further than this. */
const MAX_PLAIN_KEY = 1000;

function key(text: string, indent: string): string {
  const written = quotedKey(text);
  return written.length <= MAX_PLAIN_KEY ? written : `? ${written}\n${indent}`;
}

function afterKey(slot: number, indent: string): string {
  const kind = kindName(slot);
  const isBlock = (kind === "object" || kind === "array") && childrenOf(slot).length > 0;
  if (!isBlock) return ` ${node(slot, indent)}`;
  const inner = kind === "object" ? `${indent}  ` : indent;
  return `\n${inner}${node(slot, inner)}`;
}

function sequence(slot: number, indent: string): string {
  const items = childrenOf(slot);
  if (items.length === 0) return "[]";
  const inner = `${indent}  `;
  let text = "";
  for (const item of items) {
    const gap = text === "" ? "" : `\n${indent}`;
    const isScalar = kindName(item) !== "object" && kindName(item) !== "array";
    text += `${gap}- ${node(item, isScalar ? indent : inner)}`;
  }
  return text;
}
