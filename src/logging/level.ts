/** KrakenD's levels, from chatty to grave. */
export type LogLevel = "DEBUG" | "INFO" | "NOTICE" | "WARNING" | "ERROR" | "CRITICAL";

/** The numbers that order the levels; those of pino where it has the same level. */
export const LEVEL_NUMBERS: Readonly<Record<LogLevel, number>> = {
  DEBUG: 20,
  INFO: 30,
  NOTICE: 35,
  WARNING: 40,
  ERROR: 50,
  CRITICAL: 60,
};

/** Reads a level in any letter case; KrakenD knows no short forms such as `WARN`. */
export function parseLevel(text: string): LogLevel | undefined {
  const name = text.toUpperCase();
  return isLevel(name) ? name : undefined;
}

function isLevel(name: string): name is LogLevel {
  return Object.hasOwn(LEVEL_NUMBERS, name);
}
