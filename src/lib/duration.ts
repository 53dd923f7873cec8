/** Why a text is no duration; the words are those of Go's `time.ParseDuration`, without the value. */
export interface DurationError {
  readonly error:
    | "time: invalid duration"
    | "time: missing unit in duration"
    | "time: unknown unit in duration";
}

/** Reads Go's notation (`2s`, `1h30m`, `-1.5ms`, `0`) and returns milliseconds, with fractions below one. */
export function parseGoDuration(text: string): number | DurationError {
  const isNegative = text.startsWith("-");
  let rest = isNegative || text.startsWith("+") ? text.slice(1) : text;
  if (rest === "0") return 0;
  if (rest === "") return INVALID;

  let totalMs = 0;
  while (rest !== "") {
    const [match = "", whole = "", fraction = "", unit = ""] = COMPONENT.exec(rest) ?? [];
    if (whole === "" && fraction === "") return INVALID;
    if (unit === "") return MISSING_UNIT;
    const unitMs = MILLISECONDS.get(unit);
    if (unitMs === undefined) return UNKNOWN_UNIT;
    totalMs += toMilliseconds(`${whole}.${fraction}`, unitMs);
    rest = rest.slice(match.length);
  }

  if (totalMs > LONGEST_MS) return INVALID;
  return isNegative ? -totalMs : totalMs;
}

/** Milliseconds of a bare number, which in Go is a count of nanoseconds. */
export function nanosecondsToMs(nanoseconds: number): number {
  return Math.trunc(nanoseconds) / 1e6;
}

/** Writes milliseconds as Go's `Duration.String` does: `2s`, `1.5s`, `1m10s`, `250µs`, `0s`. */
export function formatGoDuration(durationMs: number): string {
  if (durationMs < 0) return `-${formatGoDuration(-durationMs)}`;
  if (durationMs === 0) return "0s";
  if (durationMs < 0.001) return `${Math.round(durationMs * 1e6)}ns`;
  if (durationMs < 1) return `${roundTo(durationMs * 1e3, 3)}µs`;
  if (durationMs < 1000) return `${roundTo(durationMs, 6)}ms`;

  const minutes = Math.floor(durationMs / 60_000);
  const seconds = `${roundTo((durationMs - minutes * 60_000) / 1e3, 9)}s`;
  if (minutes === 0) return seconds;
  if (minutes < 60) return `${minutes}m${seconds}`;
  return `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`;
}

const INVALID: DurationError = { error: "time: invalid duration" };
const MISSING_UNIT: DurationError = { error: "time: missing unit in duration" };
const UNKNOWN_UNIT: DurationError = { error: "time: unknown unit in duration" };

/** Digits, fraction and everything up to the next number, which must be a unit. */
const COMPONENT = /^(\d*)\.?(\d*)([^\d.]*)/;

const MILLISECONDS = new Map([
  ["ns", 1e-6],
  ["us", 1e-3],
  ["µs", 1e-3],
  ["μs", 1e-3],
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
]);

/** 2^63 - 1 nanoseconds, the end of Go's type. */
const LONGEST_MS = 9_223_372_036_854.775;

function toMilliseconds(amount: string, unitMs: number): number {
  // Dividing keeps `250us` at 0.25, where multiplying by 0.001 would leave a rounding error.
  return unitMs < 1 ? Number(amount) / Math.round(1 / unitMs) : Number(amount) * unitMs;
}

function roundTo(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
