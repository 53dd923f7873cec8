import { parseArgs } from "node:util";
import { nearestName } from "../lib/nearest.ts";
import {
  type Command,
  type CommandOption,
  type GivenArguments,
  helpOption,
  type UsageProblem,
} from "./command.ts";

/**
 * Reads the words after a command's name. Short flags may be clustered (`-dc file`) and values
 * glued (`-cfile`, `--config=file`); the last of several values counts. `--help` wins over mistakes.
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
  const operands: string[] = [];
  let usageProblem: string | undefined;
  for (const token of tokens) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const option = known.find(({ long }) => long === token.name);
    usageProblem ??= findProblem(token, option, known);
    options.set(token.name, token.value ?? "");
  }
  if (options.has(helpOption.long)) return { options, operands };

  usageProblem ??= findSurplus(command, operands);
  return usageProblem === undefined ? { options, operands } : { usageProblem };
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

function findSurplus(command: Command, operands: readonly string[]): string | undefined {
  const surplus = operands[command.operands.length];
  return surplus === undefined ? undefined : `unexpected argument "${surplus}"`;
}
