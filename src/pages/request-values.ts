import type { ClientRequest } from "../contracts.ts";
import { isSameName, toCanonicalName } from "../http1/header-list.ts";
import { parseQuery } from "../lib/query.ts";
import type { NamedValues } from "./go-json.ts";

/** So much of a body is held in memory, for a page that shows it. */
export const MAX_PAGE_BODY_BYTES = 1024 * 1024;

/** The query's values by decoded name, as bytes (latin1). */
export function queryOf(request: ClientRequest): NamedValues {
  return group(parseQuery(request.query ?? "", null), (name) => name);
}

/** The header lines by canonical name. Go keeps the host and the framing apart, so they are not among them. */
export function headersOf(request: ClientRequest): NamedValues {
  const headers = group(request.headers, toCanonicalName);
  for (const name of headers.keys()) {
    if (isSameName(name, "host") || isSameName(name, "transfer-encoding")) headers.delete(name);
  }
  return headers;
}

/** The body as bytes (latin1); what came of one that broke off, `null` for one that is too long. */
export async function bodyOf(request: ClientRequest): Promise<string | null> {
  if (request.body === null) return "";
  const body = await request.body.collect(MAX_PAGE_BODY_BYTES);
  if (Buffer.isBuffer(body)) return body.toString("latin1");
  return body.isTooLarge ? null : body.received.toString("latin1");
}

function group(pairs: readonly string[], rename: (name: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (let i = 0; i < pairs.length; i += 2) {
    const name = rename(pairs[i]!);
    const values = groups.get(name);
    if (values === undefined) groups.set(name, [pairs[i + 1]!]);
    else values.push(pairs[i + 1]!);
  }
  return groups;
}
