import { parseArgs } from "node:util";
import { nearestName } from "../lib/nearest.ts";
import {
  type Command,
  type CommandOption,
  configOption,
  type GivenArguments,
  helpOption,
  type UsageProblem,
} from "./command.ts";

/**
 * Reads the words after a command's name. Short flags may be clustered (`-tnc file`) and values
 * glued (`-cfile`, `--config=file`). Flags may be repeated, values only with the same text or
 * where the option is repeatable.
 * `--help` wins over mistakes.
 */
export function parseArguments(
  command: Command,
  words: readonly string[],
): GivenArguments | UsageProblem {
  const known = [...command.options, helpOption];
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(known.map(toParserOption)),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const options = new Map<string, string>();
  const counts = new Map<string, number>();
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  let usageProblem: string | undefined;
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const option = known.find(({ long }) => long === token.name);
    const value = token.rawName.startsWith("--") ? token.value : token.value?.replace(/^=/, "");
    usageProblem ??=
      findProblem({ ...token, value }, option, known) ??
      (option?.isRepeatable
        ? undefined
        : findContradiction(token.rawName, options.get(token.name), value));
    if (option?.isRepeatable && value !== undefined) {
      values.set(token.name, [...(values.get(token.name) ?? []), value]);
    }
    options.set(token.name, value ?? "");
    counts.set(token.name, (counts.get(token.name) ?? 0) + 1);
  }
  const given = { options, counts, values, operands };
  if (options.has(helpOption.long)) return given;

  usageProblem ??= findExclusion(command, options) ?? findOperandProblem(command, given);
  return usageProblem === undefined ? given : { usageProblem };
}

interface OptionToken {
  readonly name: string;
  /** With its dashes. */
  readonly rawName: string;
  readonly value?: string | undefined;
}

function toParserOption({ long, short, value }: CommandOption) {
  const type: "string" | "boolean" = value === null ? "boolean" : "string";
  return [long, short === null ? { type } : { type, short }] as const;
}

function findProblem(
  { name, rawName, value }: OptionToken,
  option: CommandOption | undefined,
  known: readonly CommandOption[],
): string | undefined {
  if (option === undefined) return describeUnknown(name, rawName, known);
  if (option.value === null) {
    return value === undefined ? undefined : `flag takes no value: ${rawName}=${value}`;
  }
  if (value === undefined) return `flag needs an argument: ${rawName} ${option.value}`;
  if (option.choices.length === 0 || option.choices.includes(value)) return undefined;
  return `invalid argument "${value}" for ${rawName}: one of ${option.choices.join(", ")}`;
}

function describeUnknown(name: string, rawName: string, known: readonly CommandOption[]): string {
  const nearest = nearestName(
    name,
    known.map(({ long }) => long),
  );
  const hint = nearest === undefined || name.length === 1 ? "" : `; did you mean --${nearest}?`;
  return `unknown flag: ${rawName}${hint}`;
}

// Differs from KrakenD: there the last of several values counts, in silence.
function findContradiction(
  rawName: string,
  before: string | undefined,
  value: string | undefined,
): string | undefined {
  if (before === undefined || value === undefined || before === value) return undefined;
  return `${rawName} is given twice: "${before}" and "${value}"`;
}

function findExclusion(
  { exclusive = [] }: Command,
  options: GivenArguments["options"],
): string | undefined {
  for (const group of exclusive) {
    const [first, second] = group.filter((name) => options.has(name));
    if (second !== undefined) return `--${first} and --${second} exclude each other`;
  }
  return undefined;
}

function findOperandProblem(
  command: Command,
  { operands, options }: GivenArguments,
): string | undefined {
  const { operandChoices = [] } = command;
  const [first] = operands;
  if (first !== undefined && operandChoices.length > 0 && !operandChoices.includes(first)) {
    const nearest = nearestName(first, operandChoices);
    const hint = nearest === undefined ? "" : `; did you mean ${nearest}?`;
    return `invalid argument "${first}": one of ${operandChoices.join(", ")}${hint}`;
  }
  const surplus = operands[command.operands.length];
  if (surplus === undefined) return undefined;
  const wanted = FILE_OPTIONS.find(
    ([long]) => command.options.some((option) => option.long === long) && !options.has(long),
  );
  return `unexpected argument "${surplus}"${wanted ? `; did you mean ${wanted[1]} ${surplus}?` : ""}`;
}

/** The files that a command may want, by long name, as they are written. */
const FILE_OPTIONS = [
  ["nodes", "--nodes"],
  [configOption.long, "-c"],
] as const;
