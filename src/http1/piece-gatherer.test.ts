import { expect, test } from "bun:test";
import { PieceGatherer } from "./piece-gatherer.ts";

const BYTES = Buffer.from("0123456789".repeat(2_000));

/** What comes out of these pieces of one buffer. */
function gathered(pieces: readonly (readonly [number, number])[]): Buffer[] {
  const gatherer = new PieceGatherer();
  const out: Buffer[] = [];
  gatherer.begin(BYTES, BYTES.length);
  for (const [from, end] of pieces) gatherer.add(from, end, (piece) => out.push(piece));
  gatherer.finish((piece) => out.push(piece));
  return out;
}

test("a lone piece is a view and no copy", () => {
  const [piece] = gathered([[3, 7]]);

  expect(piece?.toString()).toBe("3456");
  expect(piece?.buffer).toBe(BYTES.buffer);
});

test("small neighbours become one piece", () => {
  const out = gathered([
    [0, 1],
    [4, 6],
    [9, 10],
  ]);

  expect(out.map(String)).toEqual(["0459"]);
});

test("a large piece is handed on as it is, in its place among small ones", () => {
  const out = gathered([
    [0, 1],
    [2, 3],
    [10, 10_010],
    [10_011, 10_012],
  ]);

  expect(out.map((piece) => piece.length)).toEqual([2, 10_000, 1]);
  expect(out[0]?.toString()).toBe("02");
});
