import { type Command, EXIT_OK, EXIT_USAGE } from "./command.ts";
import { renderBashCompletion } from "./completion-bash.ts";
import { renderFishCompletion } from "./completion-fish.ts";
import { renderZshCompletion } from "./completion-zsh.ts";
import { reportUsage } from "./usage-error.ts";

/** `gw completion`, which writes scripts that know these commands. */
export function createCompletionCommand(commands: () => readonly Command[]): Command {
  return {
    name: "completion",
    aliases: [],
    summary: "write a completion script for a shell",
    usage: "bash|zsh|fish",
    description: `Writes a script with which the shell completes commands, options and their values.
Install it once, where the shell looks for such scripts:

  bash  gw completion bash > ~/.local/share/bash-completion/completions/gw
  zsh   gw completion zsh > "\${fpath[1]}/_gw"
  fish  gw completion fish > ~/.config/fish/completions/gw.fish

Or try it in the shell that runs: source <(gw completion bash)`,
    options: [],
    operands: ["SHELL"],
    operandChoices: [...SCRIPTS.keys()],
    examples: ["gw completion bash > /etc/bash_completion.d/gw"],
    exitCodes: [
      [EXIT_OK, "always"],
      [EXIT_USAGE, "unknown shell or flag"],
    ],
    async run({ operands: [shell] }, context) {
      const render = SCRIPTS.get(shell ?? "");
      if (render === undefined) {
        const problem = `which shell? one of ${[...SCRIPTS.keys()].join(", ")}`;
        return reportUsage(problem, "completion", context);
      }
      context.out.write(render(commands()));
      return EXIT_OK;
    },
  };
}

const SCRIPTS: ReadonlyMap<string, (commands: readonly Command[]) => string> = new Map([
  ["bash", renderBashCompletion],
  ["zsh", renderZshCompletion],
  ["fish", renderFishCompletion],
]);
