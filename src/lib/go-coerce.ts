/**
 * The permissive conversions that Go programs apply to settings (mapstructure's "weak" decoding):
 * numbers and booleans may be written as texts and the other way round, a lone value is a list of one.
 * `null` stands for the zero value everywhere.
 */

/** Why a value could not be converted, in the words of the Go library. */
export class CoercionError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** A whole number; fractions are cut, texts may be `8080`, `0x1f`, `0b1`, `0o7`, `017` or `1_000`. */
export function coerceInteger(value: unknown): number | CoercionError {
  if (value === null || value === undefined || value === "") return 0;
  if (typeof value === "number") {
    return Number.isFinite(value) ? Math.trunc(value) : outOfRange("int");
  }
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "string") return mismatch("int", value);
  const parsed = parseInteger(value);
  if (parsed !== undefined) return Number.isFinite(parsed) ? parsed : outOfRange("int");
  return new CoercionError("cannot parse value as 'int': strconv.ParseInt: invalid syntax");
}

/** A number; texts as Go writes floats. */
export function coerceNumber(value: unknown): number | CoercionError {
  if (value === null || value === undefined || value === "") return 0;
  if (typeof value === "number") return Number.isFinite(value) ? value : outOfRange("float64");
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "string") return mismatch("float64", value);
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) {
    const number = Number(value);
    return Number.isFinite(number) ? number : outOfRange("float64");
  }
  return new CoercionError("cannot parse value as 'float64': strconv.ParseFloat: invalid syntax");
}

/** A boolean; numbers other than 0 are true, texts are those of Go's `strconv.ParseBool`. */
export function coerceBoolean(value: unknown): boolean | CoercionError {
  if (value === null || value === undefined || value === "") return false;
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  if (typeof value !== "string") return mismatch("bool", value);
  const known = BOOLEAN_TEXTS.get(value);
  if (known !== undefined) return known;
  return new CoercionError("cannot parse value as 'bool': strconv.ParseBool: invalid syntax");
}

/** A text; numbers without exponent, booleans as `1` and `0`. */
export function coerceString(value: unknown): string | CoercionError {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number") return plainNumber(value);
  if (typeof value === "boolean") return value ? "1" : "0";
  return mismatch("string", value);
}

/** A list; an empty object is an empty list, any other lone value a list of one. Never fails. */
export function coerceList(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value;
  if (typeof value === "object" && Object.keys(value).length === 0) return [];
  return [value];
}

/** An object; an empty list is an empty object. `goType` appears in the error. */
export function coerceObject(
  value: unknown,
  goType: string,
): Readonly<Record<string, unknown>> | CoercionError {
  if (value === null || value === undefined) return Object.create(null);
  if (Array.isArray(value) && value.length === 0) return Object.create(null);
  if (isRecord(value)) return value;
  return mismatch(goType, value);
}

/** Tells an object from lists, scalars and `null`. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const BOOLEAN_TEXTS = new Map([
  ...["1", "t", "T", "TRUE", "true", "True"].map((text) => [text, true] as const),
  ...["0", "f", "F", "FALSE", "false", "False"].map((text) => [text, false] as const),
]);

function outOfRange(type: string): CoercionError {
  return new CoercionError(`cannot parse value as '${type}': value out of range`);
}

function mismatch(goType: string, value: unknown): CoercionError {
  return new CoercionError(
    `expected type '${goType}', got unconvertible type '${goTypeOf(value)}'`,
  );
}

function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return "[]interface {}";
  if (typeof value === "object") return "map[string]interface {}";
  return typeof value === "boolean" ? "bool" : typeof value === "number" ? "float64" : "string";
}

/** Go's base 0: prefixes choose the base, a leading zero means octal, underscores may part digits. */
function parseInteger(text: string): number | undefined {
  const [, sign, digits] =
    /^([+-]?)(0x_?[\da-f_]+|0b_?[01_]+|0o?_?[0-7_]+|[1-9][\d_]*|0)$/i.exec(text) ?? [];
  if (digits === undefined || digits.includes("__") || digits.endsWith("_")) return undefined;
  const plain = digits.replaceAll("_", "");
  const magnitude = Number(/^0[0-7]+$/.test(plain) ? `0o${plain.slice(1)}` : plain);
  return sign === "-" ? -magnitude : magnitude;
}

function plainNumber(value: number): string {
  const text = String(value);
  return text.includes("e") && Number.isInteger(value) ? BigInt(value).toString() : text;
}
