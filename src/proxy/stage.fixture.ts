/** For tests of stages: requests, answers of backends, and what a result says. */

import type { Gathered, ProxyRequest } from "../contracts.ts";
import { failure } from "../errors.ts";
import { withJsonBlock } from "../json/block.ts";
import { BodyStream } from "../lib/body.ts";
import { Cancellation } from "../lib/cancellation.ts";
import { createManualWheel } from "../lib/manual-wheel.fixture.ts";
import { Params } from "../lib/params.ts";
import { NO_QUERY } from "../lib/query.ts";
import { dataResponse, failed } from "../results.ts";

const { wheel } = createManualWheel();

/** A request without anything, but for these parts. */
export function request(parts: Partial<ProxyRequest> = {}): ProxyRequest {
  return {
    params: new Params([], []),
    query: NO_QUERY,
    headers: [],
    body: null,
    cancellation: new Cancellation(wheel, null),
    ...parts,
  };
}

/** What a backend answered: a document, `null` for a JSON `null`. */
export function part(document: string | null, { isComplete = true } = {}): Gathered {
  return {
    settle(block) {
      if (document === null) return { response: dataResponse(null, isComplete), error: null };
      const data = block.scan(Buffer.from(document));
      if (typeof data === "object") throw new Error(data.message);
      return { response: dataResponse(data, isComplete), error: null };
    },
  };
}

/** A `no-op` backend's answer. */
export function noOpPart(body: BodyStream, status = 200): Gathered {
  return {
    settle(block) {
      const response = { ...dataResponse(block.object(), true), status, body, source: "http://a/" };
      return { response, error: null };
    },
  };
}

/** A failed call. */
export function broken(message: string): Gathered {
  return failed(failure("backend_status", message));
}

/** A body whose bytes the test pushes. */
export function openBody(): BodyStream {
  return new BodyStream(undefined, { wanted() {}, pause() {}, resume() {}, cancel() {} });
}

/** What a stage was given as a body; a stream must be whole. */
export function bodyText(body: ProxyRequest["body"]): string | null {
  const bytes = body instanceof BodyStream ? body.takeWhole() : body;
  return bytes?.toString() ?? null;
}

/** The data as JSON, completeness, message and status of a result. */
export interface Settled {
  readonly data: string | null;
  readonly isComplete: boolean | undefined;
  readonly message: string | undefined;
  readonly status: number | undefined;
}

/** Settles as the answer's writer does, in a block of its own. */
export function settled(gathered: Gathered): Settled {
  return withJsonBlock((block) => {
    const { response, error } = gathered.settle(block);
    const data = response?.data ?? null;
    return {
      data: data === null ? null : block.emit(data).toString(),
      isComplete: response?.isComplete,
      message: error?.message,
      status: error?.status,
    };
  });
}
