/** For tests: request heads written as text, and what the parser says about them. */

import { type HeadLimits, parseRequestHead, type RequestHead } from "./request-head.ts";

/** Small enough that a test can exceed each of them. */
export const limits: HeadLimits = { maxBytes: 8192, maxHeaders: 200, maxTargetBytes: 4096 };

/** What a `400` says that gives no reason of its own. */
export const BAD_REQUEST = "400 400 Bad Request";

/** Parses text with one byte per character, all of which has come. */
export function parse(text: string, from = 0): ReturnType<typeof parseRequestHead> {
  const bytes = Buffer.from(text, "latin1");
  return parseRequestHead(bytes, from, bytes.length, limits);
}

/** The head of a request that must be accepted; throws with the outcome otherwise. */
export function parseHead(text: string): RequestHead {
  const result = parse(text);
  if (result === undefined || !("head" in result)) throw new Error(JSON.stringify(result));
  return result.head;
}

/** Status and reason of a refusal; `accepted` for what is not refused, an incomplete head included. */
export function refused(text: string): string {
  const result = parse(text);
  return result !== undefined && "reason" in result
    ? `${result.status} ${result.reason}`
    : "accepted";
}

/** A whole request for that target. */
export function get(target: string): string {
  return `GET ${target} HTTP/1.1\r\nHost: a.test\r\n\r\n`;
}

/** A request with these lines behind its Host. */
export function withLines(...lines: string[]): string {
  return `POST /p HTTP/1.1\r\nHost: a.test\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`;
}
