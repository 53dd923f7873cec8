import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
} from "node:http";

/** What every request takes that does not ask for more. */
const WORK_MS = 15;

/** What `/slow` takes. */
const SLOW_MS = 300;

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
  /** Ids of POSTs that were executed more than once. */
  executedTwice(): string[];
  stop(): void;
}

/** Answers `/broken` with 500 and all else with `{"id": …}`, after `?ms=` milliseconds, or 15, or 300 at `/slow`. */
export async function startClusterUpstream(host: string, port: number): Promise<ClusterUpstream> {
  const executions: Execution[] = [];
  const note = ({ url, method = "", headers }: IncomingMessage) => {
    const { pathname, searchParams } = new URL(url ?? "/", "http://upstream");
    const id = searchParams.get("id") ?? "";
    const execution = {
      id,
      method,
      path: pathname,
      takesMs: Number(searchParams.get("ms") ?? (pathname === "/slow" ? SLOW_MS : WORK_MS)),
      headers,
    };
    executions.push(execution);
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
    executedTwice: () => repeatedIds(executions.filter(({ method }) => method === "POST")),
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

function repeatedIds(executions: readonly Execution[]): string[] {
  const seen = new Set<string>();
  return executions.flatMap(({ id }) => {
    if (seen.has(id)) return [id];
    seen.add(id);
    return [];
  });
}
