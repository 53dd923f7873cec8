/** A number that must keep its text: `12345678901234567890`, `1.0`, `1E3`. */
export class JsonNumber {
  /** As written in the document. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The text, so that a template prints the number as the document has it. */
  toString(): string {
    return this.text;
  }
}
