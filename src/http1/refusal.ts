import type { HeaderFault } from "./header-block.ts";

/** A request that is answered by the server itself, with `reason` as the plain-text body, and then the connection ends. */
export interface Refusal {
  readonly kind: "refusal";
  readonly status: number;
  readonly reason: string;
}

/** Every way in which a request head is refused, in KrakenD's words where it has any. */
export const refusals = {
  badRequest: refusal(400, "400 Bad Request"),
  missingHost: refusal(400, "400 Bad Request: missing required Host header"),
  malformedHost: refusal(400, "400 Bad Request: malformed Host header"),
  invalidName: refusal(400, "400 Bad Request: invalid header name"),
  invalidValue: refusal(400, "400 Bad Request: invalid header value"),
  targetTooLong: refusal(414, "414 URI Too Long"),
  expectationFailed: refusal(417, "417 Expectation Failed"),
  headTooLarge: refusal(431, "431 Request Header Fields Too Large"),
  unsupportedCoding: refusal(501, "Unsupported transfer encoding"),
  unsupportedVersion: refusal(505, "505 HTTP Version Not Supported: unsupported protocol version"),
} satisfies Record<string, Refusal>;

/** The answer to a broken header line: as recorded, only a blank in a name is named; other faults are a bare 400. */
export function refusalOf(fault: HeaderFault): Refusal {
  switch (fault.problem) {
    case "blank-in-name":
      return refusals.invalidName;
    case "fold":
      return refusals.invalidValue;
    case "too-many":
      return refusals.headTooLarge;
    default:
      return refusals.badRequest;
  }
}

function refusal(status: number, reason: string): Refusal {
  return Object.freeze({ kind: "refusal", status, reason });
}
