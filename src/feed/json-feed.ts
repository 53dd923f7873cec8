import { parseFeedDate } from "./date.ts";
import { type Feed, filled, type Person, type Plain } from "./model.ts";
import { personOf } from "./text.ts";

/** JSON Feed 1.0 and 1.1; what has another type than the format says counts as absent. */
export function readJsonFeed(root: Plain): Feed {
  const items = objects(root.items);
  const first = items[0] ?? {};
  return {
    type: "json",
    title: text(root.title),
    description: text(root.description),
    language: text(root.language),
    copyright: "",
    published: text(first.date_published),
    updated: text(first.date_modified),
    author: authorOf(root),
    categories: null,
    imageUrl: text(root.icon) || null,
    items: items.map(readItem),
  };
}

function readItem(item: Plain): Plain {
  const updated = text(item.date_modified);
  const published = text(item.date_published);
  const image = text(item.image) || text(item.banner_image);
  const author = authorOf(item);
  const authors = objects(item.authors).map(({ name }) => personOf(text(name)));
  return filled({
    guid: text(item.id),
    link: text(item.url),
    links: [text(item.url), text(item.external_url)].filter((url) => url !== ""),
    title: text(item.title),
    content: text(item.content_html) || text(item.content_text),
    description: text(item.summary),
    image: image === "" ? undefined : filled({ url: image }),
    published,
    publishedParsed: parseFeedDate(published),
    updated,
    updatedParsed: parseFeedDate(updated),
    author,
    authors: authors.length > 0 || author === null ? authors : [author],
    categories: list(item.tags).filter((tag) => typeof tag === "string"),
    enclosures: objects(item.attachments).map((attachment) =>
      filled({
        url: text(attachment.url),
        type: text(attachment.mime_type),
        length: text(attachment.duration_in_seconds) || "0",
      }),
    ),
  });
}

function authorOf({ author }: Plain): Person | null {
  return isObject(author) ? personOf(text(author.name)) : null;
}

function text(value: unknown): string {
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? value : "";
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function objects(value: unknown): Plain[] {
  return list(value).filter(isObject);
}

function isObject(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
