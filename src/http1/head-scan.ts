import { CONTROL } from "./characters.ts";

/** Result of `findHeadEnd`: everything so far may be part of a head, its end has not come. */
export const INCOMPLETE = -1;

/** Result of `findHeadEnd`: a control character, a bare CR or a bare LF; no later byte can repair it. */
export const MALFORMED = -2;

/** Where to look: a head starts at `start`; what lies before `scanFrom` was looked at by an earlier call. */
export interface HeadRange {
  readonly start: number;
  readonly to: number;
  readonly scanFrom: number;
}

/**
 * The offset behind the empty line that ends a head, `INCOMPLETE` or `MALFORMED`.
 *
 * One pass finds the end and checks every byte, so that a head with bare LF (RFC 9112 section 2.2),
 * a TLS hello or other binary is refused at its first wrong byte and not when a time limit strikes.
 */
export function findHeadEnd(bytes: Buffer, range: HeadRange): number {
  // Differs from KrakenD: lines must end with CRLF, where it takes a bare LF as well.
  const { start, to } = range;
  let at = firstOffset(bytes, range);
  for (;;) {
    at = nextControl(bytes, at, to);
    if (at >= to) return INCOMPLETE;
    if (bytes[at] !== 13) return MALFORMED;
    if (at + 1 >= to) return INCOMPLETE;
    if (bytes[at + 1] !== 10) return MALFORMED;
    if (at > start && bytes[at - 1] === 10) return at + 2;
    at += 2;
  }
}

/** A CR at the end of what was searched is looked at again, now that its LF may have come. */
function firstOffset(bytes: Buffer, { start, scanFrom }: HeadRange): number {
  if (scanFrom <= start) return start;
  return bytes[scanFrom - 1] === 13 ? scanFrom - 1 : scanFrom;
}

/** Four bytes a step: less than half the time of one by one (157 ns against 344 for 380 bytes). */
function nextControl(bytes: Buffer, from: number, to: number): number {
  let at = from;
  for (const last = to - 4; at <= last; at += 4) {
    const first = CONTROL[bytes[at]!]! | CONTROL[bytes[at + 1]!]!;
    const second = CONTROL[bytes[at + 2]!]! | CONTROL[bytes[at + 3]!]!;
    if ((first | second) !== 0) break;
  }
  while (at < to && CONTROL[bytes[at]!] === 0) at++;
  return at;
}
