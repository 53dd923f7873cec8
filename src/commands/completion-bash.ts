import type { Command, CommandOption } from "./command.ts";
import {
  type Completion,
  commandNames,
  completionOfOperand,
  completionOfValue,
  optionsOf,
} from "./completion-words.ts";

/** A script for bash 3.2 and later; it needs no package. */
export function renderBashCompletion(commands: readonly Command[]): string {
  const names = commandNames(commands).join(" ");
  return `# bash completion for gw, written by 'gw completion bash'

_gw_words() {
  local word
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$1" -- "$cur")
}

_gw_files() {
  local word
  compopt -o filenames 2>/dev/null
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur")
}

_gw() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD - 1]}"
  COMPREPLY=()
  # bash parts --name=value into three words.
  if [[ $cur == "=" ]]; then
    cur=""
  elif [[ $prev == "=" ]]; then
    prev="\${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  if ((COMP_CWORD == 1)); then
    _gw_words "${names} --help --version"
    return
  fi
  case "\${COMP_WORDS[1]}" in
${commands.map((command) => renderCommand(command, commands)).join("\n")}
  esac
}

complete -F _gw gw
`;
}

function renderCommand(command: Command, commands: readonly Command[]): string {
  const options = optionsOf(command);
  const values = options.filter(({ value }) => value !== null).map(renderValue);
  const flags = options.flatMap(({ long, short }) =>
    short === null ? [`--${long}`] : [`--${long}`, `-${short}`],
  );
  const operand = completionOfOperand(command, commands);
  const words = `_gw_words "${flags.join(" ")}"`;
  const rest = operand.kind === "unknown" ? words : renderOperand(operand, words);
  return `    ${[command.name, ...command.aliases].join(" | ")})
      case "$prev" in
${[...values, `        *) ${rest} ;;`].join("\n")}
      esac
      ;;`;
}

/** `-tnc` ends in an option that takes a value, as `-c` does. */
function renderValue(option: CommandOption): string {
  const { long, short } = option;
  const patterns = short === null ? [`--${long}`] : [`--${long}`, `-${short}`, `-[!-]*${short}`];
  return `        ${patterns.join(" | ")}) ${renderAction(completionOfValue(option))} ;;`;
}

function renderOperand(operand: Completion, flags: string): string {
  return `if [[ $cur == -* ]]; then ${flags}; else ${renderAction(operand)}; fi`;
}

function renderAction(completion: Completion): string {
  if (completion.kind === "files") return "_gw_files";
  return completion.kind === "words" ? `_gw_words "${completion.words.join(" ")}"` : "return";
}
