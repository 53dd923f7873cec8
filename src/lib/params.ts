/**
 * Values of a route's parameters by the names that a URL pattern uses (`Id`). One byte per
 * character (latin1).
 */
export class Params {
  /** Without any value. */
  static readonly none: Params = new Params([], []);

  readonly #names: readonly string[];
  readonly #values: readonly string[];

  /** The two lists belong together; of names that occur twice the later one counts, as in KrakenD. */
  constructor(names: readonly string[], values: readonly string[]) {
    this.#names = names;
    this.#values = values;
  }

  get(name: string): string | undefined {
    for (let i = this.#names.length - 1; i >= 0; i--) {
      if (this.#names[i] === name) return this.#values[i];
    }
    return undefined;
  }

  /** These and more; of equal names the new value counts. */
  with(names: readonly string[], values: readonly string[]): Params {
    return new Params([...this.#names, ...names], [...this.#values, ...values]);
  }
}
