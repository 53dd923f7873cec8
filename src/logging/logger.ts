import { pino } from "pino";
import { createTextLayout, type LogLayout, levelOfNumber } from "./layout.ts";
import { LEVEL_NUMBERS, type LogLevel } from "./level.ts";
import { toOneJsonLine } from "./one-line.ts";

/** The application log. A message is one record on one line, whatever it holds; fields are facts beside it. */
export interface Logger {
  /** False: building a DEBUG message would be wasted work. */
  readonly isDebugEnabled: boolean;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  notice(message: string, fields?: LogFields): void;
  warning(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  critical(message: string, fields?: LogFields): void;
  /** A logger that puts `scope` (`[ENDPOINT: /users]`) in front of every message, after its own scope. */
  child(scope: string): Logger;
}

/** Facts of a record by name; an `undefined` one is left out. */
export type LogFields = Readonly<Record<string, unknown>>;

/** What is written, how, and where to. */
export interface LoggerOptions {
  /** Records below it are dropped. */
  readonly level: LogLevel;
  readonly layout: LogLayout;
  /** In front of every line of the `default` layout. */
  readonly prefix?: string;
  /** Takes a line, its newline included; must not block and must not throw. */
  readonly destination: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** A logger over pino. Nothing runs in worker threads: pino's transports do not survive compilation to a binary. */
export function createLogger(options: LoggerOptions): Logger {
  const pinoLogger = options.layout === "json" ? createJsonPino(options) : createTextPino(options);
  const isJson = options.layout === "json";
  return bindScope({ pinoLogger, isJson, threshold: LEVEL_NUMBERS[options.level] }, "");
}

type Method = "debug" | "info" | "notice" | "warning" | "error" | "critical";

type PinoLogger = pino.Logger<Method, true>;

interface LoggerParts {
  readonly pinoLogger: PinoLogger;
  /** JSON keeps the scope in a field of its own. */
  readonly isJson: boolean;
  readonly threshold: number;
}

function bindScope(parts: LoggerParts, scope: string): Logger {
  const { isJson, threshold } = parts;
  const isScoped = scope !== "";
  const scoped = isJson && isScoped ? parts.pinoLogger.child({ scope }) : parts.pinoLogger;
  const inFront = isScoped && !isJson ? `${scope} ` : "";

  const methodFor = (method: Method, level: LogLevel) => {
    if (LEVEL_NUMBERS[level] < threshold) return ignore;
    return (message: string, fields: LogFields = NO_FIELDS) =>
      scoped[method](fields, inFront + message);
  };
  return {
    isDebugEnabled: LEVEL_NUMBERS.DEBUG >= threshold,
    debug: methodFor("debug", "DEBUG"),
    info: methodFor("info", "INFO"),
    notice: methodFor("notice", "NOTICE"),
    warning: methodFor("warning", "WARNING"),
    error: methodFor("error", "ERROR"),
    critical: methodFor("critical", "CRITICAL"),
    child: (inner) => bindScope(parts, scope + inner),
  };
}

const NO_FIELDS: LogFields = Object.freeze({});

function ignore(): void {}

function createJsonPino({ level, destination, now = Date.now }: LoggerOptions): PinoLogger {
  const write = (line: string) => destination(`${toOneJsonLine(line.slice(0, -1))}\n`);
  return pino(
    {
      ...pinoLevels(level),
      messageKey: "message",
      timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
      serializers: { error: pino.stdSerializers.err },
      formatters: { level: (label) => ({ level: label.toUpperCase() }) },
    },
    { write },
  );
}

/** Takes the record as pino got it, so that its JSON need not be read again. */
function createTextPino(options: LoggerOptions): PinoLogger {
  const { level, layout, prefix = "", destination, now = Date.now } = options;
  const render = createTextLayout(layout === "default" ? "default" : "basic", prefix);
  const stream: RecordStream = {
    [PINO_METADATA]: true,
    lastLevel: LEVEL_NUMBERS.INFO,
    lastMsg: "",
    lastObj: null,
    write() {
      const message = this.lastMsg ?? "";
      const fields = this.lastObj ?? NO_FIELDS;
      destination(render({ level: levelOfNumber(this.lastLevel), timeMs: now(), message, fields }));
    },
  };
  return pino({ ...pinoLevels(level), timestamp: false }, stream);
}

const PINO_METADATA = Symbol.for("pino.metadata");

/** A destination that pino tells about each record, just before it writes. */
interface RecordStream {
  readonly [PINO_METADATA]: true;
  lastLevel: number;
  lastMsg: string | undefined;
  lastObj: LogFields | null;
  write(line: string): void;
}

function pinoLevels(level: LogLevel) {
  const customLevels: Record<Method, number> = {
    debug: LEVEL_NUMBERS.DEBUG,
    info: LEVEL_NUMBERS.INFO,
    notice: LEVEL_NUMBERS.NOTICE,
    warning: LEVEL_NUMBERS.WARNING,
    error: LEVEL_NUMBERS.ERROR,
    critical: LEVEL_NUMBERS.CRITICAL,
  };
  return {
    customLevels,
    useOnlyCustomLevels: true,
    level: level.toLowerCase(),
    base: null,
  } as const;
}
