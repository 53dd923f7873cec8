import { toByteText } from "../lib/percent.ts";
import { NO_QUERY, type QueryValues } from "../lib/query.ts";

/**
 * Makes a backend's own reduction of the forwarded query. Names are literal, also `*`; an empty
 * list keeps everything.
 */
export function compileQueryFilter(names: readonly string[]): (query: QueryValues) => QueryValues {
  if (names.length === 0) return (query) => query;

  const kept = new Set(names.map(toByteText));
  return (query) => (query.length === 0 ? query : pick(query, kept));
}

function pick(query: QueryValues, kept: ReadonlySet<string>): QueryValues {
  const picked: string[] = [];
  for (let i = 0; i < query.length; i += 2) {
    if (kept.has(query[i]!)) picked.push(query[i]!, query[i + 1]!);
  }
  return picked.length === 0 ? NO_QUERY : picked;
}
