import type { ValueKind } from "./tape.ts";

/** Why bytes are not a document: the text of Go's encoding/json, and the byte where it went wrong. */
export interface JsonFailure {
  readonly kind: "json-failure";
  readonly message: string;
  /** From the start of the scanned bytes. */
  readonly offset: number;
}

/** A failure with its text. */
export function jsonFailure(message: string, offset: number): JsonFailure {
  return { kind: "json-failure", message, offset };
}

/** Go's text for a byte that the grammar does not allow, such as `invalid character 'x' after array element`. */
export function syntaxMessage(byte: number, context: string): string {
  return `invalid character ${quoteAsGo(byte)} ${context}`;
}

/** What KrakenD says when a whole body has another shape than its decoder wants: `json: cannot unmarshal array into …`. */
export function shapeFailure(found: ValueKind, wanted: "object" | "array"): string {
  const kind = found === "boolean" ? "bool" : found;
  const type = wanted === "object" ? "map[string]interface {}" : "[]interface {}";
  return `json: cannot unmarshal ${kind} into Go value of type ${type}`;
}

// Go takes the byte for a code point: 0xEF becomes 'ï'. Control characters and blanks other than
// the space have no print form in strconv.Quote.
function quoteAsGo(byte: number): string {
  const named = namedCharacters.get(byte);
  if (named !== undefined) return `'${named}'`;
  if (byte < 0x20 || byte === 0x7f) return `'\\x${byte.toString(16).padStart(2, "0")}'`;
  if ((byte >= 0x80 && byte <= 0xa0) || byte === 0xad) {
    return `'\\u${byte.toString(16).padStart(4, "0")}'`;
  }
  return `'${String.fromCharCode(byte)}'`;
}

const namedCharacters: ReadonlyMap<number, string> = new Map([
  [0x07, "\\a"],
  [0x08, "\\b"],
  [0x09, "\\t"],
  [0x0a, "\\n"],
  [0x0b, "\\v"],
  [0x0c, "\\f"],
  [0x0d, "\\r"],
  [0x27, "\\'"],
  [0x5c, "\\\\"],
]);
