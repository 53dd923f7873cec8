import type { NodeListProblem } from "./node-list-problem.ts";

/** The largest node list that is read. */
export const MAX_NODE_LIST_BYTES = 1_048_576;

/** Takes the bytes of a node list apart into lines, whatever ends them; a byte order mark is dropped. */
export function splitNodeList(source: string, bytes: Uint8Array): readonly string[] | LineProblem {
  if (bytes.length > MAX_NODE_LIST_BYTES) {
    const message = "node list is larger than 1 MiB";
    return { problem: { source, line: 1, column: 1, code: "E19", message } };
  }
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const end = findMalformed(text, bytes);
  if (end === undefined) return splitLines(text);

  const before = splitLines(text.slice(0, end));
  const column = (before.at(-1)?.length ?? 0) + 1;
  const message = "node list is not valid UTF-8 text";
  return { problem: { source, line: before.length, column, code: "E01", message } };
}

/** Why no line of a list can be read. */
export interface LineProblem {
  readonly problem: NodeListProblem;
}

function splitLines(text: string): readonly string[] {
  return text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
}

const REPLACEMENT = 0xfffd;

/** Where the decoder put its replacement for what is no UTF-8; one that the text itself holds does not count. */
function findMalformed(text: string, bytes: Uint8Array): number | undefined {
  let offset = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    const isWritten =
      bytes[offset] === 0xef && bytes[offset + 1] === 0xbf && bytes[offset + 2] === 0xbd;
    if (unit === REPLACEMENT && !isWritten) return index;
    offset += byteLength(unit);
  }
  return undefined;
}

/** Of one UTF-16 unit in UTF-8; the two units of a pair share four bytes. */
function byteLength(unit: number): number {
  if (unit < 0x80) return 1;
  const isSurrogate = unit >= 0xd800 && unit <= 0xdfff;
  return unit < 0x800 || isSurrogate ? 2 : 3;
}
