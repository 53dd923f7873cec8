// `gw` whose workers crash again and again.
import { runCommandLine } from "../../src/commands/command-line.ts";
import { openTextOutput } from "../../src/commands/text-output.ts";

const code = await runCommandLine(process.argv.slice(2), {
  environment: process.env,
  out: openTextOutput(1, false),
  err: openTextOutput(2, false),
  workerEntry: new URL("./workers/crashing-worker.ts", import.meta.url),
});
process.exit(code);
