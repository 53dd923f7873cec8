import type { Answer } from "../contracts.ts";
import { isHopByHop } from "../http1/header-list.ts";

/** Headers as `node:http2` takes them: lower-case names, repeated lines as lists. */
export type OutgoingHeaders = Record<string, string | string[] | number>;

/** An answer's head; `length` is that of its body where it is known. A 304 describes no body of its own. */
export function answerHeaders(
  { status, headers }: Pick<Answer, "status" | "headers">,
  length: number | undefined,
): OutgoingHeaders {
  const outgoing: OutgoingHeaders = { ":status": status };
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    // A connection's own affairs are not HTTP/2's (RFC 9113 section 8.2.2).
    if (isHopByHop(name) || (status === 304 && name === "content-type")) continue;
    const value = headers[i + 1]!;
    const known = outgoing[name];
    if (known === undefined) outgoing[name] = value;
    else outgoing[name] = [...(Array.isArray(known) ? known : [String(known)]), value];
  }
  if (length !== undefined && status !== 204 && status !== 304) outgoing["content-length"] = length;
  return outgoing;
}
