import type { BodyFraming } from "../../src/http1/body-framing.ts";
import { getHeader, type HeaderList } from "../../src/http1/header-list.ts";
import type { HeadLimits, RequestHead } from "../../src/http1/request-head.ts";
import type { ResponseHead } from "../../src/http1/response-head.ts";

/** A head with the text behind it, a refusal with its status (0 for a malformed response), or a wait for more. */
export type ReferenceHead<Head> = { head: Head; rest: string } | { refused: number } | "incomplete";

/** Bytes that a request head may have above its limit. */
const SLACK_BYTES = 4096;

/** Parses by regular expressions, one rule after the other. */
export function referenceRequest(text: string, limits: HeadLimits): ReferenceHead<RequestHead> {
  const stripped = text.replace(/^(?:\r\n){1,4}/, "");
  const lines = headLines(stripped, limits.maxBytes + SLACK_BYTES);
  if (lines === "wrong byte") return { refused: 400 };
  if (lines === "too large") return { refused: 431 };
  if (lines === "incomplete") return lines;

  const start = /^([\w!#$%&'*+\-.^`|~]+) ([^ \t]+) HTTP\/(\d)\.(\d)$/.exec(lines.list[0]!);
  if (start === null) return { refused: 400 };
  const [, method, target, major, minor] = start;
  if (major !== "1") return { refused: 505 };
  if (target!.length > limits.maxTargetBytes) return { refused: 414 };
  const parts = referenceTarget(method!, target!);
  if (parts === undefined) return { refused: 400 };

  const block = headerLines(lines.list.slice(1), limits.maxHeaders);
  if ("refused" in block) return block;
  const hosts = block.values("host");
  if (hosts.length > 1) return { refused: 400 };
  if (hosts.length === 0 && minor !== "0") return { refused: 400 };
  if (!/^[\w\-.~!$&'()*+,;=:[\]%]*$/.test(hosts[0] ?? "")) return { refused: 400 };
  const expects = block.values("expect").join(", ");
  if (!/^(?:100-continue)?$/i.test(expects)) return { refused: 417 };

  const framing = requestFraming(block, minor!);
  if (typeof framing === "number") return { refused: framing };
  const hasBody = framing.kind === "chunked" || (framing.kind === "length" && framing.length > 0);
  const head: RequestHead = {
    method: method!,
    target: target!,
    minorVersion: minor === "0" ? 0 : 1,
    headers: block.list,
    framing,
    keepsAlive: keepsAlive(block, minor!),
    host: parts.authority ?? hosts[0],
    path: parts.path,
    query: parts.query,
    isAbsolute: parts.authority !== undefined,
    expectsContinue: minor !== "0" && expects !== "" && hasBody,
  };
  return { head, rest: lines.rest };
}

/** A response head with its lines taken apart, to be compared as data. */
export type ListedResponse = Omit<ResponseHead, "lines"> & { headers: HeaderList };

/** Parses by regular expressions, one rule after the other. */
export function referenceResponse(
  text: string,
  limits: HeadLimits,
  method: string,
): ReferenceHead<ListedResponse> {
  const firstLine = /^(.*?)\r?\n/s.exec(text.slice(0, limits.maxBytes))?.[1];
  const start = /^HTTP\/1\.(\d) +([1-9]\d\d)(?: (.*))?$/s.exec(firstLine ?? "");
  if (firstLine !== undefined && start === null) return { refused: 0 };

  const lines = headLines(text, limits.maxBytes);
  if (lines === "incomplete") return lines;
  if (typeof lines === "string" || start === null) return { refused: 0 };
  const block = headerLines(lines.list.slice(1), limits.maxHeaders);
  if ("refused" in block) return { refused: 0 };

  const [, minor, code, reason] = start;
  const announced = requestFraming(block, minor!);
  if (typeof announced === "number") return { refused: 0 };
  const status = Number(code);
  const framing = responseFraming(status, method, announced);
  const isEmpty =
    announced.kind === "none" || (announced.kind === "length" && announced.length === 0);
  const isSuspect = (status < 200 || status === 204) && !isEmpty;
  const head: ListedResponse = {
    status,
    reason: reason ?? "",
    minorVersion: minor === "0" ? 0 : 1,
    contentEncoding: getHeader(block.list, "content-encoding"),
    framing,
    keepsAlive: keepsAlive(block, minor!) && framing.kind !== "close" && !isSuspect,
    headers: block.list,
  };
  return { head, rest: lines.rest };
}

function responseFraming(status: number, method: string, announced: BodyFraming): BodyFraming {
  if (status < 200 || status === 204 || status === 304 || method === "HEAD")
    return { kind: "none" };
  return announced.kind === "none" ? { kind: "close" } : announced;
}

type Lines = { list: string[]; rest: string } | "incomplete" | "wrong byte" | "too large";

function headLines(text: string, limit: number): Lines {
  const within = text.slice(0, limit);
  const end = within.indexOf("\r\n\r\n");
  // A CR at the end of what has come may still get its LF.
  const head = end < 0 ? within.replace(/\r$/, "") : within.slice(0, end + 4);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n/.test(head)) return "wrong byte";
  if (end < 0) return text.length > limit ? "too large" : "incomplete";
  return { list: head.slice(0, -4).split("\r\n"), rest: text.slice(end + 4) };
}

interface Block {
  list: string[];
  values(lowerName: string): string[];
}

function headerLines(lines: string[], maxHeaders: number): Block | { refused: number } {
  const list: string[] = [];
  for (const line of lines) {
    const match = /^([\w!#$%&'*+\-.^`|~]+):[ \t]*(.*?)[ \t]*$/s.exec(line);
    if (match === null) return { refused: 400 };
    if (list.length === 2 * maxHeaders) return { refused: 431 };
    list.push(match[1]!, match[2]!);
  }
  const values = (lowerName: string) =>
    list.filter((_, i) => i % 2 === 1 && list[i - 1]!.toLowerCase() === lowerName);
  return { list, values };
}

function keepsAlive(block: Block, minor: string): boolean {
  const options = block
    .values("connection")
    .join(",")
    .toLowerCase()
    .split(/[ \t]*,[ \t]*/);
  return !options.includes("close") && (minor !== "0" || options.includes("keep-alive"));
}

/** A framing, or the status that refuses it. */
function requestFraming(block: Block, minor: string): BodyFraming | number {
  const codings = block.values("transfer-encoding");
  const lengths = block.values("content-length");
  if (codings.length > 0) {
    if (minor === "0") return 400;
    if (codings.join(", ").toLowerCase() !== "chunked") return 501;
    return lengths.length > 0 ? 400 : { kind: "chunked" };
  }
  if (lengths.length === 0) return { kind: "none" };
  if (new Set(lengths).size > 1 || !/^\d{1,15}$/.test(lengths[0]!)) return 400;
  return { kind: "length", length: Number(lengths[0]) };
}

const ESCAPED = /^(?:[^%]|%[0-9A-Fa-f]{2})*$/s;
const AUTHORITY = /^(?=[^:])(?:[\w\-.~!$&'()*+,;=:[\]]|%[0-9A-Fa-f]{2})+$/;

function referenceTarget(method: string, target: string) {
  const whole = { path: target, query: undefined, authority: undefined };
  if (target === "*") return method === "OPTIONS" ? whole : undefined;
  if (method === "CONNECT" && !target.startsWith("/")) {
    return isAuthority(target) ? whole : undefined;
  }
  const match = /^(?:https?:\/\/([^/?]*)|(?=\/))([^?]*)(?:\?(.*))?$/is.exec(target);
  if (match === null) return undefined;
  const [, authority, path, query] = match;
  if (authority !== undefined && !isAuthority(authority)) return undefined;
  return ESCAPED.test(path!) ? { path: path!, query, authority } : undefined;
}

/** A host and perhaps a port of digits behind the first colon that follows the last bracket. */
function isAuthority(text: string): boolean {
  return AUTHORITY.test(text) && /^(?:.*\])?[^\]:]*(?::\d*)?$/s.test(text);
}
