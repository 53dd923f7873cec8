// Clients as a process of their own, so that they can stand on any host of a network:
//
//   bun test/cluster/network-load.ts ADDRESS PORT CLIENTS LIMIT_MS
//
// Each asks GET /who, waits for the answer on a kept connection and asks again. Every 50 ms one line
// of JSON says what happened since the last (LoadInterval). Ends with SIGTERM.
import { connect, type Socket } from "node:net";

const REPORT_INTERVAL_MS = 50;
const PAUSE_AFTER_FAILURE_MS = 20;
const REQUEST = "GET /who HTTP/1.1\r\nHost: gw\r\n\r\n";

/** What the clients met between two lines. */
export interface LoadInterval {
  readonly answered: number;
  /** One text for each request that did not end in a complete answer of status 200. */
  readonly failures: readonly string[];
  /** The slowest answer. */
  readonly worstMs: number;
  /** The longest time that ended in this interval in which no client at all was answered. */
  readonly silenceMs: number;
  /** How long the oldest request of all clients has been waiting at the interval's end. */
  readonly waitingMs: number;
  /** Answers by the node's address. */
  readonly byNode: Readonly<Record<string, number>>;
}

if (import.meta.main) {
  const [address = "", port = "", clients = "", limitMs = ""] = process.argv.slice(2);
  let answered = 0;
  let failures: string[] = [];
  let worstMs = 0;
  let silenceMs = 0;
  let byNode: Record<string, number> = {};
  let lastAnswer = performance.now();

  const begins = new Map<number, number>();

  const askForEver = async (client: number): Promise<void> => {
    let socket: Socket | undefined;
    for (;;) {
      const began = performance.now();
      begins.set(client, began);
      socket ??= connect(Number(port), address);
      const result = await ask(socket, Number(limitMs));
      const now = performance.now();
      if ("node" in result) {
        answered += 1;
        worstMs = Math.max(worstMs, now - began);
        silenceMs = Math.max(silenceMs, now - lastAnswer);
        byNode[result.node] = (byNode[result.node] ?? 0) + 1;
        lastAnswer = now;
        continue;
      }
      failures.push(result.failure);
      socket.destroy();
      socket = undefined;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_FAILURE_MS));
    }
  };
  for (let count = 0; count < Number(clients); count += 1) void askForEver(count);

  setInterval(() => {
    const waitingMs = performance.now() - Math.min(...begins.values());
    const interval: LoadInterval = { answered, failures, worstMs, silenceMs, waitingMs, byNode };
    console.log(JSON.stringify(interval));
    answered = 0;
    failures = [];
    worstMs = 0;
    silenceMs = 0;
    byNode = {};
  }, REPORT_INTERVAL_MS);
}

type Result = { readonly node: string } | { readonly failure: string };

function ask(socket: Socket, limitMs: number): Promise<Result> {
  let text = "";
  return new Promise((resolve) => {
    const settle = (result: Result): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      // A connection without a listener would end the process when it breaks while idle.
      socket.on("error", () => {});
      resolve(result);
    };
    const timer = setTimeout(() => settle({ failure: "no answer in time" }), limitMs);
    socket.on("error", (error) => settle({ failure: error.message }));
    socket.on("close", () => settle({ failure: "connection closed" }));
    socket.on("end", () => settle({ failure: "connection ended" }));
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      const result = readAnswer(text);
      if (result !== undefined) settle(result);
    });
    socket.write(REQUEST);
  });
}

/** `undefined`: there is more to come. */
function readAnswer(text: string): Result | undefined {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd === -1) return undefined;

  const status = text.slice(9, 12);
  if (status !== "200") return { failure: `status ${status}` };
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, headEnd))?.[1];
  if (length === undefined) return { failure: "an answer without its length" };
  const body = text.slice(headEnd + 4);
  if (body.length < Number(length)) return undefined;
  return { node: /"node":"([\d.]+)"/.exec(body)?.[1] ?? "unknown" };
}
