/** What Go says about `<?xml … ?>` with this content; empty when nothing is wrong. */
export function declarationProblem(content: string): string {
  const version = pseudoAttribute(content, VERSION);
  return version === "" || version === "1.0"
    ? ""
    : `xml: unsupported version ${JSON.stringify(version)}; only version 1.0 is supported`;
}

/**
 * The document in UTF-8: by its byte order mark, else by the `encoding` of its declaration. A text
 * says what is wrong with that.
 */
export function toUtf8(input: Uint8Array): Uint8Array | string {
  const mark = (input[0] ?? 0) * 256 + (input[1] ?? 0);
  if (mark === 0xfeff) return decoded(input, "utf-16be");
  if (mark === 0xfffe) return decoded(input, "utf-16le");
  const encoding = declaredEncoding(input);
  return encoding === "" || encoding.toLowerCase() === "utf-8" ? input : decoded(input, encoding);
}

/** A declaration stands at the start; behind more than this no encoding is looked for. */
const MAX_DECLARATION_BYTES = 1024;

function declaredEncoding(input: Uint8Array): string {
  const hasMark = input[0] === 0xef && input[1] === 0xbb && input[2] === 0xbf;
  let at = hasMark ? 3 : 0;
  while (at < input.length && input[at]! <= 0x20) at++;
  for (let index = 0; index < OPENING.length; index++) {
    if (input[at + index] !== OPENING[index]) return "";
  }
  const head = Buffer.from(input.subarray(at, at + MAX_DECLARATION_BYTES)).toString("latin1");
  const end = head.indexOf("?>");
  return end === -1 ? "" : pseudoAttribute(head.slice(OPENING.length, end), ENCODING);
}

const OPENING = new TextEncoder().encode("<?xml");

const VERSION = /(?:^|\s)version\s*=\s*(?:"([^"]*)"|'([^']*)')/;
const ENCODING = /(?:^|\s)encoding\s*=\s*(?:"([^"]*)"|'([^']*)')/;

function pseudoAttribute(content: string, pattern: RegExp): string {
  const match = pattern.exec(content);
  return match?.[1] ?? match?.[2] ?? "";
}

function decoded(input: Uint8Array, label: string): Uint8Array | string {
  const decoder = decoderOf(label);
  if (decoder !== undefined) return Buffer.from(decoder.decode(input));
  const name = JSON.stringify(label);
  return `xml: opening charset ${name}: unsupported charset: ${name}`;
}

function decoderOf(label: string): TextDecoder | undefined {
  try {
    // Whatever the document says: the runtime refuses the labels that it does not know.
    return new TextDecoder(label as ConstructorParameters<typeof TextDecoder>[0]);
  } catch {
    return undefined;
  }
}
