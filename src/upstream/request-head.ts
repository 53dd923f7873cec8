import type { UpstreamRequest } from "../contracts.ts";
import { flatText } from "../http1/head-writer.ts";
import type { HeaderList } from "../http1/header-list.ts";

/** Go's client sends this when a filter took the gateway's own `User-Agent` away. */
const DEFAULT_USER_AGENT = "Go-http-client/1.1";

/** How the request's body is framed on the wire. */
export type RequestFraming = "none" | "empty" | "length" | "chunked";

/** Settings of all connections that show in a request. */
export interface RequestHeadOptions {
  /** Sends `Connection: close`. */
  readonly closes: boolean;
  /** Asks for gzip where the client's own wish was not let through; whoever asks must unpack. */
  readonly unpacks: boolean;
  /** Sent to a proxy, which needs the whole URL; `null`: to the host itself, or through a tunnel. */
  readonly proxy: { readonly authorization: string | null } | null;
}

/** The head of a request as latin1 text, and what it says. */
export interface RenderedRequestHead {
  readonly text: string;
  readonly framing: RequestFraming;
  /** `Accept-Encoding: gzip` was put in by the gateway. */
  readonly asksForGzip: boolean;
  /** The client's wish to wait with the body for `100 Continue` was let through, and there is a body. */
  readonly expectsContinue: boolean;
}

/** Writes a request's head. `headers` are in canonical spelling and hold no framing but the length that a client sent. */
export function renderRequestHead(
  request: UpstreamRequest,
  { closes, unpacks, proxy }: RequestHeadOptions,
): RenderedRequestHead {
  const { method, target, origin } = request;
  const { text, mayAskForGzip, hasExpectation } = ownLines(request.headers);
  const asksForGzip = unpacks && mayAskForGzip && method !== "HEAD";
  const framing = requestFraming(request);
  const url = proxy === null ? target : `http://${origin.authority}${target}`;
  const start = `${method} ${url} HTTP/1.1\r\nHost: ${origin.authority}\r\n`;
  const end = closes ? "Connection: close\r\n\r\n" : "\r\n";
  const gzip = asksForGzip ? "Accept-Encoding: gzip\r\n" : "";
  const head = `${start}${text}${gzip}${framingLine(framing, request)}${credentials(proxy)}${end}`;
  const expectsContinue = hasExpectation && framing !== "none" && framing !== "empty";
  return { text: head, framing, asksForGzip, expectsContinue };
}

function credentials(proxy: RequestHeadOptions["proxy"]): string {
  const authorization = proxy?.authorization ?? null;
  return authorization === null ? "" : `Proxy-Authorization: ${authorization}\r\n`;
}

/** The lines of a request's own headers. */
interface OwnLines {
  readonly headers: HeaderList;
  readonly text: string;
  readonly mayAskForGzip: boolean;
  /** `Expect: 100-continue` */
  readonly hasExpectation: boolean;
}

/** Of the last list: the backends of one endpoint get the same one, and mostly so do requests one after the other. */
let last: OwnLines = { headers: [], text: "", mayAskForGzip: true, hasExpectation: false };

function ownLines(headers: HeaderList): OwnLines {
  if (last.headers !== headers) last = renderOwnLines(headers);
  return last;
}

function renderOwnLines(headers: HeaderList): OwnLines {
  const pieces: string[] = [];
  let hasUserAgent = false;
  let mayAskForGzip = true;
  let hasExpectation = false;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    const value = headers[i + 1]!;
    if (name === "Content-Length") continue;
    if (name === "Expect" && value.toLowerCase() === "100-continue") hasExpectation = true;
    if (name === "Accept-Encoding" || name === "Range") mayAskForGzip = false;
    if (name === "User-Agent") {
      hasUserAgent = true;
      // An empty one means: none at all.
      if (value === "") continue;
    }
    pieces.push(name, ": ", value, "\r\n");
  }
  if (!hasUserAgent) pieces.push("User-Agent: ", DEFAULT_USER_AGENT, "\r\n");
  return { headers, text: flatText(pieces), mayAskForGzip, hasExpectation };
}

/**
 * A length goes out only where the client's own `Content-Length` was let through, as in KrakenD;
 * any other body is chunked. Methods that expect a body say that there is none.
 */
function requestFraming({ method, headers, body }: UpstreamRequest): RequestFraming {
  const expectsBody = method === "POST" || method === "PUT" || method === "PATCH";
  if (body === null) return expectsBody ? "empty" : "none";
  if (body.length === 0 && !expectsBody) return "none";
  const isLengthForwarded = body.length !== undefined && forwardedLength(headers) === body.length;
  return isLengthForwarded ? "length" : "chunked";
}

function framingLine(framing: RequestFraming, { body }: UpstreamRequest): string {
  switch (framing) {
    case "none":
      return "";
    case "empty":
      return "Content-Length: 0\r\n";
    case "length":
      return `Content-Length: ${body?.length}\r\n`;
    case "chunked":
      return "Transfer-Encoding: chunked\r\n";
  }
}

function forwardedLength(headers: HeaderList): number | undefined {
  let length: number | undefined;
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] !== "Content-Length") continue;
    if (length !== undefined) return undefined;
    length = Number(headers[i + 1]);
  }
  return length;
}
