import type { LineFault } from "./node-list-problem.ts";

/** A piece of a line between blanks. */
export interface Word {
  readonly text: string;
  /** UTF-16 units from the line's begin. */
  readonly offset: number;
}

/** The words of a line, comment dropped: the address, then its options; none: a blank line. */
export function splitNodeLine(line: string): readonly Word[] | LineFault {
  if (line.length > MAX_LINE_LENGTH) {
    return { offset: 0, code: "E19", message: "line is longer than 1024 characters" };
  }
  const hash = line.indexOf("#");
  const body = hash < 0 ? line : line.slice(0, hash);
  const fault = findForbidden(line, body.length);
  if (fault !== undefined) return fault;

  return Array.from(body.matchAll(/[^ \t]+/g), ({ 0: text, index }) => ({ text, offset: index }));
}

const MAX_LINE_LENGTH = 1024;

/** Nothing but printable ASCII and tabs; in the comment, which is dropped, all but control characters. */
function findForbidden(line: string, commentFrom: number): LineFault | undefined {
  const inBody = line.slice(0, commentFrom).search(/[^\t -~]/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  const inComment = line.slice(commentFrom).search(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/);
  const offset = inBody >= 0 || inComment < 0 ? inBody : commentFrom + inComment;
  if (offset < 0) return undefined;

  const code = (line.codePointAt(offset) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return { offset, code: "E01", message: `character U+${code} is not allowed` };
}
