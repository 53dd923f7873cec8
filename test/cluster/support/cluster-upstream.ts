import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
} from "node:http";

/** What every request takes that does not ask for more. */
const WORK_MS = 15;

/** A request as the upstream saw it. */
export interface Execution {
  /** `?id=` of its target. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly takesMs: number;
  readonly headers: IncomingHttpHeaders;
}

/** An upstream that notes every request it executes. */
export interface ClusterUpstream {
  /** Without a final slash. */
  readonly url: string;
  readonly executions: readonly Execution[];
  /** How often each id was executed. */
  readonly counts: ReadonlyMap<string, number>;
  stop(): void;
}

/** Answers `/broken` with 500 and all else with `{"id": …}`, after `?ms=` milliseconds, or `workMs` (15). */
export async function startClusterUpstream(
  host: string,
  port: number,
  workMs = WORK_MS,
): Promise<ClusterUpstream> {
  const executions: Execution[] = [];
  const counts = new Map<string, number>();
  const note = ({ url, method = "", headers }: IncomingMessage) => {
    const { pathname, searchParams } = new URL(url ?? "/", "http://upstream");
    const id = searchParams.get("id") ?? "";
    const execution = {
      id,
      method,
      path: pathname,
      takesMs: Number(searchParams.get("ms") ?? workMs),
      headers,
    };
    executions.push(execution);
    counts.set(id, (counts.get(id) ?? 0) + 1);
    return execution;
  };
  const server = createServer((request, response) => {
    const { id, path, takesMs } = note(request);
    request.resume();
    request.on("end", () => {
      setTimeout(() => {
        response.writeHead(path === "/broken" ? 500 : 200, {
          "Content-Type": "application/json",
        });
        response.end(JSON.stringify({ id }));
      }, takesMs);
    });
  });
  await listen(server, host, port);
  return {
    url: `http://${host}:${port}`,
    executions,
    counts,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve());
  });
}
