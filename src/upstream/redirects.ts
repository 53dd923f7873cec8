import type { Exchange, Origin, UpstreamRequest, UpstreamResponse } from "../contracts.ts";
import { cancelled, isFailure, transportFailure, urlText } from "../errors.ts";
import { type HeaderList, isSameName } from "../http1/header-list.ts";
import { BodyStream, isBodyFailure } from "../lib/body.ts";
import { collectBody } from "../lib/collect-body.ts";
import type { OnResponse, Outcome } from "./call.ts";
import type { UpstreamClient } from "./client.ts";
import { resolveLocation } from "./location.ts";

/** Requests in all, as in Go. */
const MAX_REQUESTS = 10;

/** More of a body than this is not kept for sending it again. */
const MAX_KEPT_BODY_BYTES = 32 * 1024 * 1024;

/** Names that say who the client is; a stranger must not learn them. */
const CREDENTIALS = [
  "authorization",
  "cookie",
  "cookie2",
  "www-authenticate",
  "proxy-authorization",
];

/** How far redirects are followed. */
export interface RedirectOptions {
  /** Keeps the body so that 307 and 308 can be followed with it. */
  readonly sendsBody: boolean;
}

/** Follows redirects of a backend, for every encoding, with Go's rules and safer ones for credentials. */
export function followRedirects(client: UpstreamClient, { sendsBody }: RedirectOptions): Exchange {
  const next: Exchange = (request) => client.send(request, null);
  const onResponse: OnResponse = (request, response) =>
    isRedirect(response) ? follow(next, request, response) : response;
  return (request) => {
    const { body } = request;
    if (!sendsBody || !(body instanceof BodyStream)) return client.send(request, onResponse);
    return sendKept(request, body, (kept) => client.send(kept, onResponse));
  };
}

/** Reads the whole body first, so that it can be sent again; it then goes out with its length. */
async function sendKept(
  request: UpstreamRequest,
  stream: BodyStream,
  send: Exchange,
): Promise<Outcome> {
  const body = await collectBody(stream, MAX_KEPT_BODY_BYTES, request.cancellation);
  if (isBodyFailure(body)) {
    if (request.cancellation.reason !== null) return cancelled(body.reason, urlText(request));
    const code = body.isTooLarge ? "body_too_large" : "body_broken";
    return transportFailure(code, request.method, urlText(request), body.reason);
  }
  const headers = without(request.headers, ["content-length"]);
  headers.push("Content-Length", String(body.length));
  return send({ ...request, headers, body });
}

function isRedirect({ status, headers }: UpstreamResponse): boolean {
  if (status < 301 || status > 308 || (status > 303 && status < 307)) return false;
  // An empty one says nothing: the answer stays what it is.
  return (headers.get("location") ?? "") !== "";
}

async function follow(
  next: Exchange,
  first: UpstreamRequest,
  redirect: UpstreamResponse,
): Promise<Outcome> {
  let request = first;
  let response = redirect;
  for (let sent = 1; isRedirect(response); sent++) {
    const keepsMethod = response.status === 307 || response.status === 308;
    // A body that streamed by is gone: the redirect itself is the answer.
    if (keepsMethod && request.body instanceof BodyStream) return response;
    const location = response.headers.get("location")!;
    const method = keepsMethod || request.method === "HEAD" ? request.method : "GET";
    response.body.cancel();
    if (sent === MAX_REQUESTS) {
      return transportFailure(
        "too_many_redirects",
        method,
        location,
        `stopped after ${MAX_REQUESTS} redirects`,
      );
    }
    const target = resolveLocation(location, request);
    if ("kind" in target) return transportFailure("invalid_url", method, location, target.message);
    request = nextRequest(request, { ...target, method, keepsBody: keepsMethod });
    const answer = await next(request);
    if (isFailure(answer)) return answer;
    response = answer;
  }
  return response;
}

interface Hop {
  readonly origin: Origin;
  readonly target: string;
  readonly method: string;
  readonly keepsBody: boolean;
}

function nextRequest(last: UpstreamRequest, hop: Hop): UpstreamRequest {
  const dropped = ["referer"];
  if (!hop.keepsBody) dropped.push("content-length");
  if (!hop.keepsBody && hop.method !== last.method) dropped.push("content-type");
  if (!mayKeepCredentials(last.origin, hop.origin)) dropped.push(...CREDENTIALS);
  const headers = without(last.headers, dropped);
  if (!(last.origin.isTls && !hop.origin.isTls)) {
    headers.push("Referer", last.origin.text + last.target);
  }
  return {
    ...last,
    method: hop.method,
    origin: hop.origin,
    target: hop.target,
    headers,
    body: hop.keepsBody ? last.body : null,
  };
}

/**
 * Differs from KrakenD: it looks at the host name alone, so that another port of the same machine
 * gets the credentials too. Here the port must be the same, or both the default of their scheme,
 * and nothing goes from https to http.
 */
function mayKeepCredentials(from: Origin, to: Origin): boolean {
  if (from.isTls && !to.isTls) return false;
  const isSameName = to.host === from.host || to.host.endsWith(`.${from.host}`);
  return isSameName && (to.port === from.port || (isDefaultPort(from) && isDefaultPort(to)));
}

function isDefaultPort({ isTls, port }: Origin): boolean {
  return port === (isTls ? 443 : 80);
}

function without(headers: HeaderList, lowerNames: readonly string[]): HeaderList {
  const kept: HeaderList = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    if (lowerNames.some((lower) => isSameName(name, lower))) continue;
    kept.push(name, headers[i + 1]!);
  }
  return kept;
}
