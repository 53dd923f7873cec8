import { parseFeedDate } from "./date.ts";
import type { FeedElement } from "./element.ts";
import { childText, Extensions } from "./extensions.ts";
import { type Feed, filled, type Person, type Plain } from "./model.ts";
import { textOf } from "./text.ts";

/** Atom 1.0, and 0.3 with its older names. */
export function readAtom(root: FeedElement): Feed {
  const { first, all } = sortOut(root);
  const authors = all("author").map(person);
  const categories = all("category").map(categoryName);
  return {
    type: "atom",
    title: first("title"),
    description: first("subtitle", "tagline"),
    language: root.attributes.get("lang") ?? "",
    copyright: first("rights", "copyright"),
    published: "",
    updated: first("updated", "modified"),
    author: authors[0] ?? null,
    categories: categories.length === 0 ? null : categories,
    imageUrl: first("logo") || first("icon") || null,
    items: all("entry").map(readEntry),
  };
}

function readEntry(entry: FeedElement): Plain {
  const { first, all, extensions } = sortOut(entry);
  const updated = first("updated", "modified");
  const published = first("published", "issued") || updated;
  const authors = all("author").map(person);
  const links = all("link").map(({ attributes }) => ({
    rel: attributes.get("rel") || "alternate",
    url: attributes.get("href") ?? "",
    length: attributes.get("length"),
    type: attributes.get("type"),
  }));
  return filled({
    title: first("title"),
    description: first("summary"),
    content: first("content"),
    link: links.find(({ rel }) => rel === "alternate")?.url,
    links: links.filter(({ rel }) => rel === "alternate" || rel === "self").map(({ url }) => url),
    updated,
    updatedParsed: parseFeedDate(updated),
    published,
    publishedParsed: parseFeedDate(published) ?? parseFeedDate(updated),
    author: authors[0],
    authors,
    guid: first("id"),
    categories: all("category").map(categoryName),
    enclosures: links
      .filter(({ rel }) => rel === "enclosure")
      .map(({ url, length, type }) => filled({ url, length, type })),
    extensions: extensions.plain(),
  });
}

/** The children of an element by name, in any letter case, and what belongs to other namespaces. */
function sortOut(element: FeedElement) {
  const extensions = new Extensions();
  const byName = new Map<string, FeedElement[]>();
  for (const child of element.children) {
    if (!FORMAT_PREFIXES.has(child.prefix)) {
      extensions.add(child);
      continue;
    }
    const name = child.name.toLowerCase();
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [child]);
    else known.push(child);
  }
  const all = (name: string): readonly FeedElement[] => byName.get(name) ?? [];
  /** Text of the last element that has one of the names. */
  const first = (...names: readonly string[]): string => {
    const found = names.map((name) => all(name).at(-1)).find((one) => one !== undefined);
    return found === undefined ? "" : textConstruct(found);
  };
  return { extensions, all, first };
}

/** Atom itself goes by these. */
const FORMAT_PREFIXES = new Set(["", "atom", "atom03", "atom10"]);

/** XHTML stays as it is written; everything else is a text. */
function textConstruct(element: FeedElement): string {
  const type = (element.attributes.get("type") ?? "").toLowerCase();
  return type.includes("xhtml") ? element.markup().trim() : textOf(element);
}

function person(element: FeedElement): Person {
  return filled({ name: childText(element, "name"), email: childText(element, "email") });
}

function categoryName({ attributes }: FeedElement): string {
  return attributes.get("label") || (attributes.get("term") ?? "");
}
