import { nearestName } from "../lib/nearest.ts";
import { parseArguments } from "./argument-parser.ts";
import type { Command } from "./command.ts";

/** What to say when the first of these words is no command: with what was probably meant, where that is clear. */
export function describeUnknownWord(
  words: readonly string[],
  commands: readonly Command[],
): string {
  const [word = ""] = words;
  const isFlag = word.startsWith("-");
  const meant =
    nearestCommand(word, commands) ?? (isFlag ? takerOf(words, commands) : fileOf(word));
  const hint = meant === undefined ? "" : `; did you mean 'gw ${meant}'?`;
  return `${isFlag ? `unknown flag: ${word}` : `unknown command "${word}" for "gw"`}${hint}`;
}

function nearestCommand(word: string, commands: readonly Command[]): string | undefined {
  const names = commands.flatMap(({ name, aliases }) => [name, ...aliases]);
  return nearestName(word.replace(/^-+/, ""), names);
}

/** The first command that would take the words as they are: `-c file` is for `run`, `-tnc file` for `check`. */
function takerOf(words: readonly string[], commands: readonly Command[]): string | undefined {
  const taker = commands.find((command) => !("usageProblem" in parseArguments(command, words)));
  return taker && [taker.name, ...words.map(quoteForShell)].join(" ");
}

function fileOf(word: string): string | undefined {
  return /[./]/.test(word) ? `run -c ${quoteForShell(word)}` : undefined;
}

function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
