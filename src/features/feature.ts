import type { z } from "zod";
import type { Exchange } from "../contracts.ts";
import { isRecord } from "../lib/go-coerce.ts";

/** Wraps a step of a request's way; what it calls next stands further inside. */
export type Middleware<Step> = (next: Step) => Step;

/** A capability that one `extra_config` namespace switches on. Factories run once for each place, at start. */
export interface FeatureSpec<Schema extends z.ZodObject> {
  readonly namespace: string;
  /** Called when a file has such options: building a schema costs time. */
  readonly schema: () => Schema;
  /** Letter case counts in option names; it does not for those that Go decodes into a struct. */
  readonly isCaseSensitive: boolean;
  /** What a user loses where these options are sound by their types and yet of no use; `undefined`: nothing. */
  readonly findFault?: (options: z.output<Schema>) => FeatureFault | undefined;
  /** Around a backend's HTTP call. `undefined`: with these options the feature is off. */
  readonly transport?: (options: z.output<Schema>) => Middleware<Exchange> | undefined;
}

/** Why a feature does less than its options say. */
export interface FeatureFault {
  readonly option: string;
  readonly message: string;
  readonly expected?: string;
}

/** A feature whose options may be anything: they are checked before a factory sees them. */
export interface Feature {
  readonly namespace: string;
  readonly schema: () => z.ZodObject;
  readonly isCaseSensitive: boolean;
  /** `undefined` also for options that do not fit the schema. */
  readonly findFault: (options: unknown) => FeatureFault | undefined;
  /** `undefined`: the feature does nothing here, or not with these options. */
  readonly transport: (options: unknown) => Middleware<Exchange> | undefined;
}

/** Makes a feature; from here on nobody knows the type of its options. Options that do not fit switch it off. */
export function defineFeature<Schema extends z.ZodObject>(spec: FeatureSpec<Schema>): Feature {
  const { namespace, schema, isCaseSensitive } = spec;
  const given = <Result>(
    use: ((options: z.output<Schema>) => Result | undefined) | undefined,
    options: unknown,
  ): Result | undefined => {
    if (use === undefined || options === undefined) return undefined;
    const shape = schema();
    const parsed = shape.safeParse(isCaseSensitive ? options : withKnownSpelling(options, shape));
    return parsed.success ? use(parsed.data) : undefined;
  };
  return {
    namespace,
    schema,
    isCaseSensitive,
    findFault: (options) => given(spec.findFault, options),
    transport: (options) => given(spec.transport, options),
  };
}

/** Keys that differ from an option's name in letter case only take that name, unless it is there itself. */
function withKnownSpelling(options: unknown, { shape }: z.ZodObject): unknown {
  if (!isRecord(options)) return options;
  const names = new Map(Object.keys(shape).map((name) => [name.toLowerCase(), name]));
  const spelled = Object.entries(options).map(([key, value]) => {
    const name = names.get(key.toLowerCase());
    return [name === undefined || name in options ? key : name, value] as const;
  });
  return Object.fromEntries(spelled);
}
