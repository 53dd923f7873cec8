import { closeSync, openSync, readSync, realpathSync, type Stats, statSync } from "node:fs";

/** Where a program may be written, or why it must not; the problem is a clause for the user. */
export type EmbedTarget = { readonly path: string } | { readonly problem: string };

/**
 * Looks at what stands at a path before a program takes its place: only nothing, an empty file or
 * another program may be lost. A link is followed, as `cp` does.
 */
export function findTarget(out: string, configFile: string): EmbedTarget {
  if (out.endsWith("/")) return { problem: "it names a folder; add the name of a file" };
  const found = stat(out);
  if (found === undefined) return { path: out };
  if (found.isDirectory()) return { problem: "it is a folder; add the name of a file" };
  if (!found.isFile()) return { problem: "it is no regular file" };
  if (isSameFile(found, stat(configFile))) return { problem: "it is the configuration itself" };
  if (found.size > 0 && !mayBeProgram(out)) {
    return { problem: "a file that is no program has this name; remove it first" };
  }
  return { path: realpathSync(out) };
}

function stat(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    // Absent or out of reach: writing will tell.
    return undefined;
  }
}

function isSameFile(left: Stats, right: Stats | undefined): boolean {
  return right !== undefined && left.dev === right.dev && left.ino === right.ino;
}

/** Also of a file that must not be read: programs may be so. */
function mayBeProgram(path: string): boolean {
  const beginning = Buffer.alloc(ELF_MAGIC.length);
  try {
    const descriptor = openSync(path, "r");
    readSync(descriptor, beginning, 0, beginning.length, 0);
    closeSync(descriptor);
  } catch {
    return true;
  }
  return beginning.equals(ELF_MAGIC);
}

const ELF_MAGIC = Buffer.from("\x7fELF", "latin1");
