import type { Answer, ClientRequest, Handler } from "../contracts.ts";
import { BodyStream } from "../lib/body.ts";
import { CANCELED } from "../lib/cancellation.ts";
import { decodePercent, toByteText } from "../lib/percent.ts";
import type { AccessLog } from "../logging/access-log.ts";

/** Logged for a client that left before the end of its answer; nobody receives it. */
const CLIENT_CLOSED_REQUEST = 499;

/** What an access line is made of besides request and answer. */
export interface AccessOptions {
  readonly accessLog: AccessLog;
  readonly clientIp: (request: ClientRequest) => string;
  /** Exact request paths, decoded and without query, that leave no line. */
  readonly skippedPaths: Iterable<string>;
}

/** Writes one access line a request: when its answer is ready, or for a streamed one when the last byte has come. */
export function accessLogged(next: Handler, options: AccessOptions): Handler {
  const { accessLog, clientIp } = options;
  const skippedPaths = new Set([...options.skippedPaths].map(toByteText));
  return (request) => {
    if (skippedPaths.has(decodePercent(request.path))) return next(request);
    const startedAt = performance.now();
    const write = (status: number) => {
      const hasLeft = request.cancellation.reason === CANCELED;
      accessLog.write({
        status: hasLeft ? CLIENT_CLOSED_REQUEST : status,
        latencyMs: performance.now() - startedAt,
        clientIp: clientIp(request),
        method: request.method,
        path: request.path,
        query: request.query,
        errors: request.errors,
      });
    };
    const log = (answer: Answer): Answer => {
      const { body, status } = answer;
      if (body instanceof BodyStream) body.whenOver(() => write(status));
      else write(status);
      return answer;
    };
    const answer = next(request);
    return answer instanceof Promise ? answer.then(log) : log(answer);
  };
}
