import { expect, test } from "bun:test";
import { BodyDecoder } from "../../src/http1/body-decoder.ts";
import {
  type HeadLimits,
  parseRequestHead,
  type RequestHead,
} from "../../src/http1/request-head.ts";
import { requestText } from "./messages.ts";
import { decodeInPieces, randomCuts } from "./pieces.ts";
import { createRandom } from "./random.ts";
import { referenceBody } from "./reference-body.ts";
import { referenceRequest } from "./reference-head.ts";

const MESSAGES = 200_000;
const limits: HeadLimits = { maxBytes: 200, maxHeaders: 8, maxTargetBytes: 64 };

/** Holds every message, at an offset that is not 0 and with other bytes behind it. */
const stream = Buffer.alloc(32_768, "x");
const OFFSET = 3;

type Read =
  | { head: RequestHead; body: string; state: string; rest: string }
  | { refused: number }
  | "incomplete";

test(`${MESSAGES} broken and whole requests read as the slow reference reads them, in one piece and in several`, () => {
  const random = createRandom(0x5eed);
  const outcomes = { whole: 0, refused: 0, incomplete: 0 };

  for (let i = 0; i < MESSAGES; i++) {
    const text = requestText(random);
    const expected = describe(readByReference(text));
    const to = OFFSET + stream.write(text, OFFSET, "latin1");
    const cuts = randomCuts(random, text.length).map((cut) => cut + OFFSET);

    const whole = describe(read([to]));
    const pieces = describe(read(cuts));

    if (whole !== expected) expect({ text, whole }).toEqual({ text, whole: expected });
    if (pieces !== expected)
      expect({ text, cuts, pieces }).toEqual({ text, cuts, pieces: expected });
    count(outcomes, expected);
  }

  // The generator is worth its time only when it reaches all kinds of ends.
  expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(MESSAGES / 50);
}, 60_000);

function read(cuts: readonly number[]): Read {
  let scanFrom = OFFSET;
  for (const [i, to] of cuts.entries()) {
    const result = parseRequestHead(stream, OFFSET, to, limits, scanFrom);
    scanFrom = to;
    if (result === undefined) continue;
    if ("kind" in result) return { refused: result.status };

    const decoder = new BodyDecoder(result.head.framing);
    const { state, body, end } = decodeInPieces(decoder, stream, result.end, cuts.slice(i));
    const rest = state === "done" ? stream.toString("latin1", end, cuts.at(-1)) : "";
    return { head: result.head, body, state, rest };
  }
  return "incomplete";
}

function readByReference(text: string): Read {
  const result = referenceRequest(text, limits);
  if (result === "incomplete" || "refused" in result) return result;

  const { head } = result;
  return { head, ...referenceBody(head.framing, result.rest) };
}

/** One text for each outcome, with its keys in a fixed order. */
function describe(read: Read): string {
  if (read === "incomplete") return read;
  if ("refused" in read) return `refused ${read.refused}`;

  const { head, body, state, rest } = read;
  return JSON.stringify([head, body, state, rest]);
}

function count(
  outcomes: { whole: number; refused: number; incomplete: number },
  text: string,
): void {
  if (text === "incomplete") outcomes.incomplete++;
  else if (text.startsWith("refused")) outcomes.refused++;
  else outcomes.whole++;
}
