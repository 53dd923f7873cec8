import { arena } from "../json/arena.ts";
import { orderedMembers } from "../json/member-order.ts";
import { keyText, kindName, scalarText } from "../json/read.ts";
import { arrayKind, firstAt, flagsAt, kindOf, made, nextAt, objectKind } from "../json/tape.ts";
import type { TextSink } from "../lib/text-sink.ts";
import { numberText, quotedKey, stringText } from "./scalar.ts";

/**
 * Writes the document at `slot` as the YAML library of KrakenD does: blocks, two spaces, sorted
 * keys, items of lists at the place of their key, and numbers of backends as texts.
 */
export function writeYaml(slot: number, sink: TextSink): void {
  writeNode(slot, "", sink);
  sink.write("\n");
}

/** What stands at `indent`; its first line is without it. */
function writeNode(slot: number, indent: string, sink: TextSink): void {
  switch (kindName(slot)) {
    case "object":
      writeMapping(slot, indent, sink);
      break;
    case "array":
      writeSequence(slot, indent, sink);
      break;
    case "string":
      sink.write(stringText(scalarText(slot), `${indent}  `));
      break;
    case "number":
      sink.write(numberText(scalarText(slot), (arena.tape[slot + flagsAt]! & made) !== 0));
      break;
    default:
      sink.write(scalarText(slot));
  }
}

function writeMapping(slot: number, indent: string, sink: TextSink): void {
  if (isEmpty(slot)) sink.write("{}");
  let gap = "";
  for (const member of orderedMembers(slot)) {
    sink.write(`${gap}${keyAt(indent, keyText(member))}:`);
    gap = `\n${indent}`;
    const kind = kindOf(member);
    const isBlock = kind <= arrayKind && !isEmpty(member);
    const inner = kind === objectKind ? `${indent}  ` : indent;
    sink.write(isBlock ? `\n${inner}` : " ");
    writeNode(member, isBlock ? inner : indent, sink);
  }
}

/** Readers look for the colon of a key no further than this. */
const MAX_PLAIN_KEY = 1000;

function keyAt(indent: string, text: string): string {
  const written = quotedKey(text);
  return written.length <= MAX_PLAIN_KEY ? written : `? ${written}\n${indent}`;
}

function writeSequence(slot: number, indent: string, sink: TextSink): void {
  let item = arena.tape[slot + firstAt]!;
  if (item === 0) sink.write("[]");
  let gap = "";
  for (; item !== 0; item = arena.tape[item + nextAt]!) {
    sink.write(`${gap}- `);
    gap = `\n${indent}`;
    writeNode(item, kindOf(item) <= arrayKind ? `${indent}  ` : indent, sink);
  }
}

function isEmpty(slot: number): boolean {
  return arena.tape[slot + firstAt] === 0;
}
