import { spawn } from "node:child_process";
import { connect } from "node:net";
import { residentKilobytes } from "./resident.ts";

/** What starting a gateway came to. */
export interface StartResult {
  /** From the start of the process to the first byte of the first answer, one for each start. */
  readonly milliseconds: readonly number[];
  /** Of the last start, idle for a while after its first answer. */
  readonly idleKilobytes: number;
}

const ASK_AGAIN_MS = 1;
const IDLE_MS = 2_000;

/** Starts a gateway again and again and asks it for its health until it answers. */
export async function measureStart(
  command: readonly [string, ...string[]],
  port: number,
  times: number,
): Promise<StartResult> {
  const milliseconds: number[] = [];
  let idleKilobytes = 0;
  for (let round = 1; round <= times; round++) {
    const startedAt = performance.now();
    const child = spawn(command[0], command.slice(1), { stdio: "ignore" });
    const ended = new Promise((resolve) => child.once("close", resolve));
    while (!(await answers(port))) {
      if (child.exitCode !== null) throw new Error(`${command.join(" ")} ended`);
      await sleep(ASK_AGAIN_MS);
    }
    milliseconds.push(performance.now() - startedAt);
    if (round === times) {
      await sleep(IDLE_MS);
      idleKilobytes = residentKilobytes(child.pid ?? 0);
    }
    child.kill("SIGKILL");
    await ended;
  }
  return { milliseconds, idleKilobytes };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write("GET /__health HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n");
    });
    socket.once("data", (chunk) => {
      socket.destroy();
      resolve(chunk.toString("latin1").startsWith("HTTP/1.1 200 "));
    });
    socket.once("error", () => resolve(false));
    socket.once("close", () => resolve(false));
  });
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
