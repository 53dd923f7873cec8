import type { RouterConfig } from "../config/model.ts";
import type { Answer, ClientRequest, Handler } from "../contracts.ts";
import { getHeader, type HeaderList } from "../http1/header-list.ts";
import { checkDangerousParameter, checkPathParameter } from "./path-parameters.ts";
import type { Redirect } from "./redirect.ts";
import type { Router } from "./router.ts";

/** What the handler decides by. */
export interface RouterHandlerOptions {
  readonly config: RouterConfig;
  readonly router: Router<Handler>;
  /** `Version <v>`. */
  readonly versionHeader: string;
}

/** What stands in front of every route: redirects, the check of path parameters, 404 and 405. */
export function createRouterHandler({
  config,
  router,
  versionHeader,
}: RouterHandlerOptions): Handler {
  const check = config.checksPathParameters ? checkPathParameter : checkDangerousParameter;
  const notFound = unmatched(404, "404 page not found", config.errorBody.notFound);
  const notAllowed = unmatched(405, "405 method not allowed", config.errorBody.methodNotAllowed);

  return (request) => {
    const { method, path, query, headers } = request;
    if (request.target === "*") return SERVER_OPTIONS;
    const match = router.match(method, path, query, getHeader(headers, "x-forwarded-prefix"));
    if (match.kind === "found") {
      const { params } = match;
      for (const value of params) {
        const problem = check(value);
        if (problem !== undefined) return badParameter(problem);
      }
      request.params = params;
      return match.value(request);
    }
    if (match.kind === "redirect") return redirectAnswer(match);
    if (match.kind === "not-found") return notFound([]);
    return notAllowed(["Allow", match.allow]);
  };

  function unmatched(status: number, text: string, json: string | null) {
    const type = json === null ? "text/plain" : "application/json; charset=utf-8";
    const body = Buffer.from(json ?? text);
    const own = ["X-Krakend", versionHeader, "X-Krakend-Completed", "false", "Content-Type", type];
    return (headers: HeaderList): Answer => ({ status, headers: [...own, ...headers], body });
  }
}

/** `OPTIONS *` asks about the server as a whole (RFC 9110 section 9.3.7). */
const SERVER_OPTIONS: Answer = Object.freeze({ status: 200, headers: [], body: null });

function badParameter(problem: string): Answer {
  const headers = ["Content-Type", "text/plain; charset=utf-8"];
  return { status: 400, headers, body: Buffer.from(problem) };
}

function redirectAnswer({ status, location, body }: Redirect): Answer {
  const headers = ["Location", location];
  if (body === "") return { status, headers, body: null };
  headers.push("Content-Type", "text/html; charset=utf-8");
  return { status, headers, body: Buffer.from(body) };
}

/** Answers `OPTIONS` of an endpoint with the methods it has. */
export function createAutoOptions(methods: readonly string[], versionHeader: string): Handler {
  const allow = [...methods].sort().join(", ");
  return (_request: ClientRequest) => ({
    status: 200,
    headers: ["X-Krakend", versionHeader, "Allow", allow],
    body: null,
  });
}
