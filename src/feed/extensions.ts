import type { FeedElement } from "./element.ts";
import { filled, type Plain } from "./model.ts";

/** What a feed says beyond its format: elements by prefix, then by name. */
export class Extensions {
  readonly #byPrefix = new Map<string, Map<string, FeedElement[]>>();

  add(element: FeedElement): void {
    const names = this.#byPrefix.get(element.prefix) ?? new Map<string, FeedElement[]>();
    this.#byPrefix.set(element.prefix, names);
    const known = names.get(element.name);
    if (known === undefined) names.set(element.name, [element]);
    else known.push(element);
  }

  all(prefix: string, name: string): readonly FeedElement[] {
    return this.#byPrefix.get(prefix)?.get(name) ?? [];
  }

  /** Text of the first element of that name; empty: there is none. */
  text(prefix: string, name: string): string {
    return this.all(prefix, name)[0]?.text.trim() ?? "";
  }

  texts(prefix: string, name: string): string[] {
    return this.all(prefix, name).map(({ text }) => text.trim());
  }

  /** The first text among the prefixes that Atom goes by in other feeds. */
  atomText(name: string): string {
    return this.text("atom", name) || this.text("atom10", name) || this.text("atom03", name);
  }

  /** As they stand; `undefined`: there are none. */
  plain(): Plain | undefined {
    if (this.#byPrefix.size === 0) return undefined;
    const plain: Plain = Object.create(null);
    for (const [prefix, names] of this.#byPrefix) plain[prefix] = byName(names);
    return plain;
  }

  /** Those of Dublin Core; `undefined`: there are none. */
  dublinCore(): Plain | undefined {
    if (!this.#byPrefix.has("dc")) return undefined;
    return filled(Object.fromEntries(DUBLIN_CORE.map((name) => [name, this.texts("dc", name)])));
  }

  /** Those of iTunes for a feed or an item; `undefined`: there are none. */
  itunes(names: readonly string[]): Plain | undefined {
    if (!this.#byPrefix.has("itunes")) return undefined;
    const [owner] = this.all("itunes", "owner");
    return filled({
      ...Object.fromEntries(names.map((name) => [name, this.text("itunes", name)])),
      ...(names === ITUNES_FEED && {
        newFeedUrl: this.text("itunes", "new-feed-url"),
        categories: this.all("itunes", "category").map(itunesCategory),
        owner:
          owner && filled({ name: childText(owner, "name"), email: childText(owner, "email") }),
      }),
      image: this.all("itunes", "image")[0]?.attributes.get("href"),
    });
  }
}

/** Texts that iTunes knows of a feed. */
export const ITUNES_FEED: readonly string[] = [
  "author",
  "block",
  "explicit",
  "keywords",
  "subtitle",
  "summary",
  "complete",
  "type",
];

/** And of an item. */
export const ITUNES_ITEM: readonly string[] = [
  "author",
  "block",
  "duration",
  "explicit",
  "keywords",
  "subtitle",
  "summary",
  "isClosedCaptioned",
  "episode",
  "season",
  "order",
  "episodeType",
];

const DUBLIN_CORE = [
  "title",
  "creator",
  "author",
  "subject",
  "description",
  "publisher",
  "contributor",
  "date",
  "type",
  "format",
  "identifier",
  "source",
  "language",
  "relation",
  "coverage",
  "rights",
];

/** Text of an element's first child of that name; empty: there is none. */
export function childText(element: FeedElement, name: string): string {
  return element.children.find((child) => child.name === name)?.text.trim() ?? "";
}

function itunesCategory(element: FeedElement): Plain {
  const inner = element.children.find(({ name }) => name === "category");
  return filled({
    text: element.attributes.get("text"),
    subcategory: inner && filled({ text: inner.attributes.get("text") }),
  });
}

function byName(names: ReadonlyMap<string, readonly FeedElement[]>): Plain {
  const plain: Plain = Object.create(null);
  for (const [name, elements] of names) plain[name] = elements.map(extension);
  return plain;
}

function extension({ name, text, attributes, children }: FeedElement): Plain {
  const attrs: Plain = Object.create(null);
  for (const [key, value] of attributes) attrs[key] = value;
  const inner = new Map<string, FeedElement[]>();
  for (const child of children) {
    const known = inner.get(child.name);
    if (known === undefined) inner.set(child.name, [child]);
    else known.push(child);
  }
  return { name, value: text.trim(), attrs, children: byName(inner) };
}
