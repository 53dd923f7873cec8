import { type JsonBlock, type Value, withJsonBlock } from "../json/block.ts";
import { findDuplicateKeys } from "./json-duplicates.ts";
import { type ConfigDocument, type ConfigNode, type SyntaxProblem, scalarNode } from "./node.ts";
import { indexBytes, type PositionIndex } from "./positions.ts";

/** Reads JSON; errors have the texts of Go's decoder. Of a duplicate key the last one counts, with a note. */
export function parseJson(bytes: Uint8Array): ConfigDocument | SyntaxProblem {
  const locate = indexBytes(bytes);
  return withJsonBlock((block) => {
    const value = block.scanWhole(bytes);
    if (typeof value === "object") return toProblem(value.message, value.offset, bytes, locate);
    const reading: Reading = { block, hasDuplicates: false };
    const root = readNode(reading, value);
    return { root, locate, notes: reading.hasDuplicates ? findDuplicateKeys(bytes, locate) : [] };
  });
}

interface Reading {
  readonly block: JsonBlock;
  /** Some key stands twice in its object: where, a second look at the text says. */
  hasDuplicates: boolean;
}

function readNode(reading: Reading, value: Value): ConfigNode {
  const { block } = reading;
  const offset = block.offset(value);
  const variable = undefined;
  switch (block.kind(value)) {
    case "object": {
      const found = block.members(value);
      if (found.length < block.size(value)) reading.hasDuplicates = true;
      const members = found.map((member) => ({
        key: member.key,
        keyOffset: member.keyOffset,
        node: readNode(reading, member.value),
      }));
      return { kind: "object", offset, variable, members };
    }
    case "array": {
      const items = block.items(value).map((item) => readNode(reading, item));
      return { kind: "list", offset, variable, items };
    }
    case "string":
      return { kind: "scalar", offset, variable, value: block.text(value) };
    case "number": {
      const written = block.text(value);
      return scalarNode(offset, Number(written), written);
    }
    case "boolean":
      return { kind: "scalar", offset, variable, value: block.text(value) === "true" };
    case "null":
      return { kind: "scalar", offset, variable, value: null };
  }
}

function toProblem(
  message: string,
  offset: number,
  bytes: Uint8Array,
  locate: PositionIndex,
): SyntaxProblem {
  const isCutOff = message === "EOF" || message === "unexpected EOF";
  return {
    kind: "syntax-problem",
    // Bodies are read from a stream, files as a whole: Go words their ends differently.
    message: isCutOff ? "unexpected end of JSON input" : message,
    ...locate(offset),
    expected: expectationAt(offset, bytes),
  };
}

function expectationAt(offset: number, bytes: Uint8Array): string | undefined {
  if (startsWithByteOrderMark(bytes)) return "a file without byte order mark";
  // The first brace of an action may still pass for an object's.
  if (isAction(offset, bytes) || isAction(offset - 1, bytes)) {
    return "JSON; if this is a template, render it first: gw does not yet";
  }
  return undefined;
}

/** Does `{{` stand there? */
function isAction(offset: number, bytes: Uint8Array): boolean {
  return bytes[offset] === BRACE && bytes[offset + 1] === BRACE;
}

const BRACE = 0x7b;

function startsWithByteOrderMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}
