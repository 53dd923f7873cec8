import { z } from "zod";
import { EMPTY_LIST } from "../lib/empty-list.ts";
import { isRecord } from "../lib/go-coerce.ts";
import { nearestName } from "../lib/nearest.ts";
import { isComment } from "./attributes.ts";
import type { NodePath } from "./node.ts";
import type { Report } from "./report.ts";

/** Reads options of one component, one by one, so that a wrong one does not hinder the others. */
export interface OptionReader<Shape extends z.ZodRawShape> {
  /** The value if it is there and has the right type, else `undefined`. */
  get<Name extends keyof Shape & string>(name: Name): z.output<Shape[Name]> | undefined;
  /** Names of options with a wrong type. */
  readonly mistyped: readonly string[];
}

/** What a component's options are read with. */
export interface OptionSource<Shape extends z.ZodRawShape> {
  readonly value: unknown;
  readonly schema: () => z.ZodObject<Shape>;
  readonly path: NodePath;
  /** Does letter case matter in names? It does for most components, not for those that Go decodes into a struct. */
  readonly isCaseSensitive?: boolean;
  /** What a wrong type of this option leads to, for the warning. */
  readonly consequenceOf?: (name: string) => string;
}

/** Checks a component's options against its schema; unknown, inert and mistyped ones are warned about. */
export function readOptions<Shape extends z.ZodRawShape>(
  source: OptionSource<Shape>,
  report: Report,
): OptionReader<Shape> {
  const { value, path } = source;
  if (value === undefined) return NO_OPTIONS;
  const {
    schema: schemaOf,
    isCaseSensitive = true,
    consequenceOf = () => "it is ignored",
  } = source;
  if (value !== undefined && value !== null && !isRecord(value)) {
    report.warn(path, "the options are ignored", { expected: "an object" });
  }
  const options = isRecord(value) ? value : {};
  const schema = schemaOf();
  const results = new Map<string, unknown>();
  const mistyped: string[] = [];
  for (const key of Object.keys(options)) {
    const name = knownName(key, schema.shape, options, isCaseSensitive);
    const keyPath = [...path, key];
    if (name === undefined) {
      warnUnknown(key, Object.keys(schema.shape), keyPath, report);
      continue;
    }
    const member = schema.shape[name]!;
    const reason = inertReason(member);
    if (reason !== undefined)
      report.warn(keyPath, `has no effect: ${reason}`, { isAboutKey: true });
    // Go leaves a field alone when it meets null.
    if (options[key] === null) continue;
    const result = (member as z.ZodType).safeParse(options[key]); // Shapes hold nothing but schemas.
    if (result.success) results.set(name, result.data);
    else {
      mistyped.push(name);
      report.warn(keyPath, `${describe(result.error)}; ${consequenceOf(name)}`);
    }
  }
  return {
    mistyped,
    // The value under a name was parsed by the schema of that name.
    get: <Name extends keyof Shape & string>(name: Name) =>
      results.get(name) as z.output<Shape[Name]> | undefined,
  };
}

const NO_OPTIONS = Object.freeze({ mistyped: EMPTY_LIST, get: () => undefined });

/** Why an option that is known does nothing in gw; `undefined` for all that work. */
function inertReason(schema: z.core.$ZodType): string | undefined {
  const reason = z.globalRegistry.get(schema)?.inert;
  return typeof reason === "string" ? reason : undefined;
}

function knownName(
  key: string,
  shape: z.ZodRawShape,
  options: Readonly<Record<string, unknown>>,
  isCaseSensitive: boolean,
): string | undefined {
  if (Object.hasOwn(shape, key)) return key;
  if (isCaseSensitive) return undefined;
  const name = Object.keys(shape).find((known) => known.toLowerCase() === key.toLowerCase());
  return name !== undefined && !(name in options) ? name : undefined;
}

function warnUnknown(key: string, known: readonly string[], path: NodePath, report: Report): void {
  if (isComment(key)) return;
  report.warnUnknownName(path, `unknown option '${key}'`, {
    isAboutKey: true,
    nearest: nearestName(key, known),
  });
}

function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  const place = issue === undefined || issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
  const message = issue?.message ?? "wrong type";
  return place + message.charAt(0).toLowerCase() + message.slice(1);
}
