import type { CommandContext } from "./command.ts";
import { paint } from "./paint.ts";

/** How much the dump shows, and how. */
export interface DumpStyle {
  /** 1 to 3. */
  readonly level: number;
  readonly indent: string;
  readonly context: CommandContext;
}

/** The lines of a dump, as they come. */
export class DumpText {
  readonly level: number;
  readonly indent: string;
  readonly #context: CommandContext;
  readonly #lines: string[] = [];

  constructor({ level, indent, context }: DumpStyle) {
    this.level = level;
    this.indent = indent;
    this.#context = context;
  }

  line(text: string): void {
    this.#lines.push(text);
  }

  /** `Timeout: 2s`, values as Go prints them. */
  item(indent: string, label: string, value: unknown): void {
    this.line(`${indent}${label}: ${renderGoValue(value)}`);
  }

  paint(text: string, color: Parameters<typeof paint>[1]): string {
    return paint(text, color, this.#context.err, this.#context.environment);
  }

  toString(): string {
    return this.#lines.map((line) => `${line}\n`).join("");
  }
}

/** What Go's `%+v` makes of a value of a document: `[a b]`, `map[key:value]`, `<nil>`. */
export function renderGoValue(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(renderGoValue).join(" ")}]`;
  if (typeof value !== "object") return escapeControls(String(value));
  const members = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  const texts = members.map(([key, member]) => `${escapeControls(key)}:${renderGoValue(member)}`);
  return `map[${texts.join(" ")}]`;
}

/** A file's texts must not move the cursor of the terminal that shows them, nor break the line. */
export function escapeControls(text: string): string {
  return text.replace(
    /\p{Cc}/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
