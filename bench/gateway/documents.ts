/** About 150 bytes of JSON, keys as a service would write them. */
export const smallDocument = JSON.stringify({
  id: 4711,
  name: "Ada Lovelace",
  email: "ada@example.org",
  active: true,
  roles: ["admin", "author"],
  score: 98.5,
  city: "London",
  since: "1843-07-10",
});

/** Three documents of about 150 bytes that share no key. */
export const mergedDocuments: readonly string[] = ["user", "order", "offer"].map((kind, index) =>
  JSON.stringify({
    [`${kind}_id`]: 4711 + index,
    [`${kind}_name`]: "Ada Lovelace",
    [`${kind}_tags`]: ["one", "two"],
    [`${kind}_active`]: true,
    [`${kind}_score`]: 98.5,
    [`${kind}_note`]: "lorem ipsum dolor sit",
  }),
);

/** A list of 100 objects, 8.4 KB, and what a filter takes away. */
export const listDocument = JSON.stringify({
  items: Array.from({ length: 100 }, (_, index) => ({
    id: 1000 + index,
    sku: `A-${1000 + index}`,
    name: `catalogue item #1${100 + index}`,
    price: 10.25 + index,
    stock: index,
  })),
  total: 100,
  page: { size: 100, number: 1, next: "/items?page=2" },
  took: 0.0123,
  debug: { shard: "eu-1", cache: "miss", trace: "0af7651916cd43dd8448eb211c80319c" },
});

/** One mebibyte that no compression would shrink by much. */
export function largeBody(): Buffer {
  const body = Buffer.alloc(1024 * 1024);
  let state = 0x2545f491;
  for (let at = 0; at < body.length; at++) {
    // xorshift32: the same bytes in every run.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    body[at] = state & 0xff;
  }
  return body;
}
