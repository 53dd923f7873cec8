import { LEVEL_NUMBERS, type LogLevel } from "./level.ts";
import { createTimeFormat } from "./local-time.ts";
import { toOneLine } from "./one-line.ts";

/** How a record looks: KrakenD's logger without `telemetry/logging`, the one with it, or JSON. */
export type LogLayout = "basic" | "default" | "json";

/** One record before it is laid out. */
export interface LogRecord {
  readonly level: LogLevel;
  readonly timeMs: number;
  /** With its scope in front: `[SERVICE: Gin] Listening on port: 8080`. */
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Writes a record as one line, its newline included. */
export type RenderRecord = (record: LogRecord) => string;

/** `prefix` stands in front of every line of the default layout; the basic one has a name of its own. */
export function createTextLayout(layout: "basic" | "default", prefix: string): RenderRecord {
  return layout === "basic" ? createBasicLayout() : createDefaultLayout(toOneLine(prefix));
}

/** `2026/11/22 13:09:15 KRAKEND INFO: text` */
function createBasicLayout(): RenderRecord {
  const formatTime = createTimeFormat(" ");
  return (record) =>
    `${formatTime(record.timeMs)} KRAKEND ${record.level}: ${renderText(record)}\n`;
}

/** `[PREFIX] 2026/11/22 - 13:09:15.123 ▶ INFO text`, coloured also where nobody sees colours, as KrakenD does. */
function createDefaultLayout(prefix: string): RenderRecord {
  const formatTime = createTimeFormat(" - ");
  return (record) => {
    const { level, timeMs } = record;
    const milliseconds = String(Math.floor(timeMs) % 1000).padStart(3, "0");
    const time = `${formatTime(timeMs)}.${milliseconds}`;
    return `${prefix} ${time} ${COLORS[level]}▶ ${level}\u001b[0m ${renderText(record)}\n`;
  };
}

const COLORS: Readonly<Record<LogLevel, string>> = {
  DEBUG: "\u001b[36m",
  INFO: "",
  NOTICE: "\u001b[32m",
  WARNING: "\u001b[33m",
  ERROR: "\u001b[31m",
  CRITICAL: "\u001b[35m",
};

/** Fields follow the message as `name=value`, values as JSON unless they are plain words. */
function renderText({ message, fields }: LogRecord): string {
  let text = message;
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) text += ` ${name}=${renderValue(value)}`;
  }
  return toOneLine(text);
}

const PLAIN_WORD = /^[\w.:/+-]+$/;

function renderValue(value: unknown): string {
  if (typeof value === "string" && PLAIN_WORD.test(value)) return value;
  if (value instanceof Error) return JSON.stringify(value.message);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Circles and big integers have no JSON; a log line must not fail for them.
    return String(value);
  }
}

/** The level that pino's number stands for. */
export function levelOfNumber(number: number): LogLevel {
  return LEVELS_BY_NUMBER.get(number) ?? "INFO";
}

const LEVELS_BY_NUMBER: ReadonlyMap<number, LogLevel> = new Map([
  [LEVEL_NUMBERS.DEBUG, "DEBUG"],
  [LEVEL_NUMBERS.INFO, "INFO"],
  [LEVEL_NUMBERS.NOTICE, "NOTICE"],
  [LEVEL_NUMBERS.WARNING, "WARNING"],
  [LEVEL_NUMBERS.ERROR, "ERROR"],
  [LEVEL_NUMBERS.CRITICAL, "CRITICAL"],
]);
