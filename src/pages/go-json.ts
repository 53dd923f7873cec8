import { rewriteString, writesEscapes } from "../json/string-text.ts";

/** Texts of one name, as a query or a header list has them. */
export type NamedValues = ReadonlyMap<string, readonly string[]>;

/** A JSON string as Go's encoder writes it. Text and result hold one byte per character (latin1). */
export function quoteJson(text: string): string {
  const size = text.length;
  // Room for the source and, behind it, six bytes for each of its own.
  const bytes = Buffer.allocUnsafe(size * 7);
  bytes.write(text, 0, size, "latin1");
  const end = rewriteString(bytes, 0, size, size, writesEscapes);
  return `"${bytes.toString("latin1", size, end)}"`;
}

/** An object of lists, names in the order of their bytes: `{"a":["1","2"]}`. */
export function renderNamedValues(values: NamedValues): string {
  const members = sortedNames(values).map((name) => {
    const items = values.get(name)!.map(quoteJson);
    return `${quoteJson(name)}:[${items.join(",")}]`;
  });
  return `{${members.join(",")}}`;
}

/** The names in the order of their bytes, in which Go prints a map. */
export function sortedNames(values: NamedValues): string[] {
  return [...values.keys()].sort();
}
