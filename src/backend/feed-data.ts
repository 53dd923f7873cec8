import { type Failure, failure } from "../errors.ts";
import type { Feed } from "../feed/model.ts";
import { readFeed } from "../feed/read.ts";
import type { JsonBlock, Value } from "../json/block.ts";

/** The data of a backend whose encoding is `rss`: the keys that KrakenD gives a feed. */
export function decodeFeed(block: JsonBlock, body: Uint8Array): Value | Failure {
  const feed = readFeed(body);
  if (typeof feed === "string") return failure("invalid_body", feed);
  const data = block.object();
  for (const [key, value] of Object.entries(topLevel(feed))) {
    const made = block.fromPlain(value);
    // Types of their own in KrakenD: filters reach no deeper.
    if (typeof value === "object" && value !== null) block.seal(made);
    block.set(data, key, made);
  }
  return data;
}

function topLevel({ imageUrl, ...feed }: Feed): Record<string, unknown> {
  const data = { ...feed, custom: null };
  return imageUrl === null ? data : { ...data, img_url: imageUrl };
}
