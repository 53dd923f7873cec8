/**
 * Text for a configuration file whose alphabet was checked when it was made. Templates take no other
 * text, so that nothing a user writes can become a directive, a quote or a comment.
 */
export class CheckedText {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** `undefined`: the text does not match as a whole. The pattern must leave out whatever the target's syntax knows. */
  static from(text: string, pattern: RegExp): CheckedText | undefined {
    const match = pattern.exec(text);
    const isWhole = match !== null && match[0] === text && /^[\x20-\x7e]*$/.test(text);
    return isWhole ? new CheckedText(text) : undefined;
  }

  /** Of text that its reader has checked already: the wall behind that wall, and to meet it is a bug, thrown. */
  static checked(text: string, pattern: RegExp): CheckedText {
    const checked = CheckedText.from(text, pattern);
    if (checked === undefined) throw new Error(`${JSON.stringify(text)} was not checked`);
    return checked;
  }

  /** For literals, which gw itself writes; the compiler refuses computed text. */
  static own<const Text extends string>(text: Literal<Text>): CheckedText {
    return new CheckedText(text);
  }

  /** Tag of a template that takes what is checked and whole numbers alone; a list is joined with blanks. */
  static join(
    literals: TemplateStringsArray,
    ...parts: readonly (CheckedText | number | readonly CheckedText[])[]
  ): CheckedText {
    const rest = parts.map((part, at) => `${toText(part)}${literals[at + 1]}`);
    return new CheckedText(`${literals[0]}${rest.join("")}`);
  }

  /** The text, for the template alone. */
  cfg(): string {
    return this.#text;
  }
}

/** `never` for `string` and for patterns such as `${number}ms`, of which there is no record with required keys. */
type Literal<Text extends string> =
  Record<never, never> extends Record<Text, unknown> ? never : Text;

function toText(part: CheckedText | number | readonly CheckedText[]): string {
  if (part instanceof CheckedText) return part.cfg();
  if (typeof part !== "number") return part.map((text) => text.cfg()).join(" ");
  if (!Number.isSafeInteger(part)) throw new Error(`${part} is no whole number`);
  return String(part);
}
