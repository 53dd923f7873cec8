import { connect } from "node:net";
import { RawConnection } from "../../support/raw-client.ts";
import { until } from "./until.ts";

/** Longer than whatever a balancer may take. */
const ANSWER_LIMIT_MS = 15_000;

/** What some clients do, again and again. */
export interface Work {
  readonly method: "GET" | "HEAD" | "POST";
  readonly path: string;
  /** How long the upstream takes; absent: its default. */
  readonly takesMs?: number;
  /** A new connection for every request. */
  readonly isConnecting?: boolean;
}

/** One request, with whatever became of it. */
export interface Attempt extends Work {
  readonly id: string;
  readonly startedAt: number;
  readonly tookMs: number;
  /** 0: no whole answer came. */
  readonly status: number;
  /** Why none came. */
  readonly error: string;
}

/** Clients that send one request after the other and count every single failure. */
export class ClusterLoad {
  readonly attempts: Attempt[] = [];
  readonly #host: string;
  readonly #port: number;
  readonly #clients: Promise<void>[] = [];
  /** When each request without an answer was sent. */
  readonly #pending = new Map<string, number>();
  #nextId = 0;
  #isOver = false;

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  /** Starts so many clients. */
  add(count: number, work: Work): void {
    for (let i = 0; i < count; i++) this.#clients.push(this.#run(work));
  }

  /** Resolves once so many more requests have ended, well or not. */
  async more(count: number): Promise<void> {
    const wanted = this.attempts.length + count;
    await until(`${count} more requests have ended`, () => this.attempts.length >= wanted, 20_000);
  }

  /** Resolves once every request of before now has ended. */
  async settled(): Promise<void> {
    const now = performance.now();
    await until("all requests of before have ended", () => {
      return [...this.#pending.values()].every((startedAt) => startedAt > now);
    });
  }

  /** Lets every client finish its request. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
  }

  /** Those of the attempts that did not end in 200. */
  failures(isCounted: (attempt: Attempt) => boolean = () => true): Attempt[] {
    return this.attempts.filter((attempt) => attempt.status !== 200 && isCounted(attempt));
  }

  async #run(work: Work): Promise<void> {
    let connection: RawConnection | undefined;
    while (!this.#isOver) {
      const id = `${work.method}-${this.#nextId++}`;
      const startedAt = performance.now();
      this.#pending.set(id, startedAt);
      const note = (status: number, error = "") => {
        this.#pending.delete(id);
        const tookMs = performance.now() - startedAt;
        this.attempts.push({ ...work, id, startedAt, tookMs, status, error });
      };
      try {
        connection ??= await open(this.#host, this.#port);
        const { status, isLast } = await exchange(connection, work, id);
        note(status);
        if (!isLast) continue;
      } catch (error) {
        note(0, String(error));
      }
      connection?.destroy();
      connection = undefined;
    }
    connection?.destroy();
  }
}

/** Connects to any address, from `localAddress` where it is given. */
export async function open(
  host: string,
  port: number,
  localAddress?: string,
): Promise<RawConnection> {
  const from = localAddress === undefined ? {} : { localAddress };
  const socket = connect({ host, port, allowHalfOpen: true, ...from });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  return new RawConnection(socket);
}

async function exchange(connection: RawConnection, work: Work, id: string) {
  const { method, path, takesMs, isConnecting = false } = work;
  const target = `${path}?id=${id}${takesMs === undefined ? "" : `&ms=${takesMs}`}`;
  const body = method === "POST" ? JSON.stringify({ id }) : "";
  connection.send(
    `${method} ${target} HTTP/1.1\r\nHost: gw\r\n${
      method === "POST" ? `Content-Length: ${body.length}\r\n` : ""
    }${isConnecting ? "Connection: close\r\n" : ""}\r\n${body}`,
  );
  const { status, text, headers } = await connection.readResponse({
    method,
    timeoutMs: ANSWER_LIMIT_MS,
  });
  if (status === 200 && method !== "HEAD" && !text.includes(`"${id}"`)) {
    throw new Error(`not its answer: ${text}`);
  }
  return { status, isLast: isConnecting || headers.connection?.includes("close") === true };
}
