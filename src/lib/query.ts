import { decodeQueryText, encodeAllBut, encodePercent } from "./percent.ts";

/** Values of a query, decoded to bytes (latin1): name, value, name, value … in the order of the URL. */
export type QueryValues = readonly string[];

/** A query without values; shared. */
export const NO_QUERY: QueryValues = Object.freeze([]);

/**
 * Reads a query as Go does: `+` is a space, a name alone has an empty value; a pair that holds a
 * semicolon or a malformed escape is dropped. With `names` (bytes) only those are kept.
 */
export function parseQuery(rawQuery: string, names: ReadonlySet<string> | null): QueryValues {
  const values: string[] = [];
  for (let from = 0; from < rawQuery.length; ) {
    const ampersand = rawQuery.indexOf("&", from);
    const to = ampersand < 0 ? rawQuery.length : ampersand;
    if (to > from) addPair(values, rawQuery.slice(from, to), names);
    from = to + 1;
  }
  return values.length === 0 ? NO_QUERY : values;
}

/** Encodes as Go does: sorted by the bytes of the names, values of one name in their order, space as `+`. */
export function encodeQuery(values: QueryValues): string {
  if (values.length === 0) return "";
  if (!isSorted(values)) return encodeSorted(values);

  let encoded = encodePair(values, 0);
  for (let i = 2; i < values.length; i += 2) encoded += `&${encodePair(values, i)}`;
  return encoded;
}

/** One name or value by the rules of forms: everything but letters, digits and `-_.~` is encoded, space as `+`. */
export function encodeQueryText(text: string): string {
  const encoded = encodePercent(text, FORM_BYTES);
  // A `%20` comes from a space only: a percent sign of the text has become `%25`.
  return encoded === text ? text : encoded.replaceAll("%20", "+");
}

const FORM_BYTES = encodeAllBut("-_.~");

function addPair(values: string[], pair: string, names: ReadonlySet<string> | null): void {
  if (pair.includes(";")) return;

  const equals = pair.indexOf("=");
  const name = decodeQueryText(equals < 0 ? pair : pair.slice(0, equals));
  if (name === undefined || (names !== null && !names.has(name))) return;

  const value = equals < 0 ? "" : decodeQueryText(pair.slice(equals + 1));
  if (value !== undefined) values.push(name, value);
}

function isSorted(values: QueryValues): boolean {
  for (let i = 2; i < values.length; i += 2) {
    if (values[i]! < values[i - 2]!) return false;
  }
  return true;
}

function encodeSorted(values: QueryValues): string {
  const order = Array.from({ length: values.length / 2 }, (_, i) => 2 * i);
  // Sorting is stable, so values of one name keep their order.
  order.sort((a, b) => compareBytes(values[a]!, values[b]!));
  return order.map((i) => encodePair(values, i)).join("&");
}

function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function encodePair(values: QueryValues, i: number): string {
  return `${encodeQueryText(values[i]!)}=${encodeQueryText(values[i + 1]!)}`;
}
