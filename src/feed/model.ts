/** A feed of any format, in the terms of the `gofeed` library of KrakenD; absent texts are empty. */
export interface Feed {
  readonly type: "rss" | "atom" | "json";
  readonly title: string;
  readonly description: string;
  readonly language: string;
  readonly copyright: string;
  readonly published: string;
  readonly updated: string;
  readonly author: Person | null;
  readonly categories: readonly string[] | null;
  /** `null`: the feed has no image. */
  readonly imageUrl: string | null;
  readonly items: readonly Plain[];
}

/** Someone who wrote; absent parts are left out. */
export interface Person {
  readonly name?: string;
  readonly email?: string;
}

/** An object for JSON. Names in it may come from the feed, so it has no prototype. */
export type Plain = Record<string, unknown>;

/** The members that hold something: no empty text or list, no `undefined`, no `null`. */
export function filled(members: Plain): Plain {
  const plain: Plain = Object.create(null);
  for (const [key, value] of Object.entries(members)) {
    const isEmpty = value === "" || value === undefined || value === null;
    if (!isEmpty && !(Array.isArray(value) && value.length === 0)) plain[key] = value;
  }
  return plain;
}
