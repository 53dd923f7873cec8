import { carriedReader } from "./commands/carried-configuration.ts";
import { type CommandContext, EXIT_BUG } from "./commands/command.ts";
import { StopSignals } from "./commands/stop-signals.ts";
import { openTextOutput } from "./commands/text-output.ts";

const words = process.argv.slice(2);
const err = openTextOutput(2, process.stderr.isTTY === true);

process.on("uncaughtException", endWithBug);
process.on("unhandledRejection", endWithBug);

try {
  const context: CommandContext = {
    environment: process.env,
    out: openTextOutput(1, process.stdout.isTTY === true),
    err,
    carried: carriedReader(),
    workerEntry: new URL("./node/worker.ts", import.meta.url),
    // Before the larger part of the program is loaded: a node that is stopped while it starts ends with 0.
    stopSignals: words[0] === "run" ? new StopSignals(err.write) : undefined,
  };
  const { runCommandLine } = await import("./commands/command-line.ts");
  process.exit(await runCommandLine(words, context));
} catch (error) {
  endWithBug(error);
}

/** Whatever arrives here is a mistake in gw, not of its user. */
function endWithBug(error: unknown): void {
  const isError = error instanceof Error;
  const showsStack = process.env.GW_DEBUG === "1" && isError;
  const what = isError ? `${error.name}: ${error.message}` : String(error);
  const hint = showsStack ? `\n${error.stack ?? ""}` : " (set GW_DEBUG=1 to see where)";
  err.write(`gw: internal error: ${what}${hint}\n`);
  process.exit(EXIT_BUG);
}
