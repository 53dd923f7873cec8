import { Elysia } from "elysia";
import type { Answer, ClientRequest, Handler } from "../contracts.ts";
import { type HeaderList, toCanonicalName } from "../http1/header-list.ts";
import type { Logger } from "../logging/logger.ts";
import { debugBody, logRequest } from "./debug.ts";
import { renderEcho } from "./echo.ts";
import { drainingHealth, type HealthClock, renderHealth } from "./health.ts";

/** What gw itself says on the clients' port. None of its answers carries KrakenD's own headers. */
export interface Pages {
  readonly health: Handler;
  /** Answers any method and logs the request at DEBUG. */
  readonly debug: Handler;
  /** Answers any method with a description of the request. */
  readonly echo: Handler;
}

/** What the pages show. */
export interface PagesOptions {
  readonly log: Logger;
  /** True: health answers 503, so that balancers send nobody here any more. */
  readonly isDraining: () => boolean;
  readonly clock?: HealthClock;
}

/**
 * Elysia's own router finds the path by counting characters of the URL, so it never sees what a
 * client sent: it gets a URL made here, and the client's request travels beside it.
 */
export function createPages(options: PagesOptions): Pages {
  const { isDraining, clock = PROCESS_CLOCK } = options;
  const debugLog = options.log.child("[ENDPOINT: /__debug/*]");
  const visits = new WeakMap<Request, Visit>();
  const visitOf = (request: Request): Visit => {
    const visit = visits.get(request);
    if (visit === undefined) throw new Error("a page was asked without a client's request");
    return visit;
  };

  const app = new Elysia()
    // First, since it covers only the routes that follow.
    .onError(({ request, error }) => {
      // Elysia would show the message to the client; the server knows what to do with a bug.
      visitOf(request).failure = error;
      return new Response(null, { status: 500 });
    })
    .get("/health", () =>
      isDraining() ? json(503, drainingHealth, NO_STORE) : json(200, renderHealth(clock)),
    )
    .get("/debug", async ({ request }) => {
      await logRequest(visitOf(request).client, debugLog);
      return json(200, debugBody);
    })
    .get("/echo", async ({ request }) => {
      const body = await renderEcho(visitOf(request).client);
      return body === null ? new Response(null, { status: 413 }) : json(200, body);
    });

  const page = (path: string): Handler => {
    const url = `http://gw.internal${path}`;
    return async (client) => {
      const request = new Request(url);
      const visit: Visit = { client, failure: undefined };
      visits.set(request, visit);
      const response = await app.fetch(request);
      if (visit.failure !== undefined) throw visit.failure;
      return toAnswer(response);
    };
  };
  return { health: page("/health"), debug: page("/debug"), echo: page("/echo") };
}

interface Visit {
  readonly client: ClientRequest;
  /** What a page threw. */
  failure: unknown;
}

const PROCESS_CLOCK: HealthClock = { nowMs: Date.now, uptimeMs: () => performance.now() };

const NO_STORE = { "Cache-Control": "no-store" };

/** `body` holds one byte per character (latin1). */
function json(status: number, body: string, headers: Record<string, string> = {}): Response {
  const type = { "Content-Type": "application/json; charset=utf-8" };
  return new Response(Buffer.from(body, "latin1"), { status, headers: { ...type, ...headers } });
}

async function toAnswer(response: Response): Promise<Answer> {
  const headers: HeaderList = [];
  for (const [name, value] of response.headers) headers.push(toCanonicalName(name), value);
  const body = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers, body };
}
