import { parseFeedDate } from "./date.ts";
import type { FeedElement } from "./element.ts";
import { childText, Extensions, ITUNES_FEED, ITUNES_ITEM } from "./extensions.ts";
import { type Feed, filled, type Person, type Plain } from "./model.ts";
import { firstImage, personOf, textOf } from "./text.ts";

/** RSS 0.9x to 2.0, and 1.0, whose items stand beside the channel. */
export function readRss(root: FeedElement): Feed {
  const outer = sortOut(root);
  const channel = outer.all("channel").at(-1);
  const { texts, extensions, all } = sortOut(channel ?? { ...root, children: [] });
  const dc = (name: string) => extensions.text("dc", name);
  const items = [...all("item"), ...outer.all("item")].map(readItem);
  const image = outer.all("image").at(-1) ?? all("image").at(-1);
  return {
    type: "rss",
    title: texts("title") || dc("title"),
    description: texts("description") || extensions.text("itunes", "summary"),
    language: texts("language") || dc("language"),
    copyright: texts("copyright") || dc("rights"),
    published: texts("pubdate"),
    updated: texts("lastbuilddate") || dc("date"),
    author: authorOf([texts("managingeditor"), texts("webmaster")], extensions),
    categories: nullIfEmpty([
      ...all("category").map(textOf),
      ...itunesCategories(extensions),
      ...extensions.texts("dc", "subject"),
    ]),
    imageUrl:
      image === undefined ? imageUrlOf(extensions, [texts("description")]) : textsOf(image, "url"),
    items,
  };
}

function readItem(element: FeedElement): Plain {
  const { texts, extensions, all, custom } = sortOut(element);
  const date = extensions.text("dc", "date");
  const published = texts("pubdate") || date || extensions.atomText("published");
  const updated = date || extensions.atomText("updated");
  const links = all("link").map((link) => textOf(link) || (link.attributes.get("href") ?? ""));
  const enclosures = all("enclosure").map(({ attributes }) =>
    filled({
      url: attributes.get("url"),
      length: attributes.get("length"),
      type: attributes.get("type"),
    }),
  );
  const description =
    texts("description") ||
    extensions.text("dc", "description") ||
    extensions.text("itunes", "summary") ||
    extensions.atomText("summary");
  const content = texts("encoded") || extensions.atomText("content");
  const author = itemAuthor(texts("author"), extensions);
  const picture = enclosures.find(({ type }) => String(type).startsWith("image/"));
  const image =
    imageUrlOf(extensions, []) ?? picture?.url ?? firstImage(content) ?? firstImage(description);
  return filled({
    title: texts("title") || extensions.text("dc", "title"),
    description,
    content,
    link: links.at(-1),
    links,
    updated,
    updatedParsed: parseFeedDate(updated),
    published,
    publishedParsed: parseFeedDate(published),
    author,
    authors: author === null ? [] : [author],
    guid: texts("guid"),
    image: image === undefined || image === null ? undefined : filled({ url: image }),
    categories: [
      ...all("category").map(textOf),
      ...keywords(extensions),
      ...extensions.texts("dc", "subject"),
    ],
    enclosures,
    dcExt: extensions.dublinCore(),
    itunesExt: extensions.itunes(ITUNES_ITEM),
    extensions: extensions.plain(),
    custom,
  });
}

/** What RSS itself knows of an item; the rest is custom. */
const ITEM_NAMES = new Set([
  "title",
  "description",
  "encoded",
  "link",
  "author",
  "comments",
  "pubdate",
  "source",
  "enclosure",
  "guid",
  "category",
]);

/** The children of an element by name, in any letter case, and what belongs to other namespaces. */
function sortOut(element: FeedElement) {
  const extensions = new Extensions();
  const byName = new Map<string, FeedElement[]>();
  let custom: Plain | undefined;
  for (const child of element.children) {
    if (!FORMAT_PREFIXES.has(child.prefix)) {
      extensions.add(child);
      continue;
    }
    const name = child.name.toLowerCase();
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [child]);
    else known.push(child);
    if (ITEM_NAMES.has(name)) continue;
    custom ??= Object.create(null) as Plain;
    custom[child.name] = textOf(child);
  }
  const all = (name: string): readonly FeedElement[] => byName.get(name) ?? [];
  const texts = (name: string): string => {
    const last = all(name).at(-1);
    return last === undefined ? "" : textOf(last);
  };
  return { extensions, all, texts, custom };
}

/** RSS itself goes by these. */
const FORMAT_PREFIXES = new Set(["", "rss", "rdf", "content"]);

function textsOf(element: FeedElement, name: string): string {
  return sortOut(element).texts(name);
}

function authorOf(texts: readonly string[], extensions: Extensions): Person | null {
  const author =
    texts.find((text) => text !== "") ??
    (extensions.text("dc", "author") ||
      extensions.text("dc", "creator") ||
      extensions.text("itunes", "author"));
  return author === "" ? null : personOf(author);
}

function itemAuthor(text: string, extensions: Extensions): Person | null {
  const author = authorOf([text], extensions);
  const [other] = extensions.all("atom", "author");
  if (author !== null || other === undefined) return author;
  return filled({ name: childText(other, "name"), email: childText(other, "email") });
}

function imageUrlOf(extensions: Extensions, html: readonly string[]): string | null {
  const itunes = extensions.all("itunes", "image")[0]?.attributes.get("href");
  if (itunes) return itunes;
  const media = extensions.all("media", "content").find(({ attributes }) => {
    const type = attributes.get("type") ?? "";
    return type.startsWith("image/") || attributes.get("medium") === "image";
  });
  if (media !== undefined) return media.attributes.get("url") ?? "";
  for (const text of html) {
    const url = firstImage(text);
    if (url !== undefined) return url;
  }
  return null;
}

function keywords(extensions: Extensions): string[] {
  const text = extensions.text("itunes", "keywords");
  return text === "" ? [] : text.split(",");
}

function itunesCategories(extensions: Extensions): string[] {
  const { categories = [] } = extensions.itunes(ITUNES_FEED) ?? {};
  const named = (categories as Plain[]).flatMap(({ text, subcategory }) => [
    text,
    (subcategory as Plain | undefined)?.text,
  ]);
  return [...keywords(extensions), ...named.filter((text) => typeof text === "string")];
}

function nullIfEmpty(list: readonly string[]): readonly string[] | null {
  return list.length === 0 ? null : list;
}
