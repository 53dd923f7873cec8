import type { CommandContext } from "../../src/commands/command.ts";
import { runCommandLine } from "../../src/commands/command-line.ts";

/** What a command said in this process. */
export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `gw` with these words in this process, with no variables but these. */
export async function gw(
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
  surroundings: Pick<CommandContext, "carried"> = {},
): Promise<CommandResult> {
  let out = "";
  let err = "";
  const code = await runCommandLine(words, {
    // Where `--check` finds HAProxy.
    environment: { PATH: process.env.PATH, ...variables },
    out: {
      isTerminal: false,
      write: (text) => {
        out += text;
      },
    },
    err: {
      isTerminal: false,
      write: (text) => {
        err += text;
      },
    },
    workerEntry: new URL("../../src/node/worker.ts", import.meta.url),
    ...surroundings,
  });
  return { code, out, err };
}
