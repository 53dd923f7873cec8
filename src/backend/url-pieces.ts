/** A part of a URL pattern: fixed text, or a template with its name (`Id`, `Resp0_x`, `JWT.sub`). */
export type UrlPiece =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "template";
      readonly name: string;
      /** `{{.Id}}`: what stays when no value is known. */
      readonly literal: string;
      readonly isClaim: boolean;
    };

/** A `url_pattern` taken apart, as Go parses a URL: first the fragment is cut off, then the query. */
export interface UrlParts {
  readonly path: readonly UrlPiece[];
  /** `undefined` without `?`; empty when nothing follows it. */
  readonly query: readonly UrlPiece[] | undefined;
  /** `undefined` without `#`. */
  readonly fragment: string | undefined;
}

/** Takes a pattern with templates apart; one byte per character. */
export function parseUrlPattern(pattern: string): UrlParts {
  const [beforeFragment, fragment] = cut(pattern, "#");
  const [path, query] = cut(beforeFragment, "?");
  return {
    path: toPieces(path),
    query: query === undefined ? undefined : toPieces(query),
    fragment,
  };
}

function cut(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

const TEMPLATE = /\{\{\.([\w.:/-]+)\}\}/g;

function toPieces(text: string): UrlPiece[] {
  if (!text.includes("{{")) return text === "" ? [] : [textPiece(text)];
  const pieces: UrlPiece[] = [];
  let copied = 0;
  for (const match of text.matchAll(TEMPLATE)) {
    const name = match[1]!;
    if (match.index > copied) pieces.push(textPiece(text.slice(copied, match.index)));
    pieces.push({ kind: "template", name, literal: match[0], isClaim: name.startsWith("JWT.") });
    copied = match.index + match[0].length;
  }
  if (copied < text.length) pieces.push(textPiece(text.slice(copied)));
  return pieces;
}

function textPiece(text: string): UrlPiece {
  return { kind: "text", text };
}
