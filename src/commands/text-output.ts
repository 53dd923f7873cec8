import { writeSync } from "node:fs";
import type { TextOutput } from "./command.ts";

/** An output of the process that remembers what went wrong with it. */
export interface ProcessOutput extends TextOutput {
  /** Why not everything was written, in words; `null`: it was, or the reader has gone, which is no error. */
  readonly failure: string | null;
}

/** An output by its file descriptor. It writes at once, so that nothing is lost when the process ends. */
export function openTextOutput(descriptor: number, isTerminal: boolean): ProcessOutput {
  let failure: string | null = null;
  return {
    isTerminal,
    get failure() {
      return failure;
    },
    write(text) {
      failure ??= writeText(descriptor, text);
    },
  };
}

/** How long a slow reader of a full pipe is waited for, and between two attempts. */
const PATIENCE_MS = 5_000;
const RETRY_MS = 5;

function writeText(descriptor: number, text: string): string | null {
  const bytes = Buffer.from(text, "utf8");
  const deadline = Date.now() + PATIENCE_MS;
  for (let at = 0; at < bytes.length; ) {
    const written = tryWrite(descriptor, bytes.subarray(at));
    if (typeof written === "string") return READER_GONE.has(written) ? null : describe(written);
    if (written === 0 && Date.now() > deadline) return "nobody reads it";
    if (written === 0) sleepSync(RETRY_MS);
    at += written;
  }
  return null;
}

/** How many bytes were taken, or the code of the system's refusal. */
function tryWrite(descriptor: number, bytes: Buffer): number | string {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "EIO";
    return code === "EAGAIN" ? 0 : code;
  }
}

/** `head` that has seen enough. */
const READER_GONE: ReadonlySet<string> = new Set(["EPIPE", "ECONNRESET"]);

const SYSTEM_TEXTS: ReadonlyMap<string, string> = new Map([
  ["ENOSPC", "no space left on device"],
  ["EDQUOT", "disk quota exceeded"],
  ["EFBIG", "file too large"],
  ["EBADF", "it is closed"],
  ["EIO", "input/output error"],
]);

function describe(code: string): string {
  return SYSTEM_TEXTS.get(code) ?? code;
}

/** Nothing else happens in a process that only prints. */
function sleepSync(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
