import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { describeSystemError } from "../config/source.ts";

const MODE = 0o644;

/**
 * Writes a text file that takes its place at once: readers see the old one or the new one, whole.
 * Returns why it could not, and then leaves nothing behind.
 */
export function writeOutputFile(path: string, text: string): string | undefined {
  const temporary = join(dirname(path), `.gw-${crypto.randomUUID()}`);
  try {
    const file = openSync(temporary, "wx", MODE);
    try {
      const bytes = Buffer.from(text, "utf8");
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fchmodSync(file, MODE);
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
