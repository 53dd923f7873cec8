/**
 * TypeScript without its comments and with empty string literals, lines kept: what is left names only
 * what the code names. Code inside `${…}` stays.
 */
export function stripCode(source: string): string {
  let code = "";
  // Depths of braces at which an open template's expression ends.
  const templates: number[] = [];
  let depth = 0;
  for (let at = 0; at < source.length; ) {
    const char = source.charAt(at);
    const isExpressionEnd = char === "}" && templates.at(-1) === depth;
    if (isExpressionEnd) templates.pop();

    if (char === "`" || isExpressionEnd) {
      const end = findTemplateEnd(source, at + 1);
      const hasExpression = source.charAt(end) === "$";
      if (hasExpression) templates.push(depth);
      const open = isExpressionEnd ? "" : "`";
      code += open + newlines(source.slice(at, end)) + (hasExpression ? " " : "`");
      at = hasExpression ? end + 2 : end + 1;
      continue;
    }
    if (char === "{") depth++;
    if (char === "}") depth--;
    const end = findLiteralEnd(source, at, code);
    if (end === undefined) {
      code += char;
      at++;
      continue;
    }
    code += placeholder(char, source.slice(at, end));
    at = end;
  }
  return code;
}

/** Where a comment, a string or a regular expression that begins here ends; `undefined`: none does. */
function findLiteralEnd(source: string, at: number, before: string): number | undefined {
  const pair = source.slice(at, at + 2);
  if (pair === "//") return orEnd(source, source.indexOf("\n", at));
  if (pair === "/*") return orEnd(source, source.indexOf("*/", at) + 2, 1);
  const char = source.charAt(at);
  if (char === '"' || char === "'") return findQuoteEnd(source, at, char);
  // A slash after a value divides; after an operator it opens an expression.
  if (char === "/" && /(?:^|[(,=:[!&|?{};>]|\breturn)\s*$/.test(before.slice(-40))) {
    return findRegexEnd(source, at);
  }
  return undefined;
}

function findQuoteEnd(source: string, at: number, quote: string): number {
  let end = at + 1;
  while (end < source.length && source.charAt(end) !== quote) {
    end += source.charAt(end) === "\\" ? 2 : 1;
  }
  return end + 1;
}

function findRegexEnd(source: string, at: number): number {
  let isInClass = false;
  let end = at + 1;
  for (; end < source.length; end++) {
    const char = source.charAt(end);
    if (char === "\\") end++;
    else if (char === "[") isInClass = true;
    else if (char === "]") isInClass = false;
    else if (char === "/" && !isInClass) break;
  }
  return end + 1;
}

/** The closing backtick, or the dollar sign of an expression. */
function findTemplateEnd(source: string, from: number): number {
  let at = from;
  while (at < source.length && source.charAt(at) !== "`" && source.slice(at, at + 2) !== "${") {
    at += source.charAt(at) === "\\" ? 2 : 1;
  }
  return at;
}

function placeholder(opening: string, literal: string): string {
  const isComment = opening === "/" && (literal[1] === "/" || literal[1] === "*");
  if (isComment) return newlines(literal);
  return opening === "/" ? "/x/" : opening + opening;
}

function newlines(text: string): string {
  return text.replace(/[^\n]/g, "");
}

function orEnd(source: string, index: number, least = 0): number {
  return index <= least - 1 || index < 0 ? source.length : index;
}
