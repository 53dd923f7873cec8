import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describeSystemError } from "../config/source.ts";

const MODE = 0o644;

/**
 * Writes a text file that takes its place at once: readers see the old one or the new one, whole.
 * A link is followed, a file that is there keeps its owner and mode, and what is no file is refused.
 * Returns why it could not, and then leaves nothing behind.
 */
export function writeOutputFile(path: string, text: string): string | undefined {
  const problem = tryToWrite(path, text);
  return problem === undefined ? undefined : `${problem}; nothing was written`;
}

function tryToWrite(path: string, text: string): string | undefined {
  try {
    const present = statSync(path, { throwIfNoEntry: false });
    if (present !== undefined && !present.isFile()) return `${path} is no regular file`;
    if (present !== undefined) return replaceFile(realpathSync(path), text, present);
    const isLink = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    if (isLink) return `${path} is a link to a file that is not there`;
    return replaceFile(path, text, undefined);
  } catch (error) {
    return describe(path, error);
  }
}

function replaceFile(path: string, text: string, present: Stats | undefined): string | undefined {
  const temporary = join(dirname(path), `.gw-${crypto.randomUUID()}`);
  try {
    const file = openSync(temporary, "wx", MODE);
    try {
      const bytes = Buffer.from(text, "utf8");
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      if (present !== undefined) fchownSync(file, present.uid, present.gid);
      fchmodSync(file, present === undefined ? MODE : present.mode & 0o777);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    return undefined;
  } catch (error) {
    removeIfThere(temporary);
    return describe(path, error);
  }
}

function removeIfThere(path: string): void {
  try {
    rmSync(path);
  } catch {
    // Where it could not be made, it need not be removed.
  }
}

const SYSTEM_TEXTS = new Map([
  ["ENOSPC", "no space left on device"],
  ["EDQUOT", "disk quota exceeded"],
  ["EFBIG", "file too large"],
  ["EROFS", "read-only file system"],
]);

function describe(path: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const text = SYSTEM_TEXTS.get(code);
  return text === undefined ? describeSystemError(path, error) : `write ${path}: ${text}`;
}
