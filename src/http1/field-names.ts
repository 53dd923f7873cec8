/**
 * Names that most messages use, in the spelling of browsers and servers and in the lower case of
 * proxies. They are recognised where they stand: a name that is cut out is copied before it can
 * be compared (0.7 us of 7.5 for a `no-op` answer of nine lines).
 */
const KNOWN_NAMES = [
  "Accept",
  "Accept-Encoding",
  "Accept-Language",
  "Accept-Ranges",
  "Authorization",
  "Cache-Control",
  "Connection",
  "Content-Encoding",
  "Content-Length",
  "Content-Type",
  "Cookie",
  "Date",
  "ETag",
  "Expires",
  "Host",
  "Last-Modified",
  "Origin",
  "Referer",
  "Server",
  "Set-Cookie",
  "Transfer-Encoding",
  "User-Agent",
  "Vary",
  "Via",
  "X-Forwarded-For",
  "X-Forwarded-Host",
  "X-Forwarded-Proto",
  "X-Request-Id",
];

/** By length. */
const KNOWN: (readonly string[] | undefined)[] = [];
for (const name of KNOWN_NAMES.flatMap((one) => [one, one.toLowerCase()])) {
  KNOWN[name.length] = [...(KNOWN[name.length] ?? []), name];
}

/** The name between two offsets of a head, as it was spelled. */
export function fieldName(text: string, from: number, to: number): string {
  const known = KNOWN[to - from];
  if (known === undefined) return text.slice(from, to);

  const first = text.charCodeAt(from);
  for (let i = 0; i < known.length; i++) {
    const name = known[i]!;
    if (name.charCodeAt(0) === first && text.startsWith(name, from)) return name;
  }
  return text.slice(from, to);
}
