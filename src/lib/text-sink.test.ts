import { expect, test } from "bun:test";
import { TextSink } from "./text-sink.ts";

test("gathers pieces of any length in their order", () => {
  const sink = new TextSink(1_000_000);
  const pieces = ["a", "é".repeat(20_000), "", "😀", "b".repeat(40_000)];
  for (const piece of pieces) sink.write(piece);
  expect(sink.end().toString()).toBe(pieces.join(""));
});

test("refuses to become longer than it may", () => {
  const sink = new TextSink(50_000);
  const write = () => {
    for (let times = 0; times < 1_000_000; times++) sink.write("é".repeat(100));
  };
  expect(write).toThrow(RangeError);
});
