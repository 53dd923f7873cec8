import type { BodyDecoder } from "../../src/http1/body-decoder.ts";
import type { Random } from "./random.ts";

/** Rising offsets that end with `length`: where a stream of that many bytes is cut into pieces. */
export function randomCuts(random: Random, length: number): number[] {
  if (random.oneIn(20))
    return Array.from({ length: Math.max(length, 1) }, (_, i) => Math.min(i + 1, length));

  const cuts = [length];
  for (let count = 1 + random.below(3); count > 0; count--) cuts.push(random.below(length + 1));
  return cuts.sort((a, b) => a - b);
}

/** What came out of a decoder for one stream. */
export interface DecodedBody {
  state: "done" | "more" | "broken";
  body: string;
  /** Behind the last byte that was taken. */
  end: number;
}

/** Decodes from `from` on, piece by piece up to each cut; throws when the decoder takes more than it was given. */
export function decodeInPieces(
  decoder: BodyDecoder,
  bytes: Buffer,
  from: number,
  cuts: readonly number[],
): DecodedBody {
  let body = "";
  let at = from;
  for (const to of cuts) {
    if (to < at) continue;
    const before = at;
    at = decoder.decode(bytes, at, to, (chunk) => {
      if (decoder.error !== undefined || chunk.length === 0)
        throw new Error("a chunk that is none");
      body += chunk.toString("latin1");
    });
    if (at < before || at > to) throw new Error(`given ${before} to ${to}, consumed to ${at}`);
    if (at < to) break;
  }
  if (decoder.error !== undefined) return { state: "broken", body, end: at };
  return { state: decoder.isDone ? "done" : "more", body, end: at };
}
