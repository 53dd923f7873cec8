import { toByteText } from "../lib/percent.ts";
import { NO_QUERY, parseQuery, type QueryValues } from "../lib/query.ts";

/**
 * Makes the function that picks what the endpoint forwards of a client's query (without `?`).
 * Names are exact, `*` anywhere in the list takes all; an empty list does not read the query.
 */
export function compileInputQuery(
  names: readonly string[],
): (rawQuery: string | undefined) => QueryValues {
  if (names.length === 0) return () => NO_QUERY;

  const wanted = names.includes("*") ? null : new Set(names.map(toByteText));
  return (rawQuery) =>
    rawQuery === undefined || rawQuery === "" ? NO_QUERY : parseQuery(rawQuery, wanted);
}
