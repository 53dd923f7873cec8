import { carriedReader } from "./commands/carried-configuration.ts";
import { type CommandContext, EXIT_BUG, EXIT_FAILURE } from "./commands/command.ts";
import { StopSignals } from "./commands/stop-signals.ts";
import { openTextOutput } from "./commands/text-output.ts";

/** How long after the terminal npm passes a signal on, on a busy machine. */
const NPM_ECHO_MS = 500;

const words = process.argv.slice(2);
const out = openTextOutput(1, process.stdout.isTTY === true);
const err = openTextOutput(2, process.stderr.isTTY === true);

process.on("uncaughtException", endWithBug);
process.on("unhandledRejection", endWithBug);

try {
  const context: CommandContext = {
    environment: process.env,
    out,
    err,
    carried: carriedReader(),
    workerEntry: new URL("./node/worker.ts", import.meta.url),
    // Before the larger part of the program is loaded: a node that is stopped while it starts ends with 0.
    stopSignals:
      words[0] === "run" ? new StopSignals(err.write, startedByNpm() ? NPM_ECHO_MS : 0) : undefined,
  };
  const { runCommandLine } = await import("./commands/command-line.ts");
  const code = await runCommandLine(words, context);
  process.exit(out.failure === null ? code : reportLostOutput(out.failure, code));
} catch (error) {
  endWithBug(error);
}

/** `npm start` */
function startedByNpm(): boolean {
  return process.env.npm_lifecycle_event === "start";
}

/** What was asked for did not arrive: success would be a lie. */
function reportLostOutput(failure: string, code: number): number {
  err.write(`gw: cannot write to standard output: ${failure}\n`);
  return code === 0 ? EXIT_FAILURE : code;
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
