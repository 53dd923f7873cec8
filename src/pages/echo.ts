import type { ClientRequest } from "../contracts.ts";
import { decodePercent } from "../lib/percent.ts";
import { encodeQuery, parseQuery } from "../lib/query.ts";
import { quoteJson, renderNamedValues } from "./go-json.ts";
import { bodyOf, headersOf, queryOf } from "./request-values.ts";

/** Describes a request to its sender, members in KrakenD's order, as bytes (latin1); `null` when its body is too long to show. */
export async function renderEcho(request: ClientRequest): Promise<string | null> {
  const body = await bodyOf(request);
  if (body === null) return null;

  const query = encodeQuery(parseQuery(request.query ?? "", null));
  const details = [
    `"fragment":""`,
    `"host":${quoteJson(request.host)}`,
    `"path":${quoteJson(decodePercent(request.path))}`,
    `"query":${quoteJson(query)}`,
    `"user":""`,
  ];
  const members = [
    `"req_uri":${quoteJson(request.target)}`,
    `"req_uri_details":{${details.join(",")}}`,
    `"req_method":${quoteJson(request.method)}`,
    `"req_querystring":${renderNamedValues(queryOf(request))}`,
    `"req_body":${quoteJson(body)}`,
    `"req_headers":${renderNamedValues(headersOf(request))}`,
  ];
  return `{${members.join(",")}}`;
}
