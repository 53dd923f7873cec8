/** Namespaces by prefix that an element declares, and those around it. */
export interface Namespaces {
  readonly own: ReadonlyMap<string, string>;
  readonly outer: Namespaces | null;
}

/** Outside of the root. */
export const noNamespaces: Namespaces = { own: new Map(), outer: null };

/** Their usual prefixes: extensions are found by these, whatever a feed calls them. Of formats of feeds: empty. */
const USUAL_PREFIXES: ReadonlyMap<string, string> = new Map([
  ["http://www.w3.org/2005/Atom", "atom"],
  ["http://purl.org/atom/ns#", "atom03"],
  ["http://purl.org/rss/1.0/", ""],
  ["http://my.netscape.com/rdf/simple/0.9/", ""],
  ["http://backend.userland.com/rss2", ""],
  ["http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf"],
  ["http://purl.org/dc/elements/1.1/", "dc"],
  ["http://purl.org/dc/terms/", "dcterms"],
  ["http://purl.org/rss/1.0/modules/content/", "content"],
  ["http://purl.org/rss/1.0/modules/slash/", "slash"],
  ["http://purl.org/rss/1.0/modules/syndication/", "sy"],
  ["http://purl.org/rss/1.0/modules/threading/", "thr"],
  ["http://purl.org/syndication/thread/1.0", "thr"],
  ["http://www.itunes.com/DTDs/PodCast-1.0.dtd", "itunes"],
  ["http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes"],
  ["http://search.yahoo.com/mrss", "media"],
  ["http://search.yahoo.com/mrss/", "media"],
  ["http://rssnamespace.org/feedburner/ext/1.0", "feedburner"],
  ["http://wellformedweb.org/commentAPI/", "wfw"],
  ["http://www.georss.org/georss", "georss"],
  ["http://www.opengis.net/gml", "gml"],
  ["http://www.w3.org/2003/01/geo/wgs84_pos#", "geo"],
  ["http://backend.userland.com/creativeCommonsRssModule", "creativeCommons"],
  ["http://web.resource.org/cc/", "cc"],
  ["http://creativecommons.org/ns#license", "cc"],
  ["http://prismstandard.org/namespaces/1.2/basic/", "prism"],
  ["http://podlove.org/simple-chapters", "psc"],
  ["http://www.w3.org/1999/xhtml", "xhtml"],
  ["http://www.w3.org/XML/1998/namespace", "xml"],
]);

/** The usual prefix of the namespace that a prefix stands for, else the prefix. Without one it is empty. */
export function prefixOf(prefix: string, namespaces: Namespaces): string {
  if (prefix === "") return "";
  const namespace = find(prefix, namespaces);
  const usual = namespace === undefined ? undefined : USUAL_PREFIXES.get(namespace);
  return usual ?? prefix;
}

function find(prefix: string, namespaces: Namespaces): string | undefined {
  for (let at: Namespaces | null = namespaces; at !== null; at = at.outer) {
    const namespace = at.own.get(prefix);
    if (namespace !== undefined) return namespace;
  }
  return undefined;
}
