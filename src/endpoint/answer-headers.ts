import { prepareHeaders } from "../http1/head-writer.ts";
import type { HeaderList } from "../http1/header-list.ts";

/** The headers that gw itself puts on an endpoint's answers. */
export interface AnswerHeaders {
  /** Headers of complete and of other answers; with the type, where a renderer decides about it. */
  readonly completed: HeaderList;
  readonly incomplete: HeaderList;
  /** Of an error, whose type is its own. */
  readonly failed: HeaderList;
}

/** Prepares the headers for a `max-age` (0: none) and the type of a renderer; `undefined` where a backend decides. */
export type AnswerHeaderSource = (
  cacheTtlMs: number,
  contentType: string | undefined,
) => AnswerHeaders;

/** `versionHeader` is the value of `X-Krakend`. Endpoints that answer alike share their lists: read only. */
export function prepareAnswerHeaders(versionHeader: string): AnswerHeaderSource {
  const prepared = new Map<string, AnswerHeaders>();
  return (cacheTtlMs, contentType) => {
    const key = `${cacheTtlMs} ${contentType}`;
    const known = prepared.get(key);
    if (known !== undefined) return known;
    const headers = listHeaders(versionHeader, cacheTtlMs, contentType);
    prepared.set(key, headers);
    return headers;
  };
}

function listHeaders(
  versionHeader: string,
  cacheTtlMs: number,
  contentType: string | undefined,
): AnswerHeaders {
  const type = contentType === undefined ? [] : ["Content-Type", contentType];
  const cache =
    cacheTtlMs === 0 ? [] : ["Cache-Control", `public, max-age=${Math.floor(cacheTtlMs / 1000)}`];
  const version = ["X-Krakend", versionHeader];
  return {
    completed: prepareHeaders([...version, ...cache, "X-Krakend-Completed", "true", ...type]),
    incomplete: prepareHeaders([...version, "X-Krakend-Completed", "false", ...type]),
    failed: [...version, "X-Krakend-Completed", "false"],
  };
}
