import { parseArguments } from "./argument-parser.ts";
import { refuseDamaged } from "./carried-configuration.ts";
import { checkCommand } from "./check.ts";
import { type Command, type CommandContext, EXIT_OK, helpOption } from "./command.ts";
import { createCompletionCommand } from "./completion-command.ts";
import { elbCommand } from "./elb.ts";
import { embedCommand } from "./embed.ts";
import { haproxyCommand } from "./haproxy.ts";
import { renderCommandHelp, renderOverview } from "./help.ts";
import { createHelpCommand, findCommand } from "./help-command.ts";
import { keepalivedCommand } from "./keepalived.ts";
import { nodesCommand } from "./nodes.ts";
import { runCommand } from "./run.ts";
import { systemdCommand } from "./systemd.ts";
import { describeUnknownWord } from "./unknown-word.ts";
import { reportUsage } from "./usage-error.ts";
import { versionCommand } from "./version.ts";

/** All commands, in the order of the help. */
export const commands: readonly Command[] = [
  runCommand,
  checkCommand,
  embedCommand,
  haproxyCommand,
  nodesCommand,
  systemdCommand,
  keepalivedCommand,
  elbCommand,
  versionCommand,
  createHelpCommand(() => commands),
  createCompletionCommand(() => commands),
];

/** Runs the command that the words after the program's name ask for; resolves with the exit code. */
export async function runCommandLine(
  words: readonly string[],
  context: CommandContext,
): Promise<number> {
  const [first, ...rest] = words;
  if (first === undefined) {
    context.out.write(renderOverview(commands));
    return EXIT_OK;
  }
  const command = findCommand(FLAGS.get(first) ?? first, commands);
  if (command === undefined) {
    return reportUsage(describeUnknownWord(words, commands), null, context);
  }
  const given = parseArguments(command, rest);
  if ("usageProblem" in given) return reportUsage(given.usageProblem, command.name, context);
  if (given.options.has(helpOption.long)) {
    context.out.write(renderCommandHelp(command));
    return EXIT_OK;
  }
  return refuseDamaged(command, given, context) ?? command.run(given, context);
}

/** What is asked for without a command by habit. */
const FLAGS: ReadonlyMap<string, string> = new Map([
  ["--help", "help"],
  ["-h", "help"],
  ["--version", "version"],
  ["-v", "version"],
]);
