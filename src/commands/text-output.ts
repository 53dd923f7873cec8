import { writeSync } from "node:fs";
import type { TextOutput } from "./command.ts";

/** An output by its file descriptor. It writes at once, so that nothing is lost when the process ends. */
export function openTextOutput(descriptor: number, isTerminal: boolean): TextOutput {
  return { isTerminal, write: (text) => writeText(descriptor, text) };
}

/** How long a slow reader of a full pipe is waited for, and between two attempts. */
const PATIENCE_MS = 5_000;
const RETRY_MS = 5;

function writeText(descriptor: number, text: string): void {
  const bytes = Buffer.from(text, "utf8");
  const deadline = Date.now() + PATIENCE_MS;
  for (let at = 0; at < bytes.length; ) {
    const written = tryWrite(descriptor, bytes.subarray(at));
    if (written === "closed" || Date.now() > deadline) return;
    if (written === 0) sleepSync(RETRY_MS);
    at += written;
  }
}

function tryWrite(descriptor: number, bytes: Buffer): number | "closed" {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    const isFull = error instanceof Error && "code" in error && error.code === "EAGAIN";
    return isFull ? 0 : "closed";
  }
}

/** Nothing else happens in a process that only prints. */
function sleepSync(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
