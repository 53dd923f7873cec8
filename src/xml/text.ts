import { copyable, plain } from "../json/tape.ts";
import { isLineSeparator, sequenceLength, writeCodePoint } from "../json/utf8.ts";
import { ordinary, textClasses } from "./classes.ts";
import { entity, readEntity, readHtmlEntity } from "./entity.ts";

/** What ends a text. */
export type TextEnd = "markup" | "cdata" | "double" | "single";

/** What the last call of `readText` found; one object, so that it allocates nothing. */
export const found = {
  /** End of the decoded text, which begins where the text began. */
  end: 0,
  /** Behind what ended the text. At the end of the input: there. */
  after: 0,
  /** As a JSON string's on the tape. */
  flags: 0,
  isAtEnd: false,
  /** Set by who reads: whether entities are those of HTML and a lone `&` stands for itself. */
  knowsHtml: false,
  /** After a failure: why. */
  problem: "",
  /** And where. */
  problemAt: 0,
};

/**
 * Decodes the text at `start` in place: entities and line ends become shorter, never longer. A zero
 * byte must stand at `inputEnd`. `found` says the rest; false where the text cannot be read.
 */
export function readText(
  bytes: Uint8Array,
  start: number,
  inputEnd: number,
  end: TextEnd,
): boolean {
  let at = start;
  let out = start;
  let runStart = start;
  let flags = copyable | plain;
  const isCdata = end === "cdata";
  found.isAtEnd = false;
  for (;;) {
    while (textClasses[bytes[at]!] === ordinary) at++;
    const byte = bytes[at]!;
    if (byte >= 0x80) {
      const length = sequenceLength(bytes, at);
      if (length === 0) return fail(at, "invalid UTF-8");
      if (isNonCharacter(bytes, at)) return fail(at, illegal(0xffc0 | (bytes[at + 2]! & 0x3f)));
      if (isLineSeparator(bytes, at)) flags &= ~copyable;
      at += length;
      continue;
    }
    switch (byte) {
      case 0x3c:
        if (end === "markup") return finish(bytes, { out, runStart, at, after: at + 1, flags });
        if (!isCdata) return fail(at, "unescaped < inside quoted string");
        flags &= ~copyable;
        at++;
        break;
      case 0x26: {
        if (isCdata) {
          flags &= ~copyable;
          at++;
          break;
        }
        if (found.knowsHtml) readHtmlEntity(bytes, at);
        else readEntity(bytes, at);
        const { codePoint, end: entityEnd } = entity;
        if (codePoint === -1) {
          return entityEnd >= inputEnd
            ? fail(inputEnd, "unexpected EOF")
            : fail(at, unknownEntity(bytes, at, entityEnd));
        }
        if (!isCharacter(codePoint)) return fail(at, illegal(codePoint));
        if (needsEscape(codePoint)) flags &= ~copyable;
        if (out !== runStart) bytes.copyWithin(out, runStart, at);
        out = writeCodePoint(bytes, out + (at - runStart), codePoint);
        at = entityEnd;
        runStart = at;
        break;
      }
      case 0x5d:
        if (bytes[at + 1] === 0x5d && bytes[at + 2] === 0x3e) {
          if (isCdata) return finish(bytes, { out, runStart, at, after: at + 3, flags });
          if (end === "markup") return fail(at, "unescaped ]]> not in CDATA section");
        }
        at++;
        break;
      case 0x22:
        if (end === "double") return finish(bytes, { out, runStart, at, after: at + 1, flags });
        flags &= ~copyable;
        at++;
        break;
      case 0x27:
        if (end === "single") return finish(bytes, { out, runStart, at, after: at + 1, flags });
        at++;
        break;
      case 0x0d:
        flags &= ~copyable;
        bytes[at] = 0x0a;
        at++;
        if (bytes[at] !== 0x0a) break;
        if (out !== runStart) bytes.copyWithin(out, runStart, at);
        out += at - runStart;
        at++;
        runStart = at;
        break;
      default:
        if (byte < 0x20 && byte !== 0x0a && byte !== 0x09) {
          if (at < inputEnd) return fail(at, illegal(byte));
          if (isCdata) return fail(at, "unexpected EOF in CDATA section");
          if (end !== "markup") return fail(at, "unexpected EOF");
          found.isAtEnd = true;
          return finish(bytes, { out, runStart, at, after: at, flags });
        }
        flags &= ~copyable;
        at++;
    }
  }
}

interface Ending {
  readonly out: number;
  readonly runStart: number;
  readonly at: number;
  readonly after: number;
  readonly flags: number;
}

function finish(bytes: Uint8Array, { out, runStart, at, after, flags }: Ending): true {
  if (out !== runStart) bytes.copyWithin(out, runStart, at);
  found.end = out + (at - runStart);
  found.after = after;
  found.flags = flags;
  return true;
}

function fail(at: number, problem: string): false {
  found.problem = problem;
  found.problemAt = at;
  return false;
}

function unknownEntity(bytes: Uint8Array, from: number, to: number): string {
  const text = Buffer.from(bytes.subarray(from, Math.min(to, from + 64))).toString("utf8");
  return `invalid character entity ${text}${text.endsWith(";") ? "" : " (no semicolon)"}`;
}

function illegal(codePoint: number): string {
  return `illegal character code U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** U+FFFE and U+FFFF. */
function isNonCharacter(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2]! >= 0xbe;
}

function isCharacter(codePoint: number): boolean {
  if (codePoint < 0x20) return codePoint === 0x09 || codePoint === 0x0a || codePoint === 0x0d;
  return codePoint !== 0xfffe && codePoint !== 0xffff;
}

function needsEscape(codePoint: number): boolean {
  return codePoint < 0x80 ? textClasses[codePoint] !== ordinary : (codePoint | 1) === 0x2029;
}
