import { countDotSegments } from "../lib/dot-segments.ts";
import type { UrlPiece } from "./url-pieces.ts";
import { encodePathAnew, encodePathClaim, encodePathValue, isSendablePath } from "./url-text.ts";

/** Values by the names that templates use; one byte per character. */
export interface ParamLookup {
  get(name: string): string | undefined;
}

/** Makes the path for a request; `undefined` when a value would make a `.` or `..` segment. */
export type PathBuilder = (params: ParamLookup) => string | undefined;

/**
 * Compiles the path of a URL pattern. Go sends a path as it stands when all of it may stand in a
 * path, and otherwise decodes and encodes all of it anew; so one odd value changes how the others
 * are written.
 */
export function compilePath(pieces: readonly UrlPiece[]): PathBuilder {
  const parts = pieces.map(toPart);
  const hasTemplates = parts.some((part) => part.kind === "template");
  if (!hasTemplates) {
    const path = joinTexts(parts);
    return () => path;
  }

  const isPatternSendable = parts.every((part) => part.kind === "template" || part.isSendable);
  const ownDotSegments = countDotSegments(
    parts.map((part) => (part.kind === "text" ? part.text : "x")).join(""),
  );
  return (params) => {
    let path = "";
    let isSendable = isPatternSendable;
    for (const part of parts) {
      const text = part.kind === "text" ? part.text : sentText(part, params);
      if (part.kind === "template" && !isSendablePath(text)) isSendable = false;
      path += text;
    }
    if (!isSendable) path = buildAnew(parts, params);
    // Without a dot there is nothing to count; this is the usual way out.
    if (!path.includes(".") && !path.includes("%2")) return path;
    return countDotSegments(checkedText(parts, params)) === ownDotSegments ? path : undefined;
  };
}

type PathPart =
  | {
      readonly kind: "text";
      readonly text: string;
      readonly anew: string;
      readonly isSendable: boolean;
    }
  | Extract<UrlPiece, { kind: "template" }>;

type TemplatePart = Extract<PathPart, { kind: "template" }>;

function toPart(piece: UrlPiece): PathPart {
  if (piece.kind === "template") return piece;
  const { text } = piece;
  return { kind: "text", text, anew: encodePathAnew(text), isSendable: isSendablePath(text) };
}

function joinTexts(parts: readonly PathPart[]): string {
  const isSendable = parts.every((part) => part.kind === "text" && part.isSendable);
  return parts
    .map((part) => (part.kind === "template" ? "" : isSendable ? part.text : part.anew))
    .join("");
}

function sentText(part: TemplatePart, params: ParamLookup): string {
  const value = params.get(part.name);
  if (value === undefined) return part.literal;
  return part.isClaim ? encodePathClaim(value) : encodePathValue(value);
}

function buildAnew(parts: readonly PathPart[], params: ParamLookup): string {
  let path = "";
  for (const part of parts) {
    if (part.kind === "text") path += part.anew;
    // An encoded slash of a claim must not become one that parts segments.
    else if (part.isClaim && params.get(part.name) !== undefined) path += sentText(part, params);
    else path += encodePathAnew(sentText(part, params));
  }
  return path;
}

/**
 * The path as dots are looked for in it. Encoded slashes part segments there, since a backend may
 * decode them before it resolves dots; those of claims do not, or no claim with a slash could pass.
 */
function checkedText(parts: readonly PathPart[], params: ParamLookup): string {
  let text = "";
  for (const part of parts) {
    if (part.kind === "text") text += part.text;
    else if (params.get(part.name) === undefined) text += "x";
    else if (part.isClaim) text += sentText(part, params).replaceAll("%2F", "x");
    else text += sentText(part, params);
  }
  return text;
}
