import { type Command, type CommandContext, EXIT_OK, EXIT_USAGE } from "./command.ts";
import { renderCommandHelp, renderOverview } from "./help.ts";
import { renderManual } from "./manual.ts";
import { describeUnknownWord } from "./unknown-word.ts";
import { reportUsage } from "./usage-error.ts";

/** `gw help`, which explains the commands that it is given, itself included. */
export function createHelpCommand(commands: () => readonly Command[]): Command {
  return {
    name: "help",
    aliases: [],
    summary: "explain gw or one of its commands",
    usage: "[COMMAND] [--man]",
    description: "Explains gw, or one of its commands; or writes the manual page of all of them.",
    options: [
      {
        long: "man",
        short: null,
        value: null,
        description: "write the manual page, for man(1)",
        choices: [],
      },
    ],
    operands: ["COMMAND"],
    examples: ["gw help run", "gw help --man > gw.1 && man ./gw.1"],
    exitCodes: [
      [EXIT_OK, "always"],
      [EXIT_USAGE, "unknown command or flag"],
    ],
    async run({ options, operands }, context) {
      if (options.has("man")) {
        context.out.write(renderManual(commands(), manualDate(context)));
        return EXIT_OK;
      }
      const [topic] = operands;
      if (topic === undefined) {
        context.out.write(renderOverview(commands()));
        return EXIT_OK;
      }
      const command = findCommand(topic, commands());
      if (command === undefined) {
        return reportUsage(describeUnknownWord([topic], commands()), null, context);
      }
      context.out.write(renderCommandHelp(command));
      return EXIT_OK;
    },
  };
}

/** The command that a word names, by its name or an alias. */
export function findCommand(word: string, commands: readonly Command[]): Command | undefined {
  return commands.find(({ name, aliases }) => name === word || aliases.includes(word));
}

/** Packages are built twice with the same bytes: that is what the variable is for. */
function manualDate({ environment }: CommandContext): string {
  const epoch = environment.SOURCE_DATE_EPOCH ?? "";
  const date = /^\d{1,11}$/.test(epoch) ? new Date(Number(epoch) * 1000) : new Date();
  return date.toISOString().slice(0, 10);
}
