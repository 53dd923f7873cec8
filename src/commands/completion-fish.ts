import type { Command, CommandOption } from "./command.ts";
import {
  type Completion,
  completionOfOperand,
  completionOfValue,
  optionsOf,
} from "./completion-words.ts";

/** A script for fish 3. */
export function renderFishCompletion(commands: readonly Command[]): string {
  const names = commands.flatMap(({ name, aliases, summary }) =>
    [name, ...aliases].map(
      (word) => `complete -c gw -n __gw_needs_command -a ${word} -d ${quote(summary)}`,
    ),
  );
  return `# fish completion for gw, written by 'gw completion fish'

function __gw_needs_command
    test (count (commandline -opc)) -eq 1
end

function __gw_is
    set -l words (commandline -opc)
    contains -- "$words[2]" $argv
end

complete -c gw -f
${names.join("\n")}
complete -c gw -n __gw_needs_command -s h -l help -d 'show the commands'
complete -c gw -n __gw_needs_command -s v -l version -d 'print the version'
${commands.flatMap((command) => renderCommand(command, commands)).join("\n")}
`;
}

function renderCommand(command: Command, commands: readonly Command[]): readonly string[] {
  const condition = quote(`__gw_is ${[command.name, ...command.aliases].join(" ")}`);
  const start = `complete -c gw -n ${condition}`;
  const operand = completionOfOperand(command, commands);
  const lines = optionsOf(command).map((option) => `${start} ${renderOption(option)}`);
  return operand.kind === "unknown" ? lines : [...lines, `${start}${renderAction(operand)}`];
}

function renderOption(option: CommandOption): string {
  const { long, short, value, description } = option;
  const flags = short === null ? `-l ${long}` : `-s ${short} -l ${long}`;
  const action = value === null ? "" : renderValue(completionOfValue(option));
  return `${flags}${action} -d ${quote(description)}`;
}

/** `-x`: the value is needed, and no file. */
function renderValue(completion: Completion): string {
  return `${completion.kind === "files" ? " -r" : " -x"}${renderAction(completion)}`;
}

function renderAction(completion: Completion): string {
  if (completion.kind === "files") return " -F";
  return completion.kind === "words" ? ` -a ${quote(completion.words.join(" "))}` : "";
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
