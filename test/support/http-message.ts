/**
 * One HTTP/1.1 message as bytes on the wire. Written apart from `src/http1`, and far simpler, so
 * that a mistake there is not repeated here.
 */
export interface HttpMessage {
  /** Request line or status line. */
  readonly startLine: string;
  /** As they came: `Name: value`. */
  readonly headerLines: readonly string[];
  /** Names in lower case; repeated lines stay apart. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** Without chunk framing. */
  readonly body: Buffer;
  /** How many bytes of the input the message took. */
  readonly byteLength: number;
}

/**
 * Whether there is a body: `framed`, only with a length or chunks, as in a request; `until-close`,
 * without these up to the end of the connection; `bodiless`, never, whatever the head says (HEAD, 204).
 */
export type BodyRule = "framed" | "until-close" | "bodiless";

/** The first message in the bytes, or `undefined` while it is incomplete. Throws on chunk framing that is none. */
export function parseMessage(
  bytes: Buffer,
  rule: BodyRule,
  isClosed: boolean,
): HttpMessage | undefined {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;

  const [startLine = "", ...headerLines] = bytes.toString("latin1", 0, headEnd).split("\r\n");
  const headers = groupByName(headerLines);
  const body = parseBody(bytes.subarray(headEnd + 4), headers, rule, isClosed);
  if (body === undefined) return undefined;
  return {
    startLine,
    headerLines,
    headers,
    body: body.bytes,
    byteLength: headEnd + 4 + body.byteLength,
  };
}

interface ParsedBody {
  readonly bytes: Buffer;
  readonly byteLength: number;
}

function parseBody(
  rest: Buffer,
  headers: HttpMessage["headers"],
  rule: BodyRule,
  isClosed: boolean,
): ParsedBody | undefined {
  const none = { bytes: Buffer.alloc(0), byteLength: 0 };
  if (rule === "bodiless") return none;
  if (headers["transfer-encoding"]?.[0]?.toLowerCase() === "chunked") return parseChunks(rest);

  const length = headers["content-length"]?.[0];
  if (length !== undefined) {
    const byteLength = Number(length);
    if (rest.length < byteLength) return undefined;
    return { bytes: rest.subarray(0, byteLength), byteLength };
  }
  if (rule === "framed") return none;
  return isClosed ? { bytes: rest, byteLength: rest.length } : undefined;
}

function parseChunks(rest: Buffer): ParsedBody | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const line = rest.toString("latin1", at, lineEnd);
    if (!/^[0-9a-f]+(;|$)/i.test(line))
      throw new Error(`not a chunk size: ${JSON.stringify(line)}`);

    const size = Number.parseInt(line, 16);
    const from = lineEnd + 2;
    if (size === 0) return parseTrailers(rest, from, chunks);
    if (rest.length < from + size + 2) return undefined;
    chunks.push(rest.subarray(from, from + size));
    at = from + size + 2;
  }
}

function parseTrailers(rest: Buffer, from: number, chunks: Buffer[]): ParsedBody | undefined {
  const isEmpty = rest.toString("latin1", from, from + 2) === "\r\n";
  const end = isEmpty ? from : rest.indexOf("\r\n\r\n", from) + 2;
  if (end < from || rest.length < end + 2) return undefined;
  return { bytes: Buffer.concat(chunks), byteLength: end + 2 };
}

function groupByName(lines: readonly string[]): Record<string, string[]> {
  const headers: Record<string, string[]> = Object.create(null);
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const values = headers[name] ?? [];
    values.push(line.slice(colon + 1).trim());
    headers[name] = values;
  }
  return headers;
}
