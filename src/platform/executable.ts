import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { CARRIES_MARK, CARRIES_MARK_OFFSET, ELF_HEADER_BYTES, findElfEnd } from "./elf.ts";

/** The file that this process was started from, open for reading. */
export interface Executable {
  /** For reading at positions; {@link closeExecutable} ends it. */
  readonly descriptor: number;
  /** Of the whole file. */
  readonly bytes: number;
  /** Of the program in it; what follows was appended. `undefined`: the file is no ELF program. */
  readonly programBytes: number | undefined;
  /** By the mark in its header it was written to carry a configuration. */
  readonly isMarked: boolean;
}

/** Is this a compiled gw, and not Bun or Deno that runs its source? */
export function isCompiled(): boolean {
  return typeof Bun !== "undefined" && Bun.main.startsWith("/$bunfs/");
}

/** Opens the running program's file; throws what the system says when it must not be read. */
export function openExecutable(): Executable {
  const descriptor = openOwnFile();
  const header = new Uint8Array(ELF_HEADER_BYTES);
  readSync(descriptor, header, 0, ELF_HEADER_BYTES, 0);
  return {
    descriptor,
    bytes: fstatSync(descriptor).size,
    programBytes: findElfEnd(header),
    isMarked: header[CARRIES_MARK_OFFSET] === CARRIES_MARK,
  };
}

/** Gives the file back. */
export function closeExecutable({ descriptor }: Executable): void {
  closeSync(descriptor);
}

/** The link leads to the file that runs, also when another one has taken its name since the start. */
function openOwnFile(): number {
  try {
    return openSync("/proc/self/exe", "r");
  } catch (error) {
    const isAbsent = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (!isAbsent) throw error;
    return openSync(process.execPath, "r");
  }
}
