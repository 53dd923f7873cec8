import type { ProxyRequest, Stage } from "../contracts.ts";
import { clientBodyFailure } from "../errors.ts";
import { type BodyFailure, BodyStream, isBodyFailure } from "../lib/body.ts";
import { collectBody } from "../lib/collect-body.ts";
import { failed } from "../results.ts";

/** More of a client's body than this is not copied for several calls. */
export const MAX_COPIED_BODY_BYTES = 32 * 1024 * 1024;

/** Waits for the client's whole body, so that the stage can send it several times; 413 for one that is too long. */
export function withWholeBody(stage: Stage): Stage {
  return (request) => {
    const { body } = request;
    if (!(body instanceof BodyStream)) return stage(request);
    const collected = collectBody(body, MAX_COPIED_BODY_BYTES, request.cancellation);
    const call = (bytes: Buffer | BodyFailure) =>
      isBodyFailure(bytes) ? failed(clientBodyFailure(bytes)) : stage({ ...request, body: bytes });
    return collected instanceof Promise ? collected.then(call) : call(collected);
  };
}

/** The body for one of several calls. As the client's own it can be sent once: a redirect is not followed with it. */
export function bodyOfCall(body: ProxyRequest["body"]): ProxyRequest["body"] {
  const isCopied = body !== null && !(body instanceof BodyStream) && body.length > 0;
  return isCopied ? BodyStream.of(body) : body;
}
