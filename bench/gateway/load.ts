import { spawn } from "node:child_process";
import { LOAD_CORE } from "./processes.ts";

/** What a load generator counted. */
export interface LoadResult {
  readonly requests: number;
  readonly durationSeconds: number;
  /** Answers that were not 2xx, and socket errors. */
  readonly failures: number;
}

/** Keeps so many connections busy for so long with `wrk`, on the load's own core. */
export async function runLoad(
  url: string,
  connections: number,
  seconds: number,
): Promise<LoadResult> {
  const words = ["-c", String(LOAD_CORE), "wrk", "-t1", `-c${connections}`, `-d${seconds}s`, url];
  const output = await readOutput("taskset", words);
  const counted = /(\d+) requests in ([\d.]+)s/.exec(output);
  if (counted === null) throw new Error(`wrk said: ${output}`);

  const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(
    output,
  );
  const bad = Number(/Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? 0);
  const broken = (errors ?? []).slice(1).reduce((total, one) => total + Number(one), 0);
  return {
    requests: Number(counted[1]),
    durationSeconds: Number(counted[2]),
    failures: bad + broken,
  };
}

/** How a burst of requests, each on a connection of its own, was answered. */
export interface BurstResult {
  readonly answered: number;
  /** From the first request sent to the last answer. */
  readonly totalMs: number;
}

/** Opens all connections, sends one request on each at once and waits for all answers, at most 10 s. */
export async function runBurst(port: number, path: string, count: number): Promise<BurstResult> {
  const request = `GET ${path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n`;
  const finished = Promise.withResolvers<void>();
  let answered = 0;
  let settled = 0;
  const settle = (socket: { data: { isSettled: boolean } }): void => {
    if (socket.data.isSettled) return;
    socket.data.isSettled = true;
    settled++;
    if (settled === count) finished.resolve();
  };
  const sockets = await Promise.all(
    Array.from({ length: count }, () =>
      Bun.connect<{ isSettled: boolean }>({
        hostname: "127.0.0.1",
        port,
        data: { isSettled: false },
        socket: {
          data: (socket, chunk) => {
            if (chunk.toString("latin1", 0, 12) === "HTTP/1.1 200") answered++;
            settle(socket);
          },
          close: settle,
        },
      }),
    ),
  );
  const startedAt = performance.now();
  for (const socket of sockets) socket.write(request);
  const timer = setTimeout(finished.resolve, 10_000);
  await finished.promise;
  clearTimeout(timer);
  const totalMs = performance.now() - startedAt;
  for (const socket of sockets) socket.terminate();
  return { answered, totalMs };
}

function readOutput(command: string, words: readonly string[]): Promise<string> {
  const child = spawn(command, words, { stdio: ["ignore", "pipe", "inherit"] });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve(Buffer.concat(chunks).toString("utf8")));
  });
}
