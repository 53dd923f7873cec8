/** How the end of a body is found (RFC 9112 section 6.3); `length` counts bytes, `close` is for responses only. */
export type BodyFraming =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly length: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "close" };

/** The message ends with its head; shared, so that a request without a body allocates nothing for it. */
export const NO_BODY: BodyFraming = { kind: "none" };

/** Chunks with their own lengths and, perhaps, trailers. */
export const CHUNKED: BodyFraming = { kind: "chunked" };

/** Everything until the peer closes. */
export const UNTIL_CLOSE: BodyFraming = { kind: "close" };

/** Above this many digits a length is no exact number any more (2^53 has 16). */
const MAX_LENGTH_DIGITS = 15;

/** A `Content-Length` value in bytes, or -1: digits only, no sign, no list, at most 15 of them (RFC 9110 section 8.6). */
export function parseContentLength(value: string): number {
  if (value.length === 0 || value.length > MAX_LENGTH_DIGITS) return -1;

  let length = 0;
  for (let i = 0; i < value.length; i++) {
    const digit = value.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    length = length * 10 + digit;
  }
  return length;
}
