import type { ClientRequest } from "../contracts.ts";
import type { Logger } from "../logging/logger.ts";
import { type NamedValues, sortedNames } from "./go-json.ts";
import { bodyOf, headersOf, queryOf } from "./request-values.ts";

/** What the debug page answers, whatever it is asked. */
export const debugBody: string = '{"message":"pong"}';

/** Writes a request to the log at DEBUG, in KrakenD's words and with Go's way to print maps. */
export async function logRequest(request: ClientRequest, log: Logger): Promise<void> {
  const { method, target, params, body } = request;
  if (!log.isDebugEnabled) {
    body?.cancel();
    return;
  }
  log.debug(`Method: ${toText(method)}`);
  log.debug(`URL: ${toText(target)}`);
  log.debug(`Query: ${renderMap(queryOf(request))}`);
  log.debug(`Params: [${params.map((value) => `{param ${toText(value)}}`).join(" ")}]`);
  log.debug(`Headers: ${renderMap(withoutSecrets(headersOf(request)))}`);
  log.debug(`Body: ${renderBody(await bodyOf(request))}`);
}

// Differs from KrakenD: credentials stay out of the log, and long bodies are cut.
const SECRET_HEADERS: ReadonlySet<string> = new Set([
  "Authorization",
  "Cookie",
  "Proxy-Authorization",
  "X-Api-Key",
]);
const MAX_SHOWN_BYTES = 4096;

function withoutSecrets(headers: NamedValues): NamedValues {
  const shown = new Map<string, readonly string[]>();
  for (const [name, values] of headers) {
    shown.set(name, SECRET_HEADERS.has(name) ? values.map(() => "***") : values);
  }
  return shown;
}

function renderBody(body: string | null): string {
  if (body === null) return "(too long to show)";
  if (body.length <= MAX_SHOWN_BYTES) return toText(body);
  return `${toText(body.slice(0, MAX_SHOWN_BYTES))}... (${body.length} bytes)`;
}

/** `map[a:[1 2] b:[3]]` */
function renderMap(values: NamedValues): string {
  const entries = sortedNames(values).map((name) => `${name}:[${values.get(name)!.join(" ")}]`);
  return `map[${toText(entries.join(" "))}]`;
}

function toText(latin1: string): string {
  return Buffer.from(latin1, "latin1").toString("utf8");
}
