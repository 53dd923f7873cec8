import { carriedReader } from "./commands/carried-configuration.ts";
import { type CommandContext, EXIT_BUG } from "./commands/command.ts";
import { runCommandLine } from "./commands/command-line.ts";
import { openTextOutput } from "./commands/text-output.ts";

const context: CommandContext = {
  environment: process.env,
  out: openTextOutput(1, process.stdout.isTTY === true),
  err: openTextOutput(2, process.stderr.isTTY === true),
  carried: carriedReader(),
};

process.on("uncaughtException", endWithBug);
process.on("unhandledRejection", endWithBug);

try {
  process.exit(await runCommandLine(process.argv.slice(2), context));
} catch (error) {
  endWithBug(error);
}

/** Whatever arrives here is a mistake in gw, not of its user. */
function endWithBug(error: unknown): void {
  const isError = error instanceof Error;
  const showsStack = context.environment.GW_DEBUG === "1" && isError;
  const what = isError ? `${error.name}: ${error.message}` : String(error);
  const hint = showsStack ? `\n${error.stack ?? ""}` : " (set GW_DEBUG=1 to see where)";
  context.err.write(`gw: internal error: ${what}${hint}\n`);
  process.exit(EXIT_BUG);
}
