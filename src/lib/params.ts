/**
 * Values that a URL pattern can name: path parameters (`Id`), values of earlier backends
 * (`Resp0_x`), claims (`JWT.sub`). One byte per character (latin1).
 */
export class Params {
  readonly #names: readonly string[];
  readonly #values: readonly string[];
  readonly #added: ReadonlyMap<string, string> | null;

  /** The two lists belong together; of names that occur twice the later one counts, as in KrakenD. */
  constructor(
    names: readonly string[],
    values: readonly string[],
    added: ReadonlyMap<string, string> | null = null,
  ) {
    this.#names = names;
    this.#values = values;
    this.#added = added;
  }

  get isEmpty(): boolean {
    return this.#names.length === 0 && this.#added === null;
  }

  get(name: string): string | undefined {
    for (let i = this.#names.length - 1; i >= 0; i--) {
      if (this.#names[i] === name) return this.#values[i];
    }
    return this.#added?.get(name);
  }

  /** The same with more values; the given ones do not replace path parameters. */
  with(added: ReadonlyMap<string, string>): Params {
    const all = this.#added === null ? added : new Map([...this.#added, ...added]);
    return new Params(this.#names, this.#values, all);
  }
}
