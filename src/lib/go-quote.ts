/**
 * Text in double quotes as Go's `%q` prints it, for messages that repeat what a peer sent.
 * The text holds one byte per character (latin1); the bytes are read as UTF-8, and what is none becomes `\xNN`.
 */
export function goQuote(latin1: string): string {
  const bytes = Buffer.from(latin1, "latin1");
  let quoted = '"';
  for (let at = 0; at < bytes.length; ) {
    const size = sequenceLength(bytes, at);
    quoted +=
      size === 0 ? hexByte(bytes[at]!) : quoteCharacter(bytes.toString("utf8", at, at + size));
    at += Math.max(size, 1);
  }
  return `${quoted}"`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

/** What Go's `IsPrint` knows: letters, marks, numbers, punctuation, symbols and the plain blank. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

function quoteCharacter(character: string): string {
  const escaped = ESCAPES[character];
  if (escaped !== undefined) return escaped;
  if (PRINTABLE.test(character)) return character;

  const code = character.codePointAt(0)!;
  const hex = code.toString(16);
  if (code < 0x80) return hexByte(code);
  return code > 0xffff ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
}

function hexByte(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}

/** The bytes of the well-formed UTF-8 sequence at `at`, or 0 where none begins. */
function sequenceLength(bytes: Buffer, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;

  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const decoded = bytes.toString("utf8", at, at + size);
  // A broken sequence decodes to U+FFFD; so does the well-formed EF BF BD, which is 3 bytes again.
  const isWhole = decoded.length > 0 && Buffer.byteLength(decoded) === size;
  const isReplaced =
    decoded.includes("\ufffd") && !bytes.subarray(at, at + size).equals(REPLACEMENT);
  return isWhole && !isReplaced ? size : 0;
}

const REPLACEMENT = Buffer.from("\ufffd");
