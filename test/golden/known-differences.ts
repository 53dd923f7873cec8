import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const differenceSchema = z.strictObject({
  /** `unsafe`: copying it would be; `later`: not built yet; `other`: anything else, at most ten. */
  kind: z.enum(["unsafe", "later", "other"]),
  reason: z.string().min(10),
});

const knownSchema = z.record(
  z.string(),
  z.union([
    z.strictObject({ case: differenceSchema }),
    z.strictObject({ steps: z.record(z.string().regex(/^\d+$/), differenceSchema) }),
  ]),
);

const expectationSchema = z.looseObject({ status: z.number().nullable() });

const replacementSchema = z.strictObject({
  about: z.string(),
  /** In place of what was recorded for these steps. */
  steps: z.record(z.string().regex(/^\d+$/), expectationSchema).optional(),
  /** The gateway must refuse to start, with a message that holds these words. */
  start: z.literal("fails").optional(),
  message: z.array(z.string()).optional(),
});

const caseSchema = z.looseObject({
  recorded_start: z.string().optional(),
  message: z.array(z.string()).optional(),
  steps: z.array(z.looseObject({ expect: expectationSchema.optional() })).optional(),
});

/** Why a case, or a step of it, is not answered as recorded. */
export type Difference = z.output<typeof differenceSchema>;

/** What gw does in place of what was recorded. */
export type Replacement = z.output<typeof replacementSchema>;

/** A recorded case; what is not named here passes through untouched. */
export type RecordedCase = z.output<typeof caseSchema>;

/** All that is known about differences; the keys are case names such as `core-router/trailing-slash`. */
export interface KnownDifferences {
  /** Whole cases that are expected to differ. */
  readonly cases: ReadonlyMap<string, Difference>;
  /** Steps that are expected to differ, by number from 0. */
  readonly steps: ReadonlyMap<string, ReadonlyMap<number, Difference>>;
  readonly replacements: ReadonlyMap<string, Replacement>;
}

/** Under which runtime gw plays; each may have differences of its own. */
export type PlayedRuntime = "bun" | "deno";

/**
 * Reads `known.json` and `expected/` of the folder, under Deno also `known-deno.json`, whose
 * entries are added; throws a zod error where their form is wrong.
 */
export function loadKnownDifferences(folder: string, runtime: PlayedRuntime): KnownDifferences {
  const files = runtime === "deno" ? ["known.json", "known-deno.json"] : ["known.json"];
  const cases = new Map<string, Difference>();
  const steps = new Map<string, Map<number, Difference>>();
  for (const file of files) {
    const listed = knownSchema.parse(readJson(join(folder, file)));
    for (const [name, entry] of Object.entries(listed)) {
      if ("case" in entry) cases.set(name, entry.case);
      else steps.set(name, new Map([...(steps.get(name) ?? []), ...byNumber(entry.steps)]));
    }
  }
  return { cases, steps, replacements: loadReplacements(join(folder, "expected")) };
}

/** Reads one recorded case. */
export function loadCase(path: string): RecordedCase {
  return caseSchema.parse(readJson(path));
}

/** The case as gw answers it: expectations of the replacement stand where the recorded ones stood. */
export function withReplacement(recorded: RecordedCase, replacement: Replacement): RecordedCase {
  if (replacement.start !== undefined) {
    return { ...recorded, recorded_start: "fails", message: replacement.message ?? [] };
  }
  const steps = recorded.steps?.map((step, index) => {
    const expect = replacement.steps?.[index];
    return expect === undefined ? step : { ...step, expect };
  });
  return steps === undefined ? recorded : { ...recorded, steps };
}

/** What is wrong with the list itself, one sentence each; `casesFolder` holds the recorded cases. */
export function findMistakes(known: KnownDifferences, casesFolder: string): string[] {
  const mistakes: string[] = [];
  const differences = [
    ...known.cases.values(),
    ...[...known.steps.values()].flatMap((one) => [...one.values()]),
  ];
  const others = differences.filter((one) => one.kind === "other").length;
  if (others > 10)
    mistakes.push(`${others} differences are of the kind "other": at most ten may be`);

  for (const name of new Set([
    ...known.cases.keys(),
    ...known.steps.keys(),
    ...known.replacements.keys(),
  ])) {
    const path = join(casesFolder, `${name}.json`);
    if (existsSync(path)) mistakes.push(...findMistakesOfCase(known, name, loadCase(path)));
    else mistakes.push(`${name}: there is no such case`);
  }
  return mistakes;
}

function findMistakesOfCase(
  known: KnownDifferences,
  name: string,
  recorded: RecordedCase,
): string[] {
  const replacement = known.replacements.get(name);
  const mistakes: string[] = [];

  const whole = known.cases.get(name);
  const isReplaced = replacement?.start !== undefined;
  if ((whole?.kind === "unsafe") !== isReplaced) {
    mistakes.push(`${name}: "unsafe" as a whole and an expected start that "fails" go together`);
  }
  if (isReplaced && recorded.recorded_start === "fails") {
    mistakes.push(`${name}: the recorded start fails too: take it off the list`);
  }

  const steps = known.steps.get(name) ?? new Map<number, Difference>();
  const replaced = replacement?.steps ?? {};
  for (const index of new Set([...steps.keys(), ...Object.keys(replaced).map(Number)])) {
    const recordedStep = recorded.steps?.[index];
    const own = replaced[index];
    if (recordedStep === undefined) {
      mistakes.push(`${name}: there is no step ${index}`);
    } else if ((steps.get(index)?.kind === "unsafe") !== (own !== undefined)) {
      mistakes.push(`${name}: step ${index}: "unsafe" and an expectation of our own go together`);
    } else if (own !== undefined && isSameExpectation(own, recordedStep.expect)) {
      mistakes.push(`${name}: step ${index} expects what was recorded: take it off the list`);
    }
  }
  return mistakes;
}

/** Times were recorded but are not compared. */
function isSameExpectation(own: object, recorded: object | undefined): boolean {
  return Bun.deepEquals({ ...own, ms: 0 }, { ...recorded, ms: 0 });
}

function loadReplacements(folder: string): Map<string, Replacement> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return new Map(
    names
      .filter((name) => name.endsWith(".json"))
      .map((name) => [
        name.slice(0, -".json".length),
        replacementSchema.parse(readJson(join(folder, name))),
      ]),
  );
}

function byNumber(steps: Record<string, Difference>): Map<number, Difference> {
  return new Map(Object.entries(steps).map(([index, difference]) => [Number(index), difference]));
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
