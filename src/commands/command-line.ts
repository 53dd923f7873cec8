import { nearestName } from "../lib/nearest.ts";
import { parseArguments } from "./argument-parser.ts";
import { refuseDamaged } from "./carried-configuration.ts";
import { checkCommand } from "./check.ts";
import {
  type Command,
  type CommandContext,
  EXIT_OK,
  EXIT_USAGE,
  type GivenArguments,
  helpOption,
} from "./command.ts";
import { embedCommand } from "./embed.ts";
import { renderCommandHelp, renderOverview } from "./help.ts";
import { runCommand } from "./run.ts";
import { reportUsage } from "./usage-error.ts";
import { versionCommand } from "./version.ts";

/** Runs the command that the words after the program's name ask for; resolves with the exit code. */
export async function runCommandLine(
  words: readonly string[],
  context: CommandContext,
): Promise<number> {
  const [first, ...rest] = words;
  if (first === undefined || first === "--help" || first === "-h") {
    context.out.write(renderOverview(commands));
    return EXIT_OK;
  }
  const command = findCommand(first);
  if (command === undefined) return reportUsage(describeUnknown(first), null, context);

  const given = parseArguments(command, rest);
  if ("usageProblem" in given) return reportUsage(given.usageProblem, command.name, context);
  if (given.options.has(helpOption.long)) {
    context.out.write(renderCommandHelp(command));
    return EXIT_OK;
  }
  return refuseDamaged(command, given, context) ?? command.run(given, context);
}

const helpCommand: Command = {
  name: "help",
  aliases: [],
  summary: "explain gw or one of its commands",
  usage: "[COMMAND]",
  description: "Explains gw, or one of its commands.",
  options: [],
  operands: ["COMMAND"],
  examples: ["gw help run"],
  exitCodes: [
    [EXIT_OK, "always"],
    [EXIT_USAGE, "unknown command"],
  ],
  async run({ operands }: GivenArguments, context: CommandContext) {
    const [topic] = operands;
    if (topic === undefined) {
      context.out.write(renderOverview(commands));
      return EXIT_OK;
    }
    const command = findCommand(topic);
    if (command === undefined) return reportUsage(describeUnknown(topic), null, context);
    context.out.write(renderCommandHelp(command));
    return EXIT_OK;
  },
};

const commands: readonly Command[] = [
  runCommand,
  checkCommand,
  embedCommand,
  versionCommand,
  helpCommand,
];

function findCommand(word: string): Command | undefined {
  return commands.find(({ name, aliases }) => name === word || aliases.includes(word));
}

function describeUnknown(word: string): string {
  const isFlag = word.startsWith("-");
  const names = commands.flatMap(({ name, aliases }) => [name, ...aliases]);
  const nearest = nearestName(word.replace(/^-+/, ""), names);
  const hint = nearest === undefined ? "" : `; did you mean 'gw ${nearest}'?`;
  return `${isFlag ? `unknown flag: ${word}` : `unknown command "${word}" for "gw"`}${hint}`;
}
