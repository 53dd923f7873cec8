import { isSameName, toCanonicalName } from "../http1/header-list.ts";

/**
 * A fixed list of field names, looked up without lower-casing what a client sent: names of another
 * length are never compared.
 */
export class HeaderNames {
  /** By length of the name: lower-case and canonical spelling in turn. */
  readonly #byLength: (readonly string[] | undefined)[] = [];

  constructor(names: readonly string[]) {
    for (const name of new Set(names.map(toCanonicalName))) {
      const sameLength = this.#byLength[name.length] ?? [];
      this.#byLength[name.length] = [...sameLength, name.toLowerCase(), name];
    }
  }

  /** The canonical spelling when the name, in any spelling, is on the list. */
  find(name: string): string | undefined {
    const sameLength = this.#byLength[name.length];
    if (sameLength === undefined) return undefined;

    for (let i = 0; i < sameLength.length; i += 2) {
      if (name === sameLength[i + 1] || isSameName(name, sameLength[i]!)) return sameLength[i + 1];
    }
    return undefined;
  }
}
