import { createServer, type Server, type ServerResponse } from "node:http";
import { openConnection, type RawConnection, type RawResponse } from "../support/raw-client.ts";

/** An upstream that notes the id of each request it sees: `?id=` of its target. */
export interface CountingUpstream {
  readonly port: number;
  readonly seen: ReadonlySet<string>;
  stop(): void;
}

const SLOW_MS = 1_300;
const DOWNLOAD_PIECES = 12;
const PIECE_DELAY_MS = 60;
const PIECE = "x".repeat(20_000);

/** Answers `/fast` at once, `/slow` late, `/upload` after the body, `/download` in pieces, `/stuck` never. */
export async function startCountingUpstream(): Promise<CountingUpstream> {
  const seen = new Set<string>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://upstream");
    const id = searchParams.get("id") ?? "";
    seen.add(id);
    let received = 0;
    request.on("data", (chunk: Buffer) => {
      received += chunk.length;
    });
    request.on("end", () => {
      if (pathname === "/slow") setTimeout(() => answer(response, { id }), SLOW_MS);
      else if (pathname === "/download") void download(response);
      else if (pathname !== "/stuck") answer(response, { id, received });
    });
  });
  const port = await listen(server);
  return {
    port,
    seen,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The endpoints of a gateway in front of it, for `startGateway`. */
export function endpointsOf({ port }: CountingUpstream) {
  const endpoint = (path: string, method: string) => ({
    endpoint: path,
    method,
    input_query_strings: ["id"],
    output_encoding: "no-op",
    backend: [{ url_pattern: path, method, encoding: "no-op" }],
  });
  return {
    timeout: "30s",
    host: [`http://127.0.0.1:${port}`],
    endpoints: [
      endpoint("/fast", "GET"),
      endpoint("/slow", "GET"),
      endpoint("/download", "GET"),
      endpoint("/stuck", "GET"),
      endpoint("/upload", "POST"),
    ],
  };
}

function answer(response: ServerResponse, body: object): void {
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(body));
}

async function download(response: ServerResponse): Promise<void> {
  response.setHeader("Content-Length", DOWNLOAD_PIECES * PIECE.length);
  for (let i = 0; i < DOWNLOAD_PIECES; i++) {
    response.write(PIECE);
    await pause(PIECE_DELAY_MS);
  }
  response.end();
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" ? (address?.port ?? 0) : 0);
    });
  });
}

/** One request that was tried. */
export interface Attempt {
  readonly id: string;
  readonly kind: RequestKind;
  /** The connection had served a request before. */
  readonly isReused: boolean;
  readonly startedAt: number;
  /** `refused`: nobody listened; `lost`: connected, but no whole answer came. */
  readonly outcome: "answered" | "refused" | "lost";
  readonly status: number;
  readonly endsConnection: boolean;
  /** Why it was lost. */
  readonly error: string;
}

/** What a client asks for, again and again. */
export type RequestKind = "fast" | "slow" | "upload" | "download";

/** Clients that send one request after the other until nobody listens. */
export class Load {
  readonly attempts: Attempt[] = [];
  readonly #port: number;
  readonly #clients: Promise<void>[] = [];
  #nextId = 0;
  #isOver = false;

  constructor(port: number) {
    this.#port = port;
  }

  /** With keep-alive a connection is used until the gateway ends it. */
  add(count: number, kind: RequestKind, keepsAlive: boolean): void {
    for (let i = 0; i < count; i++) this.#clients.push(this.#run(kind, keepsAlive));
  }

  /** Resolves once all clients have found nobody. */
  async over(): Promise<void> {
    await Promise.all(this.#clients);
  }

  /** Resolves once so many requests were answered. */
  async answered(count: number): Promise<void> {
    while (this.attempts.length < count) await pause(5);
  }

  async #run(kind: RequestKind, keepsAlive: boolean): Promise<void> {
    let connection: RawConnection | null = null;
    while (!this.#isOver) {
      const id = `${kind}-${this.#nextId++}`;
      const startedAt = performance.now();
      const isReused = connection !== null;
      const note = (result: Pick<Attempt, "outcome"> & Partial<Attempt>) => {
        const blank = { status: 0, endsConnection: false, error: "" };
        this.attempts.push({ id, kind, isReused, startedAt, ...blank, ...result });
      };
      try {
        connection ??= await openConnection(this.#port);
      } catch (error) {
        const isRefused = error instanceof Error && error.message.includes("ECONNREFUSED");
        note({ outcome: isRefused ? "refused" : "lost", error: String(error) });
        if (isRefused) this.#isOver = true;
        continue;
      }
      try {
        const response = await exchange(connection, { kind, id, keepsAlive });
        const endsConnection = response.headers.connection?.includes("close") === true;
        note({ outcome: "answered", status: response.status, endsConnection });
        if (keepsAlive && !endsConnection) continue;
      } catch (error) {
        note({ outcome: "lost", error: String(error) });
      }
      connection.destroy();
      connection = null;
    }
    connection?.destroy();
  }
}

const UPLOAD_PIECES = 10;

async function exchange(
  connection: RawConnection,
  { kind, id, keepsAlive }: { kind: RequestKind; id: string; keepsAlive: boolean },
): Promise<RawResponse> {
  const isUpload = kind === "upload";
  const length = isUpload ? `Content-Length: ${UPLOAD_PIECES * PIECE.length}\r\n` : "";
  const close = keepsAlive ? "" : "Connection: close\r\n";
  const line = `${isUpload ? "POST" : "GET"} /${kind}?id=${id} HTTP/1.1`;
  connection.send(`${line}\r\nHost: gw\r\n${length}${close}\r\n`);
  for (let i = 0; isUpload && i < UPLOAD_PIECES; i++) {
    await pause(PIECE_DELAY_MS);
    connection.send(PIECE);
  }
  const response = await connection.readResponse({ timeoutMs: 10_000 });
  const isWhole =
    kind === "download"
      ? response.text.length === DOWNLOAD_PIECES * PIECE.length
      : response.text.includes(`"${id}"`);
  if (response.status === 200 && !isWhole) throw new Error(`not its answer: ${response.text}`);
  return response;
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
