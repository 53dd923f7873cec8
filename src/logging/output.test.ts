import { expect, test } from "bun:test";
import { Output } from "./output.ts";

/** A descriptor that answers each write when the test says so. */
function startOutput() {
  const writes: { text: string; done: (code: string | null, written?: number) => void }[] = [];
  const output = new Output((bytes, done) => {
    writes.push({
      text: bytes.toString(),
      done: (code, written = bytes.length) => done(code, written),
    });
  });
  return { output, writes };
}

test("writes at once, then together what came while it was writing", () => {
  const { output, writes } = startOutput();

  output.write("a\n");
  output.write("b\n");
  output.write("c\n");
  writes[0]!.done(null);

  expect(writes.map(({ text }) => text)).toEqual(["a\n", "b\nc\n"]);
});

test("goes on where a short write ended", () => {
  const { output, writes } = startOutput();

  output.write("abcdef\n");
  output.write("next\n");
  writes[0]!.done(null, 2);
  writes[1]!.done(null);

  expect(writes.map(({ text }) => text)).toEqual(["abcdef\n", "cdef\n", "next\n"]);
});

test("a reader that does not read costs lines, not memory, and is told how many", () => {
  const { output, writes } = startOutput();
  const line = `${"x".repeat(1023)}\n`;

  for (let i = 0; i < 3000; i++) output.write(line);
  writes[0]!.done(null);
  writes[1]!.done(null);

  expect(writes).toHaveLength(2);
  expect(writes[1]!.text).toStartWith(line);
  expect(writes[1]!.text).toEndWith("1975 writes to this log were dropped: nobody read it.\n");
});

test("a closed pipe ends the output quietly", async () => {
  const { output, writes } = startOutput();

  output.write("a\n");
  output.write("b\n");
  writes[0]!.done("EPIPE", 0);
  output.write("c\n");
  await output.flush(60_000);

  expect(writes).toHaveLength(1);
});

test("a full disk loses the line, not the output", () => {
  const { output, writes } = startOutput();

  output.write("a\n");
  writes[0]!.done("ENOSPC", 0);
  output.write("b\n");

  expect(writes.map(({ text }) => text)).toEqual(["a\n", "b\n"]);
});

test("flushing waits for everything that was taken", async () => {
  const { output, writes } = startOutput();
  let isFlushed = false;

  output.write("a\n");
  output.write("b\n");
  const flushed = output.flush(60_000).then(() => {
    isFlushed = true;
  });
  writes[0]!.done(null);
  await Promise.resolve();
  expect(isFlushed).toBe(false);

  writes[1]!.done(null);
  await flushed;
  expect(isFlushed).toBe(true);
});
