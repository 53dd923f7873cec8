import { toCanonicalName } from "../http1/header-list.ts";

/** A list of header names as the file has them, in canonical spelling; an empty one is the same list. */
export function toCanonicalNames(names: readonly string[]): readonly string[] {
  return names.length === 0 ? names : names.map(toCanonicalName);
}
