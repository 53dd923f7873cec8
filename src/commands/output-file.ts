import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
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
  const present = statSync(path, { throwIfNoEntry: false });
  if (present !== undefined && !present.isFile()) {
    return `${path} is no regular file; nothing was written`;
  }
  return present === undefined
    ? replaceFile(path, text, undefined)
    : replaceFile(realpathSync(path), text, present);
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
    rmSync(temporary, { force: true });
    return `${describeSystemError(path, error)}; nothing was written`;
  }
}
