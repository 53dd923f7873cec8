import type { HeaderList } from "./header-list.ts";
import { statusText } from "./status-text.ts";

const RENDERED = new WeakMap<HeaderList, string>();

/** Renders a list once and for all; it must not be changed afterwards. */
export function prepareHeaders(list: HeaderList): HeaderList {
  RENDERED.set(list, renderLines(list));
  return list;
}

/** The lines of a prepared list; `undefined` for any other. */
export function preparedLines(list: HeaderList): string | undefined {
  return RENDERED.get(list);
}

/** The status line with its CRLF; a status that Go does not know reads `status code 999`. */
export function statusLine(status: number, minorVersion: 0 | 1 = 1): string {
  const known = STATUS_LINES[minorVersion][status];
  if (known !== undefined) return known;
  const line = renderStatusLine(status, minorVersion);
  STATUS_LINES[minorVersion][status] = line;
  return line;
}

/**
 * The pieces as one text for many uses. What `+` and templates make is a tree of pieces to the
 * engine, which it walks again wherever that is put into a longer text.
 */
export function flatText(pieces: readonly string[]): string {
  return pieces.join("");
}

/** Writes one byte per character at `offset` and returns the offset behind them, or -1 when they do not fit. */
export function writeLatin1(target: Buffer, offset: number, text: string): number {
  if (text.length > target.length - offset) return -1;
  return offset + target.write(text, offset, "latin1");
}

/** What ends a chunked body without trailers. */
export const LAST_CHUNK: Buffer = Buffer.from("0\r\n\r\n", "latin1");

/** What ends each chunk. */
export const CHUNK_END: Buffer = Buffer.from("\r\n", "latin1");

/** The line before a chunk of that many bytes. An empty chunk would end the body: the caller skips it. */
export function chunkHeader(length: number): string {
  return `${length.toString(16)}\r\n`;
}

/**
 * Writes a whole chunk at `offset` and returns the offset behind it, or -1 when it does not fit (it needs at most 18
 * bytes more than its content). Without content nothing is written, since an empty chunk ends the body.
 */
export function encodeChunk(target: Buffer, offset: number, bytes: Uint8Array): number {
  if (bytes.length === 0) return offset;

  const header = chunkHeader(bytes.length);
  if (header.length + bytes.length + 2 > target.length - offset) return -1;

  const start = offset + target.write(header, offset, "latin1");
  target.set(bytes, start);
  const end = start + bytes.length;
  target[end] = 13;
  target[end + 1] = 10;
  return end + 2;
}

function renderLines(headers: HeaderList): string {
  const pieces: string[] = [];
  for (let i = 0; i < headers.length; i += 2)
    pieces.push(headers[i]!, ": ", headers[i + 1]!, "\r\n");
  return flatText(pieces);
}

/** By minor version and status, each made when it is needed; rendering all would cost a start a millisecond. */
const STATUS_LINES = [emptyTable(), emptyTable()] as const;

/** Dense for every status of three digits, so that a lookup stays a load. */
function emptyTable(): (string | undefined)[] {
  return new Array<string | undefined>(1000).fill(undefined);
}

function renderStatusLine(status: number, minorVersion: 0 | 1): string {
  const code = String(status).padStart(3, "0");
  const reason = statusText(status) || `status code ${status}`;
  return flatText(["HTTP/1.", String(minorVersion), " ", code, " ", reason, "\r\n"]);
}
