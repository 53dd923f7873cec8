import { endOfToken, isToken } from "./characters.ts";
import { fieldName } from "./field-names.ts";
import { isBlank, trimmedSlice } from "./header-lines.ts";
import { type HeaderList, isSameName } from "./header-list.ts";

/** The header lines of one head, and what they say about its message; values are trimmed, not interpreted. */
export interface HeaderBlock {
  kind: "block";
  /** Empty unless asked for. */
  headers: HeaderList;
  contentEncoding: string | undefined;
  host: string | undefined;
  hasSeveralHosts: boolean;
  contentLength: string | undefined;
  hasConflictingLengths: boolean;
  /** Several lines are joined by a comma. */
  transferEncoding: string | undefined;
  expect: string | undefined;
  asksClose: boolean;
  asksKeepAlive: boolean;
}

/** The first line that breaks the rules. */
export interface HeaderFault {
  kind: "fault";
  problem: "line" | "name" | "blank-in-name" | "fold" | "too-many";
  line: string;
}

/**
 * Reads lines of CRLF from `from` to the end of `text`, which holds no other control character than TAB. Without
 * `keepsList` every line is checked all the same, but only those that concern the message are taken out.
 */
export function parseHeaderBlock(
  text: string,
  from: number,
  maxHeaders: number,
  keepsList = true,
): HeaderBlock | HeaderFault {
  const block = emptyBlock();
  let count = 0;
  for (let at = from; at < text.length; ) {
    // CR stands for the whole line end, and one character is found faster than two.
    const end = text.indexOf("\r", at);
    // Read in place: a name that is cut out first has to be copied to be looked at.
    const nameEnd = endOfToken(text, at);
    if (nameEnd === at || text.charCodeAt(nameEnd) !== COLON) return faultOf(text.slice(at, end));
    if (++count > maxHeaders) return { kind: "fault", problem: "too-many", line: "" };

    if (keepsList || CONCERNED_LENGTHS[nameEnd - at] === 1) {
      const name = fieldName(text, at, nameEnd);
      const value = trimmedSlice(text, nameEnd + 1, end);
      if (keepsList) block.headers.push(name, value);
      note(block, name, value);
    }
    at = end + 2;
  }
  return block;
}

const COLON = 58;

/** Lengths of the names that `note` knows. */
const CONCERNED_LENGTHS = new Uint8Array(20);
for (const length of [4, 6, 10, 14, 16, 17]) CONCERNED_LENGTHS[length] = 1;

function emptyBlock(): HeaderBlock {
  return {
    kind: "block",
    headers: [],
    contentEncoding: undefined,
    host: undefined,
    hasSeveralHosts: false,
    contentLength: undefined,
    hasConflictingLengths: false,
    transferEncoding: undefined,
    expect: undefined,
    asksClose: false,
    asksKeepAlive: false,
  };
}

// Differs from KrakenD: a folded line is refused, where it joins the two (RFC 9112 section 5.2), and so is a blank in the
// name of a response's line, where it lets it pass.
/** KrakenD words a name with blanks, before the colon too, differently from one with other wrong characters. */
function faultOf(line: string): HeaderFault {
  if (isBlank(line.charCodeAt(0))) return { kind: "fault", problem: "fold", line };

  const colon = line.indexOf(":");
  if (colon < 0) return { kind: "fault", problem: "line", line };

  const name = line.slice(0, colon);
  const hasBlank = name.includes(" ") && isToken(name.replaceAll(" ", ""));
  return { kind: "fault", problem: hasBlank ? "blank-in-name" : "name", line };
}

function note(block: HeaderBlock, name: string, value: string): void {
  switch (name.length) {
    // The usual spelling is compared as a whole, which is several times faster.
    case 4:
      if (name === "Host" || isSameName(name, "host")) noteHost(block, value);
      return;
    case 6:
      if (isSameName(name, "expect")) block.expect = joined(block.expect, value);
      return;
    case 10:
      if (name === "Connection" || isSameName(name, "connection")) noteConnection(block, value);
      return;
    case 14:
      if (name === "Content-Length" || isSameName(name, "content-length")) noteLength(block, value);
      return;
    case 16:
      if (name === "Content-Encoding" || isSameName(name, "content-encoding")) {
        block.contentEncoding ??= value;
      }
      return;
    case 17:
      if (name === "Transfer-Encoding" || isSameName(name, "transfer-encoding")) {
        block.transferEncoding = joined(block.transferEncoding, value);
      }
      return;
  }
}

function noteHost(block: HeaderBlock, value: string): void {
  block.hasSeveralHosts = block.host !== undefined;
  block.host = value;
}

function noteLength(block: HeaderBlock, value: string): void {
  if (block.contentLength !== undefined && block.contentLength !== value) {
    block.hasConflictingLengths = true;
  }
  block.contentLength = value;
}

function joined(earlier: string | undefined, value: string): string {
  return earlier === undefined ? value : `${earlier}, ${value}`;
}

function noteConnection(block: HeaderBlock, value: string): void {
  if (!value.includes(",")) {
    noteOption(block, value);
    return;
  }
  for (const option of value.split(",")) noteOption(block, option.trim());
}

function noteOption(block: HeaderBlock, option: string): void {
  if (isSameName(option, "close")) block.asksClose = true;
  if (isSameName(option, "keep-alive")) block.asksKeepAlive = true;
}
