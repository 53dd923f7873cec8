import type { Command, CommandOption } from "./command.ts";
import {
  type Completion,
  completionOfOperand,
  completionOfValue,
  optionsOf,
} from "./completion-words.ts";

/** A script for zsh, to be sourced or to lie as `_gw` in a folder of `fpath`. */
export function renderZshCompletion(commands: readonly Command[]): string {
  const names = commands.flatMap(({ name, aliases, summary }) =>
    [name, ...aliases].map((word) => `        ${quote(`${word}:${summary}`)}`),
  );
  return `#compdef gw
# zsh completion for gw, written by 'gw completion zsh'

_gw() {
  local curcontext="$curcontext" state line
  local -A opt_args
  local -a gw_commands
  _arguments -C \\
    '(- *)'{-h,--help}'[show the commands]' \\
    '(- *)'{-v,--version}'[print the version]' \\
    '1: :->command' \\
    '*:: :->words'
  case $state in
    command)
      gw_commands=(
${names.join("\n")}
      )
      _describe -t commands 'gw command' gw_commands
      ;;
    words)
      case $words[1] in
${commands.map((command) => renderCommand(command, commands)).join("\n")}
      esac
      ;;
  esac
}

if [[ $funcstack[1] == _gw ]]; then
  _gw "$@"
else
  compdef _gw gw
fi
`;
}

function renderCommand(command: Command, commands: readonly Command[]): string {
  const [operand] = command.operands;
  const specs = optionsOf(command).map(renderOption);
  if (operand !== undefined) {
    specs.push(quote(`1:${operand}:${renderAction(completionOfOperand(command, commands))}`));
  }
  const names = [command.name, ...command.aliases].join(" | ");
  return `        ${names})
          _arguments -s -S \\
            ${specs.join(" \\\n            ")}
          ;;`;
}

function renderOption(option: CommandOption): string {
  const { long, short, value, description, isRepeatable = false } = option;
  const what = `[${description.replace(/[\\[\]]/g, "\\$&")}]`;
  const action = value === null ? "" : `:${value}:${renderAction(completionOfValue(option))}`;
  const longFlag = value === null ? `--${long}` : `--${long}=`;
  if (short === null) return quote(`${isRepeatable ? "*" : ""}${longFlag}${what}${action}`);
  const shortFlag = value === null ? `-${short}` : `-${short}+`;
  return `'(-${short} --${long})'{${shortFlag},${longFlag}}${quote(what + action)}`;
}

function renderAction(completion: Completion): string {
  if (completion.kind === "files") return "_files";
  return completion.kind === "words" ? `(${completion.words.join(" ")})` : " ";
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
