import { endOfToken } from "./characters.ts";
import { fieldName } from "./field-names.ts";
import { getHeader, type HeaderList } from "./header-list.ts";

/**
 * The header lines of a response, taken apart only for who asks: most answers are decoded, and
 * nobody looks at what came with them.
 */
export class HeaderLines {
  readonly #text: string;
  readonly #from: number;
  #list: HeaderList | undefined;

  /** `text` holds, from `from` on, whole lines with CRLF that have been checked. */
  constructor(text: string, from: number, list?: HeaderList) {
    this.#text = text;
    this.#from = from;
    this.#list = list;
  }

  /** Lines that are a list already. */
  static of(list: HeaderList): HeaderLines {
    return new HeaderLines("", 0, list);
  }

  /** All lines in their order; the same list at each call. */
  list(): HeaderList {
    this.#list ??= readLines(this.#text, this.#from);
    return this.#list;
  }

  /** The value of the first line of that name. */
  get(lowerName: string): string | undefined {
    return getHeader(this.list(), lowerName);
  }
}

function readLines(text: string, from: number): HeaderList {
  const list: HeaderList = [];
  for (let at = from; at < text.length; ) {
    const end = text.indexOf("\r", at);
    const nameEnd = endOfToken(text, at);
    list.push(fieldName(text, at, nameEnd), trimmedSlice(text, nameEnd + 1, end));
    at = end + 2;
  }
  return list;
}

/** Without the blanks around it (RFC 9112 section 5.1). */
export function trimmedSlice(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** SP or HTAB. */
export function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
