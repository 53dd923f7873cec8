import type { BackendConfig } from "../config/model.ts";
import type { UpstreamResponse } from "../contracts.ts";
import { type Failure, urlText } from "../errors.ts";
import type { BodyStream } from "../lib/body.ts";

/** What a log line shows of a body. */
const EXCERPT_BYTES = 120;

/** The failure with the backend it is about, as the file has it, in front of its detail: `backend 1 [GET /users/{{.Id}}]`. */
export function located(config: BackendConfig, cause: Failure): Failure {
  const name = `backend ${config.index} ${callText(config)}`;
  return { ...cause, detail: cause.detail === undefined ? name : `${name}: ${cause.detail}` };
}

/** A call as KrakenD's messages name it: method and pattern, both as configured. */
export function callText({ method, urlPattern }: BackendConfig): string {
  return `[${method} ${urlPattern}]`;
}

/** For the log: where an answer came from, its status, and how its body begins. */
export function describeAnswer(response: UpstreamResponse, body: Buffer): string {
  const answered = `${urlText(response)} answered ${response.status}`;
  if (body.length === 0) return `${answered} with an empty body`;
  return `${answered} with ${body.length} bytes: ${excerptOf(body)}`;
}

/** How a body begins that is still on its way, quoted; empty where nothing has come. */
export function beginningOf(body: BodyStream): string {
  return excerptOf(body.peek(EXCERPT_BYTES));
}

/** How a body begins, quoted; empty for one without bytes. */
export function excerptOf(body: Buffer): string {
  return body.length === 0 ? "" : JSON.stringify(body.toString("utf8", 0, EXCERPT_BYTES));
}
