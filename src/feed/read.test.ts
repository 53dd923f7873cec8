import { describe, expect, test } from "bun:test";
import type { Feed } from "./model.ts";
import { readFeed } from "./read.ts";

/** The feed of a text, or an empty one's error. */
function feed(text: string): Feed {
  const read = readFeed(Buffer.from(text));
  if (typeof read === "string") throw new Error(read);
  return read;
}

const rss = (channel: string, namespaces = "") =>
  feed(`<rss version="2.0" ${namespaces}><channel>${channel}</channel></rss>`);

/** The only item of an RSS feed, as JSON has it. */
const item = (content: string, namespaces = "") =>
  JSON.parse(JSON.stringify(rss(`<item>${content}</item>`, namespaces).items[0]));

const DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"';
const ITUNES = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"';
const MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"';

describe("an RSS feed", () => {
  test("has the channel's texts, and empty ones where it says nothing", () => {
    expect(rss("<title> A &amp; B </title><language>en</language>")).toEqual({
      type: "rss",
      title: "A & B",
      description: "",
      language: "en",
      copyright: "",
      published: "",
      updated: "",
      author: null,
      categories: null,
      imageUrl: null,
      items: [],
    });
  });

  test("falls back to Dublin Core and iTunes", () => {
    const read = rss(
      `<dc:title>T</dc:title><dc:rights>R</dc:rights><dc:creator>Ann</dc:creator>
       <itunes:summary>S</itunes:summary><itunes:image href="http://a.test/i.png"/>
       <itunes:category text="Arts"><itunes:category text="Books"/></itunes:category>`,
      `${DC} ${ITUNES}`,
    );

    expect(read).toMatchObject({
      title: "T",
      copyright: "R",
      description: "S",
      author: { name: "Ann" },
      imageUrl: "http://a.test/i.png",
      categories: ["Arts", "Books"],
    });
  });

  test("of version 1.0 has its items beside the channel", () => {
    const read = feed(
      `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
       <channel><title>T</title></channel><image><url>http://a.test/i</url></image>
       <item><title>I</title></item></rdf:RDF>`,
    );
    expect(read).toMatchObject({ type: "rss", title: "T", imageUrl: "http://a.test/i" });
    expect(read.items).toEqual([expect.objectContaining({ title: "I" })]);
  });
});

describe("an item", () => {
  test("has only what is there", () => {
    expect(item("")).toEqual({});
  });

  test.each([
    ["<title><![CDATA[<b>x</b> & y]]></title>", { title: "<b>x</b> & y" }],
    ["<title>a &nbsp;&copy;&foo; & b</title>", { title: "a \u00a0©&foo; & b" }],
    ["<title>a <i>b</i> &amp;<![CDATA[&amp;]]></title>", { title: "a <i>b</i> &&amp;" }],
    [
      "<link/><link href='http://a.test'/>",
      { link: "http://a.test", links: ["", "http://a.test"] },
    ],
    ["<guid>1</guid><comments>c</comments>", { guid: "1" }],
    ["<own>x</own><__proto__>y</__proto__>", { custom: JSON.parse('{"own":"x","__proto__":"y"}') }],
    [
      "<description>&lt;img alt='' src='http://a.test/1'></description>",
      { description: "<img alt='' src='http://a.test/1'>", image: { url: "http://a.test/1" } },
    ],
    ["<category>a</category><category>b</category>", { categories: ["a", "b"] }],
  ])("of %s", (content, expected) => {
    expect(item(content)).toEqual(expected);
  });

  test.each([
    ["ann@a.test (Ann)", { email: "ann@a.test", name: "Ann" }],
    ["Ann (ann@a.test)", { email: "ann@a.test", name: "Ann" }],
    ["ann@a.test", { email: "ann@a.test" }],
    ["Ann", { name: "Ann" }],
    ["a@b@c", {}],
  ])("by %s", (author, person) => {
    expect(item(`<author>${author}</author>`)).toEqual({ author: person, authors: [person] });
  });

  test("has the text of the content module", () => {
    const namespaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"';
    expect(item("<content:encoded><![CDATA[<p>]]></content:encoded>", namespaces)).toEqual({
      content: "<p>",
    });
  });

  test("shows its extensions by the usual prefix, whatever the feed calls it", () => {
    expect(
      item(
        '<m:group a="1"> x <m:content url="u" type="image/png"/></m:group><m:content url="v" medium="image"/>',
        MEDIA.replace("media", "m"),
      ),
    ).toEqual({
      image: { url: "v" },
      extensions: {
        media: {
          content: [
            { name: "content", value: "", attrs: { url: "v", medium: "image" }, children: {} },
          ],
          group: [
            {
              name: "group",
              value: "x",
              attrs: { a: "1" },
              children: {
                content: [
                  {
                    name: "content",
                    value: "",
                    attrs: { url: "u", type: "image/png" },
                    children: {},
                  },
                ],
              },
            },
          ],
        },
      },
    });
  });

  test("shows Dublin Core and iTunes twice: sorted out, and as they stand", () => {
    const read = item(
      "<dc:date>2020-01-02</dc:date><itunes:duration>5</itunes:duration>",
      `${DC} ${ITUNES}`,
    );
    expect(read).toMatchObject({
      updated: "2020-01-02",
      updatedParsed: "2020-01-02T00:00:00Z",
      published: "2020-01-02",
      dcExt: { date: ["2020-01-02"] },
      itunesExt: { duration: "5" },
    });
    expect(Object.keys(read.extensions)).toEqual(["dc", "itunes"]);
  });
});

describe("an Atom feed", () => {
  test("keeps XHTML as it is written, and has links by their relation", () => {
    const read = feed(
      `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><logo>l</logo><category term="t" label="L"/>
       <entry><content type="xhtml"><div>a &amp; <b>b</b></div></content>
       <link rel="self" href="s"/><link rel="enclosure" href="e" length="1" type="t"/><link href="a"/></entry></feed>`,
    );
    expect(read).toMatchObject({ type: "atom", language: "de", imageUrl: "l", categories: ["L"] });
    expect(read.items[0]).toEqual(
      expect.objectContaining({
        content: "<div>a &amp; <b>b</b></div>",
        link: "a",
        links: ["s", "a"],
        enclosures: [expect.objectContaining({ url: "e", length: "1", type: "t" })],
      }),
    );
  });

  test("of version 0.3 has older names", () => {
    const read = feed(
      `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><tagline>S</tagline><modified>2003-12-13T18:30:02Z</modified>
       <entry><issued>2003-12-12T08:00:00-05:00</issued></entry></feed>`,
    );
    expect(read).toMatchObject({ description: "S", updated: "2003-12-13T18:30:02Z" });
    expect(read.items[0]).toMatchObject({ publishedParsed: "2003-12-12T13:00:00Z" });
  });
});

test("a JSON feed is read by the same terms", () => {
  const read = feed(
    JSON.stringify({
      version: "https://jsonfeed.org/version/1.1",
      title: "T",
      icon: "i",
      author: { name: "Ann" },
      items: [
        {
          id: 1,
          url: "u",
          content_text: "c",
          tags: ["t", 2],
          date_published: "2020-01-01T00:00:00Z",
          attachments: [{ url: "a", mime_type: "m" }],
        },
        null,
      ],
    }),
  );
  expect(read).toMatchObject({
    type: "json",
    title: "T",
    imageUrl: "i",
    author: { name: "Ann" },
    published: "2020-01-01T00:00:00Z",
  });
  expect(JSON.parse(JSON.stringify(read.items))).toEqual([
    {
      guid: "1",
      link: "u",
      links: ["u"],
      content: "c",
      published: "2020-01-01T00:00:00Z",
      publishedParsed: "2020-01-01T00:00:00Z",
      categories: ["t"],
      enclosures: [{ url: "a", type: "m", length: "0" }],
    },
  ]);
});

test.each([
  ["", "Failed to detect feed type"],
  ["text", "Failed to detect feed type"],
  ["[1]", "Failed to detect feed type"],
  ['{"a":', "Failed to detect feed type"],
  ["<html/>", "Failed to detect feed type"],
  ["<rss><channel></rss>", "element <channel> closed by </rss>"],
  [`<rss>${"<a>".repeat(200)}`, "exceeded max depth"],
  [`<rss>${"<a/>".repeat(250_001)}</rss>`, "too many elements"],
  [" ".repeat(16 * 1024 * 1024 + 1), "feed too large"],
])("%.40s is no feed: %s", (text, problem) => {
  expect(readFeed(Buffer.from(text))).toBe(problem);
});

test("a feed cut anywhere is a failure, and one with any byte changed never throws", () => {
  const text = Buffer.from(
    `<rss ${DC}><channel><title>a &nbsp; b</title><item><dc:creator x='1'>c<![CDATA[d]]></dc:creator></item></channel></rss>`,
  );
  for (let at = 0; at < text.length; at++) {
    expect(typeof readFeed(text.subarray(0, at))).toBe("string");
    for (const byte of [0, 0x20, 0x22, 0x26, 0x3a, 0x3c, 0x3e, 0x61, 0xff]) {
      const changed = Buffer.from(text);
      changed[at] = byte;
      readFeed(changed);
    }
  }
});
