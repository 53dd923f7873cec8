import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";

import { CARRIES_MARK, CARRIES_MARK_OFFSET } from "../platform/elf.ts";

/** What a program file is made of. */
export interface ProgramParts {
  /** An open program. */
  readonly descriptor: number;
  /** So much of its beginning is copied. */
  readonly programBytes: number;
  /** What follows. */
  readonly appendix: Uint8Array;
  /** Asked between two pieces. */
  readonly isCancelled: () => boolean;
}

/** Why there is no new program; what stood at the path still stands there, and nothing beside it. */
export interface WriteFailure {
  readonly path: string;
  /** A clause for the user. */
  readonly problem: string;
}

/**
 * Writes a program that anybody may run, as the process's `umask` lets them. It is written beside
 * its place, brought to the disk, and then takes the place at once: also that of a running program.
 */
export async function writeProgram(
  path: string,
  parts: ProgramParts,
): Promise<WriteFailure | null> {
  const folder = dirname(path);
  const temporary = join(folder, `.gw-embed-${crypto.randomUUID()}`);
  try {
    const problem = await writeWhole(temporary, parts);
    if (problem !== null) return abandon(problem);
    renameSync(temporary, path);
  } catch (error) {
    return abandon(describe(error, folder, parts));
  }
  syncFolder(folder);
  return null;

  function abandon(problem: string): WriteFailure {
    removeIfThere(temporary);
    return { path, problem };
  }
}

const PIECE_BYTES = 4 * 1024 * 1024;

async function writeWhole(path: string, parts: ProgramParts): Promise<string | null> {
  const { descriptor, programBytes, appendix, isCancelled } = parts;
  const target = openSync(path, "wx", 0o755);
  try {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    for (let at = 0; at < programBytes; ) {
      const taken = readSync(descriptor, piece, 0, Math.min(PIECE_BYTES, programBytes - at), at);
      if (at === 0) piece[CARRIES_MARK_OFFSET] = CARRIES_MARK;
      if (taken === 0) return "this program's file became shorter meanwhile";
      writeAll(target, piece.subarray(0, taken));
      at += taken;
      // Signals arrive in between.
      await setImmediate();
      if (isCancelled()) return "ended by a signal";
    }
    writeAll(target, appendix);
    fsyncSync(target);
    return null;
  } finally {
    closeSync(target);
  }
}

function writeAll(target: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(target, bytes, at);
}

function removeIfThere(path: string): void {
  try {
    rmSync(path);
  } catch {
    // Where it could not be made, it need not be removed.
  }
}

/** Makes the new name last; not every file system can, and the file itself is safe already. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // A crash right now may bring back what stood there before, whole.
  }
}

function describe(
  error: unknown,
  folder: string,
  { programBytes, appendix }: ProgramParts,
): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  const wanted = programBytes + appendix.length;
  switch (code) {
    case "ENOSPC":
      return `no space left on the device of ${folder}: ${wanted} bytes are needed`;
    case "EDQUOT":
      return `the disk quota is used up: ${wanted} bytes are needed`;
    case "EFBIG":
      return `file too large: ${wanted} bytes are more than the file system or 'ulimit -f' allows`;
    case "EACCES":
    case "EPERM":
      return `permission denied in the folder ${folder}`;
    case "EROFS":
      return `the file system of ${folder} is read-only`;
    case "ENOENT":
      return `there is no folder ${folder}`;
    case "ENOTDIR":
      return `${folder} is not a folder`;
    default:
      return code;
  }
}
