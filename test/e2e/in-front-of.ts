import { startGateway, type TestGateway } from "../support/gateway.ts";
import type { RawResponse } from "../support/raw-client.ts";
import type { ScriptedUpstream } from "../support/scripted-upstream.ts";

/** Below the limit of a test. */
const READ_LIMIT_MS = 3_000;

/** A JSON answer, whole and correct. */
export const HEALTHY = jsonAnswer('{"ok":1}');

/** What `HEALTHY` says when it must not be read. */
export const UNASKED = jsonAnswer('{"no":1}');

/**
 * A gateway with `return_error_msg` in front of one backend: `/json/{name}` and `/no-op/{name}` call
 * its path `/name` (GET and POST), `/hasty/json/{name}` and `/hasty/no-op/{name}` do with 300 ms.
 */
export interface FrontedBackend {
  readonly gateway: TestGateway;
  /** One answer on a connection of its own; throws when it is not whole. */
  get(path: string): Promise<RawResponse>;
  post(path: string, body: string): Promise<RawResponse>;
  /** Every byte of an answer, up to the end of the connection. */
  getRaw(path: string): Promise<string>;
  /** The same as `get`, or as another call, while the answer to another client is half sent; throws when that is disturbed. */
  besideBystander<Result>(call: () => Promise<Result>): Promise<Result>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts it; the backend's path `/bystander` needs the script `BYSTANDER`. */
export async function startInFrontOf(backend: ScriptedUpstream): Promise<FrontedBackend> {
  const endpoint = (path: string, method: string, timeout: string) => ({
    endpoint: `${path}/{name}`,
    method,
    timeout,
    output_encoding: path.endsWith("no-op") ? "no-op" : "json",
    backend: [{ url_pattern: "/{name}" }],
  });
  const gateway = await startGateway(
    {
      extra_config: { router: { return_error_msg: true } },
      endpoints: [
        endpoint("/json", "GET", "10s"),
        endpoint("/json", "POST", "10s"),
        endpoint("/no-op", "GET", "10s"),
        endpoint("/no-op", "POST", "10s"),
        endpoint("/hasty/json", "GET", "300ms"),
        endpoint("/hasty/no-op", "GET", "300ms"),
      ],
    },
    { backend },
    // Each worker has connections of its own, and what is looked at here is the next use of one.
    { args: ["--workers", "1"] },
  );
  const ask = async (request: string): Promise<RawResponse> => {
    using connection = await gateway.connect();
    connection.send(request);
    return await connection.readResponse({ timeoutMs: READ_LIMIT_MS });
  };
  const get = (path: string) => ask(`GET ${path} HTTP/1.1\r\nHost: gw\r\n\r\n`);
  return {
    gateway,
    get,
    post: (path, body) =>
      ask(`POST ${path} HTTP/1.1\r\nHost: gw\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
    getRaw: (path) =>
      gateway.raw(`GET ${path} HTTP/1.1\r\nHost: gw\r\nConnection: close\r\n\r\n`, READ_LIMIT_MS),
    async besideBystander(call) {
      const bystander = get("/no-op/bystander");
      const { socket } = await backend.visited("/bystander");
      const result = await call();
      socket.write(BYSTANDER_REST);
      const { text } = await bystander;
      if (text !== BYSTANDER_START + BYSTANDER_REST) throw new Error(`a bystander got ${text}`);
      return result;
    },
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

const BYSTANDER_START = '{"by":';
const BYSTANDER_REST = "123456}";

/** The first half of an answer. */
export const BYSTANDER = `${jsonHead(BYSTANDER_START.length + BYSTANDER_REST.length)}${BYSTANDER_START}`;

/** The same text wherever the backend listens. */
export function hostless(text: string): string {
  return text.replaceAll(/127\.0\.0\.1:\d+/g, "backend");
}

/** A head with a length. */
export function jsonHead(length: number): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
}

function jsonAnswer(body: string): string {
  return jsonHead(body.length) + body;
}
