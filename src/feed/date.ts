/** A date of a feed, in one of the many forms that feeds use, as RFC 3339 in UTC; `undefined`: it is none. */
export function parseFeedDate(text: string): string | undefined {
  const date = text.trim();
  if (date === "" || date.length > MAX_LENGTH) return undefined;
  for (const form of FORMS) {
    const parts = form.exec(date)?.groups;
    if (parts !== undefined) return toRfc3339(parts);
  }
  return undefined;
}

/** Longer than any date, and short enough for the expressions below. */
const MAX_LENGTH = 64;

const DAY = "(?:[A-Za-z]{3,9}(?:\\s*,\\s*|\\s+))?";
const CLOCK =
  "(?<hour>\\d{1,2}):(?<minute>\\d{1,2})(?::(?<second>\\d{1,2})(?<fraction>[.,]\\d+)?)?";
const HALF = "(?:\\s*(?<half>[AaPp]\\.?[Mm]\\.?))?";
const ZONE =
  "(?:\\s*(?<zone>[A-Za-z]{1,5}|(?:GMT|UTC)?\\s*[-+]\\d{2}(?::?\\d{2})?)(?:\\s+\\(?[A-Z]{1,5}\\)?)?)?";
const TIME = `(?:,?\\s+(?:at\\s+)?${CLOCK}${HALF}${ZONE})?`;
const MONTH = "(?<month>[A-Za-z]{3,9})";

const FORMS = [
  `(?<year>\\d{4})[-/](?<monthNumber>\\d{1,2})[-/](?<day>\\d{1,2})(?:(?:[Tt]|\\s+)${CLOCK}${ZONE})?`,
  `${DAY}(?<day>\\d{1,2})[ -]?,?\\s*${MONTH}[ ,-]\\s*(?<year>\\d{4}|\\d{2})${TIME}`,
  `${DAY}${MONTH}\\s+(?<day>\\d{1,2}),?\\s+(?<year>\\d{4})${TIME}`,
  `${DAY}${MONTH}\\s+(?<day>\\d{1,2})\\s+${CLOCK}${ZONE}\\s+(?<year>\\d{4})`,
].map((form) => new RegExp(`^${form}$`));

type Parts = Readonly<Record<string, string | undefined>>;

function toRfc3339(parts: Parts): string | undefined {
  const month = monthOf(parts);
  const day = Number(parts.day);
  const hour = hourOf(parts);
  const minute = Number(parts.minute ?? 0);
  const second = Number(parts.second ?? 0);
  const offset = offsetOf(parts.zone ?? "");
  if (month === undefined || hour === undefined || offset === undefined) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const time = new Date(0);
  time.setUTCFullYear(yearOf(parts.year!), month, day);
  // The 30th of February would have become a day of March.
  if (time.getUTCMonth() !== month || day < 1) return undefined;
  time.setUTCHours(hour, minute - offset, second);
  const year = time.getUTCFullYear();
  if (year < 0 || year > 9999) return undefined;
  const fraction = (parts.fraction ?? "")
    .replace(",", ".")
    .slice(0, 10)
    .replace(/\.?0*$/, "");
  return `${time.toISOString().slice(0, 19)}${fraction}Z`;
}

/** As Go reads two digits. */
function yearOf(text: string): number {
  const year = Number(text);
  if (text.length > 2) return year;
  return year >= 69 ? 1900 + year : 2000 + year;
}

function monthOf({ month, monthNumber }: Parts): number | undefined {
  if (monthNumber !== undefined) {
    const number = Number(monthNumber);
    return number >= 1 && number <= 12 ? number - 1 : undefined;
  }
  const name = month!.toLowerCase();
  const index = MONTHS.findIndex((full) => full === name || full.slice(0, 3) === name);
  return index === -1 ? undefined : index;
}

const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];

function hourOf({ hour, half }: Parts): number | undefined {
  const number = Number(hour ?? 0);
  if (half === undefined) return number;
  if (number < 1 || number > 12) return undefined;
  return (number % 12) + (half[0]!.toLowerCase() === "p" ? 12 : 0);
}

/** Minutes east of Greenwich. A name that RFC 822 does not know counts as UTC, as in gofeed. */
function offsetOf(zone: string): number | undefined {
  const numeric = /^(?:GMT|UTC)?\s*([-+])(\d\d):?(\d\d)?$/.exec(zone);
  if (numeric === null) return (ZONE_HOURS.get(zone.toUpperCase()) ?? 0) * 60;
  const minutes = Number(numeric[2]) * 60 + Number(numeric[3] ?? 0);
  return numeric[1] === "-" ? -minutes : minutes;
}

// Differs from KrakenD: its library takes these for UTC.
const ZONE_HOURS: ReadonlyMap<string, number> = new Map([
  ["EST", -5],
  ["EDT", -4],
  ["CST", -6],
  ["CDT", -5],
  ["MST", -7],
  ["MDT", -6],
  ["PST", -8],
  ["PDT", -7],
]);
