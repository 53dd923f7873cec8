/**
 * Conversions that KrakenD's decoder does, and the attributes that are read with them. What cannot be
 * converted is reported and a neutral value takes its place, so that the rest can still be checked.
 *
 * No schema library: building and running its objects took a third of the start.
 */
import { nanosecondsToMs, parseGoDuration } from "../lib/duration.ts";
import { EMPTY_LIST } from "../lib/empty-list.ts";
import {
  CoercionError,
  coerceBoolean,
  coerceInteger,
  coerceList,
  coerceNumber,
  coerceObject,
  coerceString,
} from "../lib/go-coerce.ts";

/** Where a conversion stands in the file, and who wants to know what went wrong there. */
export interface Decoding {
  /** Steps from the root to the value; changes while its parts are converted. */
  readonly path: (string | number)[];
  readonly fail: (message: string, expected: string) => void;
}

/** Makes a value of the model from one of the file. */
export interface Conversion<Value> {
  /** Never throws; `value` is what the file has, `null` included. */
  readonly convert: (value: unknown, decoding: Decoding) => Value;
  /** The attributes of the object, or of each object of the list; `undefined` for other values. */
  readonly shape: Shape | undefined;
}

/** A key of the file with all that is known about it. */
export interface Attribute<Value> extends Conversion<Value> {
  /** The value where the file has none. */
  readonly absent: Value;
  readonly about: string;
  /** Why it does nothing in gw; `undefined` for all that work. */
  readonly inert: string | undefined;
  readonly isDuration: boolean;
}

/** Attributes by name; names are in lower case. */
export type Shape = Readonly<Record<string, Attribute<unknown>>>;

/** An object with these attributes, each one there. */
export type Decoded<Attributes extends Shape> = {
  readonly [Name in keyof Attributes]: Attributes[Name]["absent"];
};

/** What a conversion makes. */
export type Converted<Source extends Conversion<unknown>> = ReturnType<Source["convert"]>;

/** A text; numbers and booleans become texts. */
export const weakString = scalar(coerceString, { expected: "a text", neutral: "" });

/** A whole number; texts and booleans become numbers. */
export const weakInteger = scalar(coerceInteger, { expected: "a whole number", neutral: 0 });

/** A number, or a text that is one. */
export const weakNumber = scalar(coerceNumber, { expected: "a number", neutral: 0 });

/** A boolean; numbers and texts such as `"true"` or `1` become booleans. */
export const weakBoolean = scalar(coerceBoolean, { expected: "true or false", neutral: false });

/** Milliseconds, from Go's notation; a bare number counts nanoseconds. */
export const duration = scalar(toDurationMs, {
  expected: "a duration such as 500ms, 2s or 1h30m",
  neutral: 0,
});

/** No component options. */
export const NO_OPTIONS: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null));

/** Component options, as written. */
export const components = scalar((value) => coerceObject(value, "config.ExtraConfig"), {
  expected: "an object",
  neutral: NO_OPTIONS,
});

/** Pairs of texts, in the order of the file. */
export const textPairs = scalar(toTextPairs, {
  expected: "an object of texts",
  neutral: EMPTY_LIST,
});

/** A list; a lone value is a list of one. */
export function weakList<Item>(item: Conversion<Item>): Conversion<readonly Item[]> {
  return {
    shape: item.shape,
    convert(value, decoding) {
      const { path } = decoding;
      return coerceList(value).map((entry, index) => {
        path.push(index);
        const converted = item.convert(entry, decoding);
        path.pop();
        return converted;
      });
    },
  };
}

/** An object; unknown keys are dropped (they are reported before). */
export function weakObject<Attributes extends Shape>(
  shape: Attributes,
): Conversion<Decoded<Attributes>> & { readonly shape: Attributes } {
  const absent = Object.fromEntries(
    Object.entries(shape).map(([name, attribute]) => [name, attribute.absent]),
  );
  return {
    shape,
    convert(value, decoding) {
      const object = orNeutral(coerceObject(value, "map"), decoding, OBJECT);
      const decoded = { ...absent };
      for (const name of Object.keys(object)) {
        const written = object[name];
        if (written === undefined || !Object.hasOwn(shape, name)) continue;
        decoding.path.push(name);
        decoded[name] = shape[name]!.convert(written, decoding);
        decoding.path.pop();
      }
      // Each name of the shape has its absent value, or what its own conversion made.
      return decoded as Decoded<Attributes>;
    },
  };
}

/** What a value becomes that cannot be converted. */
interface Fallback<Value> {
  readonly expected: string;
  readonly neutral: Value;
}

const OBJECT: Fallback<Readonly<Record<string, unknown>>> = {
  expected: "an object",
  neutral: NO_OPTIONS,
};

function scalar<Value>(
  coerce: (value: unknown) => Value | CoercionError,
  fallback: Fallback<NoInfer<Value>>,
): Conversion<Value> {
  return {
    shape: undefined,
    convert: (value, decoding) => orNeutral(coerce(value), decoding, fallback),
  };
}

function orNeutral<Value>(
  result: Value | CoercionError,
  decoding: Decoding,
  { expected, neutral }: Fallback<Value>,
): Value {
  if (!(result instanceof CoercionError)) return result;
  decoding.fail(result.message, expected);
  return neutral;
}

function toDurationMs(value: unknown): number | CoercionError {
  if (value === null || value === undefined) return 0;
  if (typeof value === "number" && Number.isFinite(value)) return nanosecondsToMs(value);
  if (typeof value === "boolean") return nanosecondsToMs(Number(value));
  if (typeof value !== "string") return new CoercionError("time: invalid duration");
  const parsed = parseGoDuration(value);
  return typeof parsed === "number" ? parsed : new CoercionError(parsed.error);
}

function toTextPairs(value: unknown): readonly (readonly [string, string])[] | CoercionError {
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
