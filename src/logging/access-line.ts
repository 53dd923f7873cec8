import { goQuote } from "../lib/go-quote.ts";
import { decodePercent } from "../lib/percent.ts";
import { renderLatency } from "./latency.ts";
import { createTimeFormat } from "./local-time.ts";
import { toOneJsonLine, toOneLine } from "./one-line.ts";
import { shortened } from "./shortened.ts";

/** One answered request. Texts of the client hold one byte per character (latin1). */
export interface AccessRecord {
  readonly status: number;
  readonly latencyMs: number;
  readonly clientIp: string;
  readonly method: string;
  /** Still percent-encoded. */
  readonly path: string;
  /** Without `?`. */
  readonly query: string | undefined;
  /** What failed on the way, one text each. */
  readonly errors: readonly string[];
}

/** Writes one record, answered at `timeMs`, as one line and its newline; failures follow on lines of their own. */
export type RenderAccess = (record: AccessRecord, timeMs: number) => string;

/** gin's line: `[GIN] 2026/11/22 - 13:09:15 | 200 |  4.529µs |      172.17.0.1 | GET      "/user/foo?x=1"`. */
export function createGinLine(hasColors: boolean): RenderAccess {
  const formatTime = createTimeFormat(" - ");
  const reset = hasColors ? RESET : "";
  return ({ status, latencyMs, clientIp, method, path, query, errors }, timeMs) => {
    const statusColor = hasColors ? colorOfStatus(status) : "";
    const latencyColor = hasColors ? colorOfLatency(latencyMs) : "";
    const methodColor = hasColors ? (METHOD_COLORS.get(method) ?? RESET) : "";
    const latency = padStart(renderLatency(latencyMs), 8);
    const who = padStart(clientIp, 15);
    const what = padEnd(shortMethod(method), 7);
    const line =
      `[GIN] ${formatTime(timeMs)} |${statusColor} ${status} ${reset}|${latencyColor} ${latency} ${reset}` +
      `| ${who} |${methodColor} ${what} ${reset} ${quote(shownTarget(path, query))}\n`;
    return errors.length === 0 ? line : line + renderErrors(errors);
  };
}

/** The same record as a JSON object, texts as UTF-8. */
export function createJsonLine(): RenderAccess {
  return ({ status, latencyMs, clientIp, method, path, query, errors }, timeMs) => {
    const record = {
      level: "INFO",
      time: new Date(timeMs).toISOString(),
      message: "access",
      status,
      latency_ms: Math.round(latencyMs * 1000) / 1000,
      client_ip: clientIp,
      method: shortMethod(method),
      path: Buffer.from(shownTarget(path, query), "latin1").toString("utf8"),
      errors: errors.length === 0 ? undefined : errors.map((text) => shortened(text)),
    };
    return `${toOneJsonLine(JSON.stringify(record))}\n`;
  };
}

const MAX_METHOD_LENGTH = 32;

function shortMethod(method: string): string {
  return method.length <= MAX_METHOD_LENGTH ? method : method.slice(0, MAX_METHOD_LENGTH);
}

// Three calls of the built-in padding cost more than the rest of the line (380 ns with them, 175 without).
const BLANKS: readonly string[] = Array.from({ length: 16 }, (_, width) => " ".repeat(width));

function padStart(text: string, width: number): string {
  return text.length < width ? BLANKS[width - text.length] + text : text;
}

function padEnd(text: string, width: number): string {
  return text.length < width ? text + BLANKS[width - text.length] : text;
}

/** gin shows the decoded path and the query as it came. */
function shownTarget(path: string, query: string | undefined): string {
  const decoded = decodePercent(shortened(path));
  return query === undefined || query === "" ? decoded : shortened(`${decoded}?${query}`);
}

function renderErrors(errors: readonly string[]): string {
  let lines = "";
  errors.forEach((text, index) => {
    lines += `Error #${String(index + 1).padStart(2, "0")}: ${toOneLine(shortened(text))}\n`;
  });
  return lines;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function quote(text: string): string {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const isPlain = code >= 0x20 && code < 0x7f && code !== QUOTE && code !== BACKSLASH;
    if (!isPlain) return goQuote(text);
  }
  return `"${text}"`;
}

const RESET = "\u001b[0m";
const GREEN = "\u001b[97;42m";
const WHITE = "\u001b[90;47m";
const YELLOW = "\u001b[90;43m";
const RED = "\u001b[97;41m";
const BLUE = "\u001b[97;44m";
const MAGENTA = "\u001b[97;45m";
const CYAN = "\u001b[97;46m";

function colorOfStatus(status: number): string {
  if (status < 200) return WHITE;
  if (status < 300) return GREEN;
  if (status < 400) return WHITE;
  return status < 500 ? YELLOW : RED;
}

function colorOfLatency(latencyMs: number): string {
  if (latencyMs < 100) return WHITE;
  if (latencyMs < 200) return GREEN;
  if (latencyMs < 300) return CYAN;
  if (latencyMs < 500) return BLUE;
  if (latencyMs < 1000) return YELLOW;
  return latencyMs < 2000 ? MAGENTA : RED;
}

const METHOD_COLORS: ReadonlyMap<string, string> = new Map([
  ["GET", BLUE],
  ["POST", CYAN],
  ["PUT", YELLOW],
  ["DELETE", RED],
  ["PATCH", GREEN],
  ["HEAD", MAGENTA],
  ["OPTIONS", WHITE],
]);
