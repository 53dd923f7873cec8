import { readAtom } from "./atom.ts";
import { parseElements } from "./element.ts";
import { readJsonFeed } from "./json-feed.ts";
import type { Feed, Plain } from "./model.ts";
import { readRss } from "./rss.ts";

/** Reads a feed of any format, which its first character and its root tell. A text says why it is none. */
export function readFeed(body: Uint8Array): Feed | string {
  if (body.length > MAX_BYTES) return "feed too large";
  if (firstCharacter(body) === 0x7b) return readJson(body);
  const root = parseElements(body);
  if (typeof root === "string") return root === "EOF" ? UNKNOWN : root;
  switch (root.name.toLowerCase()) {
    case "rss":
    case "rdf":
      return readRss(root);
    case "feed":
      return readAtom(root);
    default:
      return UNKNOWN;
  }
}

/** Small objects of JSON take thirty times the memory of their text. */
const MAX_BYTES = 16 * 1024 * 1024;

const UNKNOWN = "Failed to detect feed type";

function firstCharacter(body: Uint8Array): number {
  let at = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0;
  while (at < body.length && body[at]! <= 0x20) at++;
  return body[at] ?? 0;
}

function readJson(body: Uint8Array): Feed | string {
  try {
    // It begins with a brace, so it is an object.
    return readJsonFeed(JSON.parse(new TextDecoder().decode(body)) as Plain);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return UNKNOWN;
    throw error;
  }
}
