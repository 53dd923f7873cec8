import { closeSync, openSync, readSync } from "node:fs";
import { createTwoFilesPatch } from "diff";
import { describeSystemError } from "../config/source.ts";
import { type CommandContext, EXIT_FAILURE, EXIT_OK } from "./command.ts";

/** Compares a rendered text with the file that should hold it, and shows what differs; returns the exit code. */
export function verifyFile(text: string, file: string, { out, err }: CommandContext): number {
  const tell = (problem: string): number => {
    err.write(`gw: --verify: ${problem}\n`);
    return EXIT_FAILURE;
  };
  const present = readPresent(file);
  if ("problem" in present) return tell(present.problem);
  if (present.text === text) return EXIT_OK;

  const lines = present.text.replaceAll("\r\n", "\n");
  if (lines !== present.text) tell(`${file} has line ends of Windows (CRLF)`);
  if (lines === text) return EXIT_FAILURE;

  const patch = createTwoFilesPatch(file, "rendered", lines, text, undefined, undefined, {
    maxEditLength: MOST_EDITS,
  });
  if (patch === undefined) {
    const line = findDifference(lines, text);
    return tell(`${file} differs from line ${line} on, in too many lines to show`);
  }
  out.write(patch);
  return EXIT_FAILURE;
}

/** The time of a diff grows with their square: so many were found in 1.5 s. */
const MOST_EDITS = 5_000;

/** What is rendered stays below one, also with 1,024 nodes of long names. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Reads a file or a pipe, such as one from another host. */
function readPresent(file: string): { readonly text: string } | { readonly problem: string } {
  try {
    const descriptor = openSync(file, "r");
    try {
      const buffer = Buffer.alloc(MOST_BYTES + 1);
      let filled = 0;
      while (filled < buffer.length) {
        const count = readSync(descriptor, buffer, filled, buffer.length - filled, null);
        if (count === 0) return { text: buffer.toString("utf8", 0, filled) };
        filled += count;
      }
      return { problem: `${file} is larger than 8 MiB, which 'gw haproxy' never writes` };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const reason = describeSystemError(file, error).replace(/^(open|read) .*: /s, "");
    return { problem: `cannot read ${file}: ${reason}` };
  }
}

/** The first line, from 1, that is not the same. */
function findDifference(left: string, right: string): number {
  const others = right.split("\n");
  return left.split("\n").findIndex((line, index) => line !== others[index]) + 1;
}
