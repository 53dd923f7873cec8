import { goQuote } from "../lib/go-quote.ts";
import { findMalformedEscape, toByteText } from "../lib/percent.ts";
import { encodeQuery, encodeQueryText, type QueryValues } from "../lib/query.ts";
import { findUrlProblem } from "../lib/url-problem.ts";
import { compilePath, type ParamLookup } from "./url-path.ts";
import { parseUrlPattern, type UrlParts, type UrlPiece } from "./url-pieces.ts";
import { encodeQueryValue } from "./url-text.ts";

/** Path and query as they go on the wire (one byte per character), or why there are none: the text of the failure. */
export type BuiltUrl = { readonly target: string } | { readonly refused: string };

/** A `url_pattern`, compiled. */
export interface UrlTemplate {
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
  const bytes = toByteText(pattern);
  const parts = parseUrlPattern(bytes);
  // Differs from KrakenD: text of the pattern and a value together never make an escape (`%{a}`).
  const problem = findUrlProblem(bytes);
  if (problem !== undefined) {
    return { build: (params, _query, origin) => refuse(origin + asText(parts, params), problem) };
  }

  const buildPath = compilePath(parts.path);
  const buildQuery = compileQuery(parts.query);
  const isFixed = !hasTemplates(parts.path) && !hasTemplates(parts.query ?? []);
  const fixed = isFixed ? fixedUrl(buildPath, buildQuery) : undefined;
  return {
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

function hasTemplates(pieces: readonly UrlPiece[]): boolean {
  return pieces.some((piece) => piece.kind === "template");
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
