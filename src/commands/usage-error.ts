import { type CommandContext, EXIT_USAGE } from "./command.ts";

/** Says what is wrong with the words of a command line and where help is; returns the exit code. */
export function reportUsage(
  problem: string,
  command: string | null,
  context: CommandContext,
): number {
  const topic = command === null ? "gw" : `gw ${command}`;
  context.err.write(`Error: ${problem}\nRun '${topic} --help' for usage.\n`);
  return EXIT_USAGE;
}
