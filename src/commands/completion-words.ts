import { type Command, type CommandOption, helpOption } from "./command.ts";

/** What may stand at a place of the command line. */
export type Completion =
  | { readonly kind: "files" }
  | { readonly kind: "words"; readonly words: readonly string[] }
  /** Something that no shell can know, such as a port, or nothing at all. */
  | { readonly kind: "unknown" };

/** The options that a command takes, `--help` included. */
export function optionsOf(command: Command): readonly CommandOption[] {
  return [...command.options, helpOption];
}

/** Names and aliases of all commands. */
export function commandNames(commands: readonly Command[]): readonly string[] {
  return commands.flatMap(({ name, aliases }) => [name, ...aliases]);
}

/** The value of an option that takes one. */
export function completionOfValue({ value, choices }: CommandOption): Completion {
  if (choices.length > 0) return { kind: "words", words: choices };
  return { kind: value !== null && FILE_NAMES.has(value) ? "files" : "unknown" };
}

/** The first operand of a command. */
export function completionOfOperand(command: Command, commands: readonly Command[]): Completion {
  const { operands, operandChoices = [] } = command;
  const [operand = ""] = operands;
  if (operandChoices.length > 0) return { kind: "words", words: operandChoices };
  if (operand === "COMMAND") return { kind: "words", words: commandNames(commands) };
  return { kind: FILE_NAMES.has(operand) ? "files" : "unknown" };
}

/** How the help calls values that are paths. */
const FILE_NAMES: ReadonlySet<string> = new Set(["FILE", "OUT", "PATH", "HOSTS"]);
