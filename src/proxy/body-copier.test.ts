import { describe, expect, test } from "bun:test";
import { type BodySink, BodyStream } from "../lib/body.ts";
import { BodyCopier } from "./body-copier.ts";

/** A client's body, its copier, and what happened to both. */
function start({ maxBytes = 1000 } = {}) {
  const flow: string[] = [];
  const source = new BodyStream(undefined, {
    wanted: () => flow.push("wanted"),
    pause: () => flow.push("pause"),
    resume: () => flow.push("resume"),
    cancel: () => flow.push("cancel"),
  });
  const copies: string[] = [];
  let kept = 0;
  const copier = new BodyCopier(source, {
    keeps(bytes) {
      kept += bytes;
      return kept <= maxBytes;
    },
    whole: (bytes) => copies.push(bytes.toString()),
    givenUp: () => copies.push("given up"),
  });
  return { source, copier, copies, flow };
}

/** Reads on, and notes what it read. */
function reader(): BodySink & { readonly read: string[] } {
  const read: string[] = [];
  return {
    read,
    data: (chunk) => read.push(chunk.toString()),
    end: () => read.push("end"),
    fail: (reason) => read.push(reason),
  };
}

describe("a body that is copied while it passes", () => {
  test("reaches its reader piece by piece, and the copy when it is whole", () => {
    const { source, copier, copies } = start();
    const sink = reader();

    copier.passed.pipe(sink);
    source.push(Buffer.from("a"));
    const early = [...sink.read];
    source.push(Buffer.from("b"));
    source.finish();

    expect(early).toEqual(["a"]);
    expect(sink.read).toEqual(["a", "b", "end"]);
    expect(copies).toEqual(["ab"]);
  });

  test("is not asked for before its reader asks", () => {
    const { copier, flow } = start();

    const before = [...flow];
    copier.passed.pipe(reader());

    expect(before).toEqual([]);
    expect(flow).toEqual(["wanted"]);
  });

  test("comes at its reader's pace", () => {
    const { copier, flow } = start();
    copier.passed.pipe(reader());

    copier.passed.pause();
    copier.passed.resume();

    expect(flow).toEqual(["wanted", "pause", "resume"]);
  });

  test("that is too long still reaches its reader", () => {
    const { source, copier, copies } = start({ maxBytes: 2 });
    const sink = reader();
    copier.passed.pipe(sink);

    for (const piece of ["aa", "b", "c"]) source.push(Buffer.from(piece));
    source.finish();

    expect(sink.read).toEqual(["aa", "b", "c", "end"]);
    expect(copies).toEqual(["given up"]);
  });

  test("that breaks off has no copy", () => {
    const { source, copier, copies } = start();
    const sink = reader();
    copier.passed.pipe(sink);
    source.push(Buffer.from("a"));

    source.fail("unexpected EOF");

    expect(sink.read).toEqual(["a", "unexpected EOF"]);
    expect(copies).toEqual(["given up"]);
  });

  test("whose reader has enough is read on for the copy", () => {
    const { source, copier, copies, flow } = start();
    copier.passed.pipe(reader());
    copier.passed.pause();

    copier.passed.cancel();
    source.push(Buffer.from("a"));
    source.finish();

    expect(flow).toEqual(["wanted", "pause", "resume"]);
    expect(copies).toEqual(["a"]);
  });

  test("whose reader has enough, and of which there is no copy, is cancelled", () => {
    const { source, copier, flow } = start({ maxBytes: 0 });
    copier.passed.pipe(reader());
    source.push(Buffer.from("a"));

    copier.passed.cancel();

    expect(flow).toEqual(["wanted", "cancel"]);
  });

  test("whose reader has enough is cancelled when it becomes too long to be copied", () => {
    const { source, copier, copies, flow } = start({ maxBytes: 2 });
    copier.passed.pipe(reader());
    copier.passed.cancel();

    source.push(Buffer.from("abc"));

    expect(copies).toEqual(["given up"]);
    expect(flow.at(-1)).toBe("cancel");
  });

  test("goes on when its reader's work is over before its end", () => {
    const { source, copier, copies } = start();
    copier.passed.pipe(reader());
    source.push(Buffer.from("a"));

    copier.readerIsDone();
    source.push(Buffer.from("b"));
    source.finish();

    expect(copies).toEqual(["ab"]);
  });

  test("that nobody read is copied when it is there", () => {
    const { source, copier, copies } = start();
    source.push(Buffer.from("ab"));
    source.finish();
    const before = [...copies];

    copier.readerIsDone();

    expect(before).toEqual([]);
    expect(copies).toEqual(["ab"]);
  });

  test("that nobody read and that is still coming has no copy", () => {
    const { source, copier, copies } = start();
    source.push(Buffer.from("ab"));

    copier.readerIsDone();

    expect(copies).toEqual(["given up"]);
  });

  test("that the server drops has no copy, and says so once", () => {
    const { source, copier, copies } = start();
    copier.passed.pipe(reader());

    source.cancel();
    copier.readerIsDone();

    expect(copies).toEqual(["given up"]);
  });
});
