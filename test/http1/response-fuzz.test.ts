import { expect, test } from "bun:test";
import { BodyDecoder } from "../../src/http1/body-decoder.ts";
import type { HeadLimits } from "../../src/http1/request-head.ts";
import { parseResponseHead, type ResponseHead } from "../../src/http1/response-head.ts";
import { responseText } from "./messages.ts";
import { decodeInPieces, randomCuts } from "./pieces.ts";
import { createRandom } from "./random.ts";
import { referenceBody } from "./reference-body.ts";
import { type ListedResponse, referenceResponse } from "./reference-head.ts";

const MESSAGES = 200_000;
const limits: HeadLimits = { maxBytes: 4000, maxHeaders: 8, maxTargetBytes: 0 };

/** Holds every message, at an offset that is not 0 and with other bytes behind it. */
const stream = Buffer.alloc(32_768, "x");
const OFFSET = 3;

type Read =
  | { head: ListedResponse; body: string; state: string; rest: string }
  | "malformed"
  | "incomplete";

test(`${MESSAGES} broken and whole responses read as the slow reference reads them, in one piece and in several`, () => {
  const random = createRandom(0xbeef);
  const outcomes = { whole: 0, malformed: 0, incomplete: 0 };

  for (let i = 0; i < MESSAGES; i++) {
    const text = responseText(random);
    const method = random.oneIn(5) ? "HEAD" : "GET";
    const expected = describe(readByReference(text, method));
    const to = OFFSET + stream.write(text, OFFSET, "latin1");
    const cuts = randomCuts(random, text.length).map((cut) => cut + OFFSET);

    const whole = describe(read([to], method));
    const pieces = describe(read(cuts, method));

    if (whole !== expected) expect({ text, whole }).toEqual({ text, whole: expected });
    if (pieces !== expected)
      expect({ text, cuts, pieces }).toEqual({ text, cuts, pieces: expected });
    count(outcomes, expected);
  }

  // The generator is worth its time only when it reaches all kinds of ends.
  expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(MESSAGES / 50);
}, 60_000);

function read(cuts: readonly number[], method: string): Read {
  let scanFrom = OFFSET;
  for (const [i, to] of cuts.entries()) {
    const result = parseResponseHead(stream, OFFSET, to, limits, method, scanFrom);
    scanFrom = to;
    if (result === undefined) continue;
    if ("kind" in result) return result.kind;

    const decoder = new BodyDecoder(result.head.framing);
    const { state, body, end } = decodeInPieces(decoder, stream, result.end, cuts.slice(i));
    const rest = state === "done" ? stream.toString("latin1", end, cuts.at(-1)) : "";
    return { head: listed(result.head), body, state, rest };
  }
  return "incomplete";
}

function listed({ lines, ...head }: ResponseHead): ListedResponse {
  return { ...head, headers: lines.list() };
}

function readByReference(text: string, method: string): Read {
  const result = referenceResponse(text, limits, method);
  if (result === "incomplete") return result;
  if ("refused" in result) return "malformed";

  const { head } = result;
  return { head, ...referenceBody(head.framing, result.rest) };
}

/** One text for each outcome, with its keys in a fixed order. */
function describe(read: Read): string {
  if (typeof read === "string") return read;

  const { head, body, state, rest } = read;
  return JSON.stringify([head, body, state, rest]);
}

function count(
  outcomes: { whole: number; malformed: number; incomplete: number },
  text: string,
): void {
  if (text === "incomplete" || text === "malformed") outcomes[text]++;
  else outcomes.whole++;
}
