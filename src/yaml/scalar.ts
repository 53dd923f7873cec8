import { goQuote } from "../lib/go-quote.ts";

/** A string as a value whose further lines, if it has some, stand at `indent`. */
export function stringText(text: string, indent: string): string {
  if (isPlain(text)) return text;
  return isLiteral(text) ? literal(text, indent) : quoted(text);
}

/** A string as a key: always one line. */
export function quotedKey(text: string): string {
  return isPlain(text) ? text : quoted(text);
}

/**
 * A number. KrakenD holds those of backends as texts and quotes what its YAML library takes for a
 * number, which `2E5` is not; those that it made itself (`isMade`) are plain.
 */
export function numberText(text: string, isMade: boolean): string {
  return isMade || /^-?\d+[eE]\d+$/.test(text) ? text : `"${text}"`;
}

/** Texts that a reader of YAML 1.1 or 1.2 takes for something else, or that a key means something with. */
const KEYWORDS = new Set(
  ["null", "true", "false", "y", "n", "yes", "no", "on", "off", ".inf", "-.inf", "+.inf", ".nan"]
    .flatMap((word) => [word, word.toUpperCase(), titled(word)])
    .concat("~", "<<", "=", ".NaN", "-", "?", ":", "---", "..."),
);

function titled(word: string): string {
  return word.replace(/[a-z]/, (letter) => letter.toUpperCase());
}

const NUMBER = new RegExp(
  `^(?:${[
    // Of YAML 1.2.
    "[-+]?(?:\\.\\d+|\\d+(?:\\.\\d*)?)(?:[eE][-+]?\\d+)?",
    // Of Go's parser, which lets underscores through.
    "[-+]?(?!_)[\\d_]*\\d[\\d_]*(?:\\.[\\d_]*(?:[eE][-+]?\\d+)?)?",
    "[-+]?0_*x[\\da-fA-F_]+",
    "[-+]?0_*o[0-7_]+",
    "[-+]?0_*b[01_]+",
  ].join("|")})$`,
);

const DATE = "\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])";
const CLOCK = "(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:[.,]\\d+)?";
const TIMESTAMP = new RegExp(
  `^(?:${DATE}|${DATE} ${CLOCK}|${DATE}[Tt]${CLOCK}(?:Z|[-+]\\d\\d:\\d\\d)|(?:[01]?\\d|2[0-3]):[0-5]?\\d)$`,
);

/** A place where the text would not be read to its end, or not as it stands. */
const INDICATORS =
  /^[*&[{}\],!|>%'"@` \t]|^[-?:](?:[ \t]|$)|[#\\]|:(?:[ \t]|$)|- |[ \t]$|^(?:---|\.\.\.)[ \t]/;

/** Anything that is no printable character on one line: control characters, line breaks, the byte order mark. */
const UNPRINTABLE =
  /[^\t\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

function isPlain(text: string): boolean {
  return (
    text !== "" &&
    !KEYWORDS.has(text) &&
    !INDICATORS.test(text) &&
    !UNPRINTABLE.test(text) &&
    !NUMBER.test(text) &&
    !TIMESTAMP.test(text)
  );
}

/** Whether the lines can stand as they are: the first one shows the indentation, so it starts with a letter. */
function isLiteral(text: string): boolean {
  if (!text.includes("\n") || /^[\s]|[#\\]|: /.test(text)) return false;
  return text.split("\n").every((line) => !UNPRINTABLE.test(line));
}

function literal(text: string, indent: string): string {
  const end = /\n*$/.exec(text)![0].length;
  const header = end === 0 ? "|-" : end === 1 ? "|" : "|+";
  const lines = text.slice(0, text.length - end).split("\n");
  const body = lines.map((line) => (line === "" ? "" : indent + line)).join("\n");
  // The line break behind the last line is the document's.
  return `${header}\n${body}${"\n".repeat(Math.max(end - 1, 0))}`;
}

function quoted(text: string): string {
  return goQuote(Buffer.from(text).toString("latin1"));
}
