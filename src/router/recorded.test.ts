import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Router } from "./router.ts";

/** Transcripts of KrakenD; here only what its router decided is compared. */
const casesFolder = join(import.meta.dir, "../../test/golden/cases");

interface RecordedCase {
  readonly config: {
    readonly debug_endpoint?: boolean;
    readonly echo_endpoint?: boolean;
    readonly disable_rest?: boolean;
    readonly extra_config?: { readonly router?: Readonly<Record<string, unknown>> };
    readonly endpoints: readonly { readonly endpoint: string; readonly method?: string }[];
  };
  readonly steps: readonly {
    readonly request: {
      readonly path?: string;
      readonly method?: string;
      readonly raw?: string;
      readonly headers?: Readonly<Record<string, string>>;
    };
    readonly expect?: {
      readonly status?: number | null;
      readonly headers?: Readonly<Record<string, readonly string[]>>;
      readonly body?: string;
    };
  }[];
}

const selected = [
  ...readdirSync(join(casesFolder, "core-router")).map((file) => `core-router/${file}`),
  "core-config/slashes-in-paths.json",
  "core-config/braces-inside-a-segment.json",
  "core-config/placeholders.json",
  "core-config/unsupported-endpoint-methods.json",
  "security-bad-input/doubled-slashes.json",
  "security-bad-input/twice-encoded-parameters.json",
  "security-bad-input/unusual-methods.json",
];

test.each(selected)("decides as recorded in %s", (file) => {
  const recorded: RecordedCase = JSON.parse(readFileSync(join(casesFolder, file), "utf8"));
  const router = routerOf(recorded.config);
  let compared = 0;

  for (const { request, expect: answer } of recorded.steps) {
    const { path: target, method = "GET" } = request;
    if (target === undefined || typeof answer?.status !== "number") continue;
    if (target.includes("%zz") || answer.status === 431) continue; // refused before the router

    const [path = "", query] = target.split("?");
    const match = router.match(method, path, query, request.headers?.["X-Forwarded-Prefix"]);
    expect({ target, method, ...summaryOf(match) }).toEqual({
      target,
      method,
      ...recordedSummary(answer),
    });
    compared++;
  }

  const hasTargets = recorded.steps.some(({ request }) => request.path !== undefined);
  expect(compared > 0 || !hasTargets || file.includes("malformed")).toBe(true);
});

type Summary = {
  readonly kind: string;
  readonly location?: string | undefined;
  readonly body?: string | undefined;
  readonly allow?: string | undefined;
};

function summaryOf(match: ReturnType<Router<string>["match"]>): Summary {
  switch (match.kind) {
    case "redirect":
      return { kind: String(match.status), location: match.location, body: match.body };
    case "method-not-allowed":
      return { kind: "405", allow: match.allow };
    case "not-found":
      return { kind: "404" };
    case "found":
      return { kind: "found" };
  }
}

function recordedSummary(answer: NonNullable<RecordedCase["steps"][0]["expect"]>): Summary {
  const { status, headers = {}, body = "" } = answer;
  if (status === 301 || status === 307) {
    return { kind: String(status), location: headers.location?.[0], body };
  }
  if (status === 405) return { kind: "405", allow: headers.allow?.[0] };
  return { kind: status === 404 ? "404" : "found" };
}

const REGISTERED = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const SYSTEM = ["GET", "POST", "PUT", "PATCH", "HEAD", "OPTIONS", "DELETE", "CONNECT", "TRACE"];

/** Registers what KrakenD registers, in its order: health, debug, echo, endpoints, OPTIONS. */
function routerOf(config: RecordedCase["config"]): Router<string> {
  const options = config.extra_config?.router ?? {};
  const router = new Router<string>({
    redirectsTrailingSlash: options.disable_redirect_trailing_slash !== true,
    redirectsFixedPath: options.disable_redirect_fixed_path !== true,
    answersMethodNotAllowed: options.disable_handle_method_not_allowed !== true,
    removesExtraSlash: options.remove_extra_slash === true,
  });
  if (options.disable_health !== true) {
    router.add("GET", String(options.health_path ?? "/__health"), "health");
  }
  for (const method of SYSTEM) {
    if (config.debug_endpoint) router.add(method, "/__debug/*param", "debug");
    if (config.echo_endpoint) router.add(method, "/__echo/*param", "echo");
  }
  const withOptions = new Set<string>();
  for (const { endpoint, method = "GET" } of config.endpoints) {
    if (!REGISTERED.includes(method)) continue;
    const route = `/${endpoint.replace(/^\//, "")}`.replace(/\/\{([\w-]+)\}/g, "/:$1");
    router.add(method, route, endpoint);
    withOptions.add(route);
  }
  if (options.auto_options === true) {
    for (const route of withOptions) router.add("OPTIONS", route, "options");
  }
  return router;
}
