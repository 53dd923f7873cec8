import type { HeaderList } from "../http1/header-list.ts";
import { HeaderNames } from "./header-names.ts";

/**
 * Makes a backend's own reduction of the headers: exactly the listed names that are present stay,
 * so the gateway's `User-Agent` and `X-Forwarded-*` go too unless listed. `*` is a name like any
 * other. `undefined` for an empty list, which keeps everything.
 */
export function compileHeaderFilter(
  names: readonly string[],
): ((headers: HeaderList) => HeaderList) | undefined {
  if (names.length === 0) return undefined;

  const kept = new HeaderNames(names);
  return (headers) => {
    const filtered: HeaderList = [];
    for (let i = 0; i < headers.length; i += 2) {
      if (kept.find(headers[i]!) !== undefined) filtered.push(headers[i]!, headers[i + 1]!);
    }
    return filtered;
  };
}
