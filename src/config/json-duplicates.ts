import type { SyntaxNote } from "./node.ts";
import type { PositionIndex } from "./positions.ts";

/** One note for each key that stands twice in an object, naming both lines. The bytes are valid JSON. */
export function findDuplicateKeys(bytes: Uint8Array, locate: PositionIndex): SyntaxNote[] {
  const notes: SyntaxNote[] = [];
  const open: (Map<string, number> | null)[] = [];
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at]!;
    if (byte === OPEN_OBJECT) open.push(new Map());
    else if (byte === OPEN_LIST) open.push(null);
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) open.pop();
    if (byte !== QUOTE) {
      at++;
      continue;
    }
    const end = endOfString(bytes, at);
    const keys = open[open.length - 1];
    if (keys && isKey(bytes, end)) noteDuplicate(keys, bytes.subarray(at, end), at);
    at = end;
  }
  return notes;

  function noteDuplicate(keys: Map<string, number>, source: Uint8Array, offset: number): void {
    const key: string = JSON.parse(decoder.decode(source));
    const first = keys.get(key);
    keys.set(key, offset);
    if (first === undefined) return;
    const lines = `lines ${locate(first).line} and ${locate(offset).line}`;
    notes.push({ message: `key '${key}' stands twice (${lines}); the last one counts`, offset });
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const decoder = new TextDecoder();

function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

function isKey(bytes: Uint8Array, afterString: number): boolean {
  let at = afterString;
  while (bytes[at]! <= 0x20) at++;
  return bytes[at] === COLON;
}
