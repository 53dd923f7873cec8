/**
 * Escapes what could end a line or steer a terminal, so that one record stays one line whatever a
 * client or backend sent: control characters of both sets, DEL, and the line separators U+2028 and U+2029.
 */
export function toOneLine(text: string): string {
  return UNSAFE.test(text) ? text.replace(ALL_UNSAFE, escapeCharacter) : text;
}

/** The same for a finished JSON text, whose strings may still hold the characters that JSON allows. */
export function toOneJsonLine(json: string): string {
  return UNSAFE.test(json) ? json.replace(ALL_UNSAFE, unicodeEscape) : json;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const ALL_UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escapeCharacter(character: string): string {
  return SHORT_ESCAPES[character] ?? unicodeEscape(character);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
