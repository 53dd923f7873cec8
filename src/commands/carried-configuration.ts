import { readSync } from "node:fs";
import { type Appendix, readAppendix } from "../config/appendix.ts";
import { describeSystemError } from "../config/source.ts";
import {
  closeExecutable,
  type Executable,
  isCompiled,
  openExecutable,
} from "../platform/executable.ts";
import {
  type Command,
  type CommandContext,
  configOption,
  EXIT_FAILURE,
  type GivenArguments,
} from "./command.ts";

/** Looks once, when it is first asked, for the configuration behind the running program. */
export function carriedReader(): () => Appendix {
  let carried: Appendix | undefined;
  return () => {
    carried ??= isCompiled() ? readCarried() : { kind: "none" };
    return carried;
  };
}

/** How messages name a carried configuration; the name is that of the file it came from. */
export function embeddedName(name: string): string {
  return `embedded ${name}`;
}

/**
 * Refuses a command that would use a carried configuration that is not whole: to serve the built-in
 * one in its place would be a surprise. Returns the exit code, or `undefined` where all is well.
 */
export function refuseDamaged(
  command: Command,
  { options }: GivenArguments,
  { carried, err }: CommandContext,
): number | undefined {
  const wantsCarried = command.options.includes(configOption) && !options.has(configOption.long);
  const found = wantsCarried ? carried?.() : undefined;
  if (found?.kind !== "damaged") return undefined;
  err.write(`ERROR reading the embedded configuration: ${found.reason}\n`);
  err.write(`${REMEDY}\n`);
  return EXIT_FAILURE;
}

const REMEDY =
  "Copy the program again, embed with 'gw embed -c FILE -o OUT', or give a file with -c.";

function readCarried(): Appendix {
  let executable: Executable;
  try {
    executable = openExecutable();
  } catch (error) {
    const reason = describeSystemError(process.execPath, error);
    return {
      kind: "damaged",
      reason: `the program must be readable (chmod a+r), not only executable: ${reason}`,
    };
  }
  try {
    return readBehindProgram(executable);
  } finally {
    closeExecutable(executable);
  }
}

function readBehindProgram(executable: Executable): Appendix {
  const { descriptor, bytes, programBytes, isMarked } = executable;
  // Only ELF programs are embedded into.
  if (programBytes === undefined) return { kind: "none" };
  if (isMarked && bytes === programBytes) {
    return { kind: "damaged", reason: "the program once carried one: it was cut off" };
  }
  return readAppendix({
    length: bytes - programBytes,
    read(position, length) {
      const target = new Uint8Array(length);
      readSync(descriptor, target, 0, length, programBytes + position);
      return target;
    },
  });
}
