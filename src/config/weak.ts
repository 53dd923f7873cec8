/**
 * Schemas that convert before they check, as KrakenD's decoder does; each issue carries a neutral
 * value with which the rest of the file can still be checked.
 */
import { z } from "zod";
import { nanosecondsToMs, parseGoDuration } from "../lib/duration.ts";
import {
  CoercionError,
  coerceBoolean,
  coerceInteger,
  coerceList,
  coerceNumber,
  coerceObject,
  coerceString,
  isRecord,
} from "../lib/go-coerce.ts";

/** What an issue of these schemas says besides its message. */
export interface WeakIssue {
  readonly expected: string;
  readonly neutral: unknown;
}

/** A text; numbers and booleans become texts. */
export const weakString = converted(z.string(), coerceString, { expected: "a text", neutral: "" });

/** A whole number; texts and booleans become numbers. */
export const weakInteger = converted(z.number(), coerceInteger, {
  expected: "a whole number",
  neutral: 0,
});

/** A number, or a text that is one. */
export const weakNumber = converted(z.number(), coerceNumber, { expected: "a number", neutral: 0 });

/** A boolean; numbers and texts such as `"true"` or `1` become booleans. */
export const weakBoolean = converted(z.boolean(), coerceBoolean, {
  expected: "true or false",
  neutral: false,
});

/** Milliseconds, from Go's notation; a bare number counts nanoseconds. */
export const duration = converted(z.number(), toDurationMs, {
  expected: "a duration such as 500ms, 2s or 1h30m",
  neutral: 0,
});

/** Component options, as written. */
export const components = converted(
  z.custom<Readonly<Record<string, unknown>>>(isRecord),
  (value) => coerceObject(value, "config.ExtraConfig"),
  { expected: "an object", neutral: {} },
);

/** Pairs of texts, in the order of the file. */
export const textPairs = converted(z.array(z.tuple([z.string(), z.string()])), toTextPairs, {
  expected: "an object of texts",
  neutral: {},
});

/** A list; a lone value is a list of one. */
export function weakList<Item extends z.ZodType>(item: Item) {
  return z.preprocess(coerceList, z.array(item));
}

/** An object; unknown keys are dropped (they are reported before). */
export function weakObject<Shape extends z.ZodRawShape>(shape: Shape) {
  return converted(z.object(shape), (value) => coerceObject(value, "map"), {
    expected: "an object",
    neutral: {},
  });
}

function converted<Schema extends z.ZodType>(
  schema: Schema,
  convert: (value: unknown) => unknown,
  issue: WeakIssue,
) {
  return z.preprocess((value, context) => {
    const result = convert(value);
    if (!(result instanceof CoercionError)) return result;
    context.issues.push({
      code: "custom",
      message: result.message,
      input: value,
      params: { ...issue },
    });
    return z.NEVER;
  }, schema);
}

function toDurationMs(value: unknown): number | CoercionError {
  if (value === null || value === undefined) return 0;
  if (typeof value === "number") return nanosecondsToMs(value);
  if (typeof value === "boolean") return nanosecondsToMs(Number(value));
  if (typeof value !== "string") return new CoercionError("time: invalid duration");
  const parsed = parseGoDuration(value);
  return typeof parsed === "number" ? parsed : new CoercionError(parsed.error);
}

function toTextPairs(value: unknown): [string, string][] | CoercionError {
  const object = coerceObject(value, "map[string]string");
  if (object instanceof CoercionError) return object;
  const pairs: [string, string][] = [];
  for (const [key, member] of Object.entries(object)) {
    const text = coerceString(member);
    if (text instanceof CoercionError) return new CoercionError(`'${key}' ${text.message}`);
    pairs.push([key, text]);
  }
  return pairs;
}
