import type { BodyFailure, BodyStream } from "./body.ts";
import type { Cancellation } from "./cancellation.ts";

/** Reads a whole body, as `BodyStream.collect`, but not beyond the end of the work that wants it. */
export function collectBody(
  body: BodyStream,
  maxBytes: number,
  cancellation: Cancellation,
): Buffer | BodyFailure | Promise<Buffer | BodyFailure> {
  const collected = body.collect(maxBytes);
  if (!(collected instanceof Promise)) return collected;

  const listener = { onCancel: (reason: string) => body.fail(reason) };
  cancellation.listen(listener);
  return collected.then((outcome) => {
    cancellation.unlisten(listener);
    return outcome;
  });
}
