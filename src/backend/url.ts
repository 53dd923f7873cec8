import { goQuote } from "../lib/go-quote.ts";
import { findMalformedEscape, toByteText } from "../lib/percent.ts";
import { encodeQuery, encodeQueryText, type QueryValues } from "../lib/query.ts";
import { compilePath, type ParamLookup } from "./url-path.ts";
import { parseUrlPattern, type UrlParts, type UrlPiece } from "./url-pieces.ts";
import { encodeQueryValue } from "./url-text.ts";

/** Path and query as they go on the wire (one byte per character), or why there are none: the text of the failure. */
export type BuiltUrl = { readonly target: string } | { readonly refused: string };

/** A `url_pattern`, compiled. */
export interface UrlTemplate {
  /** Why every call will fail, known from the pattern alone: `invalid URL escape "%zz"`. */
  readonly problem: string | undefined;
  /**
   * `query` is what is forwarded; it follows the pattern's own. `origin` is scheme, host and port,
   * for the text of a refusal. Origin and target together are the URL that error texts show.
   */
  build(params: ParamLookup, query: QueryValues, origin: string): BuiltUrl;
}

/**
 * Compiles a `url_pattern` with templates (`/users/{{.Id}}?x={{.X}}`). A template without value
 * stays, encoded in the path, verbatim in the query. The pattern's own query is sent untouched.
 */
export function compileUrlPattern(pattern: string): UrlTemplate {
  const parts = parseUrlPattern(toByteText(pattern));
  const problem = findProblem(parts);
  if (problem !== undefined) {
    return {
      problem,
      build: (params, _query, origin) => refuse(origin + asText(parts, params), problem),
    };
  }

  const buildPath = compilePath(parts.path);
  const buildQuery = compileQuery(parts.query);
  const isFixed = !hasTemplates(parts.path) && !hasTemplates(parts.query ?? []);
  const fixed = isFixed ? fixedUrl(buildPath, buildQuery) : undefined;
  return {
    problem,
    build(params, query, origin) {
      if (fixed !== undefined && query.length === 0) return fixed;

      const path = buildPath(params);
      // Differs from KrakenD: it calls the backend with the path that the value makes.
      if (path === undefined) return refuse(origin + asText(parts, params), CLIMBING);
      return { target: path + buildQuery(params, encodeQuery(query)) };
    },
  };
}

const CLIMBING = "a value makes a dot segment";

const NO_PARAMS: ParamLookup = { get: () => undefined };

/** The query with its `?`, or nothing; the second argument is the encoded forwarded one. */
type QueryBuilder = (params: ParamLookup, forwarded: string) => string;

function compileQuery(pieces: readonly UrlPiece[] | undefined): QueryBuilder {
  if (pieces === undefined)
    return (_params, forwarded) => (forwarded === "" ? "" : `?${forwarded}`);

  return (params, forwarded) => {
    let query = "";
    for (const piece of pieces) {
      query += piece.kind === "text" ? piece.text : queryValue(piece, params);
    }
    const joint = query === "" || forwarded === "" ? "" : "&";
    return `?${query}${joint}${forwarded}`;
  };
}

function queryValue(
  { name, literal, isClaim }: Extract<UrlPiece, { kind: "template" }>,
  params: ParamLookup,
): string {
  const value = params.get(name);
  if (value === undefined) return literal;
  return isClaim ? encodeQueryText(value) : encodeQueryValue(value);
}

function fixedUrl(
  buildPath: (params: ParamLookup) => string | undefined,
  buildQuery: QueryBuilder,
): BuiltUrl {
  const path = buildPath(NO_PARAMS) ?? "/";
  return Object.freeze({ target: path + buildQuery(NO_PARAMS, "") });
}

/** What Go's URL parser refuses, in the order in which it looks. */
function findProblem({ path, query, fragment }: UrlParts): string | undefined {
  if (hasControlCharacters(path) || (query !== undefined && hasControlCharacters(query))) {
    return "net/url: invalid control character in URL";
  }
  const malformed = findMalformedIn(path) ?? findMalformedEscape(fragment ?? "");
  return malformed === undefined ? undefined : `invalid URL escape ${goQuote(malformed)}`;
}

/** Differs from KrakenD: text of the pattern and a value together never make an escape (`%{a}`). */
function findMalformedIn(pieces: readonly UrlPiece[]): string | undefined {
  for (const piece of pieces) {
    const malformed = piece.kind === "text" ? findMalformedEscape(piece.text) : undefined;
    if (malformed !== undefined) return malformed;
  }
  return undefined;
}

function hasControlCharacters(pieces: readonly UrlPiece[]): boolean {
  return pieces.some((piece) => piece.kind === "text" && hasControlCharacter(piece.text));
}

function hasTemplates(pieces: readonly UrlPiece[]): boolean {
  return pieces.some((piece) => piece.kind === "template");
}

function hasControlCharacter(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return /[\0-\x1f\x7f]/.test(text);
}

/** The URL as Go's messages show it: values as they are. */
function asText({ path, query, fragment }: UrlParts, params: ParamLookup): string {
  const toText = (pieces: readonly UrlPiece[]) =>
    pieces
      .map((piece) =>
        piece.kind === "text" ? piece.text : (params.get(piece.name) ?? piece.literal),
      )
      .join("");
  const isFragmentShown = fragment !== undefined && findMalformedEscape(fragment) !== undefined;
  return `${toText(path)}${query === undefined ? "" : `?${toText(query)}`}${isFragmentShown ? `#${fragment}` : ""}`;
}

function refuse(url: string, reason: string): BuiltUrl {
  return { refused: `parse ${goQuote(url)}: ${reason}` };
}
