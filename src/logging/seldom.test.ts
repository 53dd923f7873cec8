import { expect, test } from "bun:test";
import { SeldomLine } from "./seldom.ts";

test("ten lines a minute are written, and the next minute says how many were not", () => {
  const lines: string[] = [];
  let now = 5;
  const line = new SeldomLine(
    (text) => lines.push(text),
    () => now,
  );

  for (let i = 0; i < 25; i++) line.write(`refused ${i}`);
  now += 59_999;
  line.write("refused, still the same minute");
  now += 1;
  line.write("refused again");

  expect(lines.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, i) => `refused ${i}`));
  expect(lines.slice(10)).toEqual(["16 more lines like the last were left out", "refused again"]);
});

test("a quiet minute says nothing", () => {
  const lines: string[] = [];
  let now = 0;
  const line = new SeldomLine(
    (text) => lines.push(text),
    () => now,
  );

  line.write("a");
  now += 60_000;
  line.write("b");

  expect(lines).toEqual(["a", "b"]);
});
