/** What the system says of short names. */
export interface SearchDomains {
  readonly domains: readonly string[];
  /** A name with so many dots is asked for as it is before it is with a domain. */
  readonly dots: number;
}

/** Reads `search`, `domain` and `ndots` of a resolv.conf(5); the last of the first two counts. */
export function parseSearchDomains(resolvConf: string): SearchDomains {
  let domains: readonly string[] = [];
  let dots = 1;
  for (const line of resolvConf.split("\n")) {
    const [keyword, ...values] = line.trim().split(/\s+/);
    if (keyword === "search") domains = values;
    if (keyword === "domain") domains = values.slice(0, 1);
    if (keyword !== "options") continue;
    for (const value of values) {
      const [, count] = /^ndots:(\d{1,2})$/.exec(value) ?? [];
      if (count !== undefined) dots = Math.min(Number(count), MAX_DOTS);
    }
  }
  return { domains: domains.map(withoutFinalDot), dots };
}

/** The names that stand for one, in the order in which they are asked for. One with a final dot is whole. */
export function searchNames(name: string, { domains, dots }: SearchDomains): readonly string[] {
  if (name.endsWith(".")) return [withoutFinalDot(name)];
  const longer = domains.filter((domain) => domain !== "").map((domain) => `${name}.${domain}`);
  return name.split(".").length - 1 >= dots ? [name, ...longer] : [...longer, name];
}

/** As in the C library and in Go. */
const MAX_DOTS = 15;

function withoutFinalDot(name: string): string {
  return name.endsWith(".") ? name.slice(0, -1) : name;
}
