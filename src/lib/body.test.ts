import { describe, expect, test } from "bun:test";
import { type BodyFlow, type BodySink, BodyStream, isBodyFailure } from "./body.ts";

/** A body whose producer and reader write down what they are told. */
function createBody(length?: number) {
  const asked: string[] = [];
  const flow: BodyFlow = {
    wanted: () => asked.push("wanted"),
    pause: () => asked.push("pause"),
    resume: () => asked.push("resume"),
    cancel: () => asked.push("cancel"),
  };
  const heard: string[] = [];
  const sink: BodySink = {
    data: (chunk) => heard.push(chunk.toString()),
    end: () => heard.push("(end)"),
    fail: (reason) => heard.push(`(fail ${reason})`),
  };
  return { body: new BodyStream(length, flow), asked, sink, heard };
}

const bytes = (text: string) => Buffer.from(text);

describe("a reader", () => {
  test("gets what had come before it and what comes later, in order", () => {
    const { body, sink, heard } = createBody();

    body.push(bytes("a"));
    body.pipe(sink);
    body.push(bytes("b"));
    body.finish();

    expect(heard).toEqual(["a", "b", "(end)"]);
  });

  test.each([
    ["ends", (body: BodyStream) => body.finish(), "(end)"],
    ["breaks off", (body: BodyStream) => body.fail("EOF"), "(fail EOF)"],
  ])("hears once and last that the body %s", (_, stop, last) => {
    const { body, sink, heard } = createBody();
    body.pipe(sink);

    stop(body);
    body.push(bytes("late"));
    body.finish();
    body.fail("again");

    expect(heard).toEqual([last]);
  });

  test("that comes after the failure still gets what had come", () => {
    const { body, sink, heard } = createBody();
    body.push(bytes("a"));
    body.fail("EOF");

    body.pipe(sink);

    expect(heard).toEqual(["a", "(fail EOF)"]);
  });

  test("must be the only one", () => {
    const { body, sink } = createBody();
    body.pipe(sink);

    expect(() => body.pipe(sink)).toThrow("read twice");
  });

  test("hears nothing more after it cancelled", () => {
    const { body, sink, heard } = createBody();
    body.pipe(sink);

    body.cancel();
    body.push(bytes("a"));
    body.finish();

    expect(heard).toEqual([]);
  });
});

describe("a producer", () => {
  test("hears once that somebody reads, and not when all has come", () => {
    const open = createBody();
    const whole = createBody();
    whole.body.finish();

    open.body.pipe(open.sink);
    whole.body.pipe(whole.sink);

    expect(open.asked).toEqual(["wanted"]);
    expect(whole.asked).toEqual([]);
  });

  test("is paused once when more than 64 KiB wait for a reader, and goes on when one comes", () => {
    const { body, asked, sink } = createBody();

    body.push(Buffer.alloc(64 * 1024));
    const atTheLimit = [...asked];
    body.push(bytes("a"));
    body.push(bytes("b"));
    const above = [...asked];
    body.pipe(sink);

    expect(atTheLimit).toEqual([]);
    expect(above).toEqual(["pause"]);
    expect(asked).toEqual(["pause", "wanted", "resume"]);
  });

  test("is paused and resumed by its reader while there is more to come", () => {
    const { body, asked, sink } = createBody();
    body.pipe(sink);

    body.pause();
    body.resume();
    body.finish();
    body.pause();
    body.resume();

    expect(asked).toEqual(["wanted", "pause", "resume"]);
  });

  test("hears once that nobody wants the rest, and not when there is none", () => {
    const open = createBody();
    const whole = createBody();
    whole.body.finish();

    open.body.cancel();
    open.body.cancel();
    whole.body.cancel();

    expect(open.asked).toEqual(["cancel"]);
    expect(whole.asked).toEqual([]);
  });
});

describe("who waits for the end", () => {
  test("is told the reason, also when it asks too late", () => {
    const { body } = createBody();
    const reasons: string[] = [];

    body.whenOver((reason) => reasons.push(`early ${reason}`));
    body.fail("EOF");
    body.whenOver((reason) => reasons.push(`late ${reason}`));

    expect(reasons).toEqual(["early EOF", "late EOF"]);
  });

  test.each<[string, (body: BodyStream) => void, string | null]>([
    ["ends", (body) => body.finish(), null],
    ["is cancelled by its reader", (body) => body.cancel(), "cancelled"],
  ])("is told once when the body %s", (_, stop, reason) => {
    const { body } = createBody();
    const reasons: (string | null)[] = [];
    body.whenOver((told) => reasons.push(told));

    stop(body);
    stop(body);

    expect(reasons).toEqual([reason]);
  });
});

describe("a whole body", () => {
  test("is taken in one piece", () => {
    const { body } = createBody();
    body.push(bytes("a"));
    body.push(bytes("b"));
    body.finish();

    expect(body.takeWhole()?.toString()).toBe("ab");
  });

  test.each([
    ["that is still coming", (body: BodyStream) => body.push(bytes("a"))],
    ["that broke off", (body: BodyStream) => body.fail("EOF")],
    ["that was cancelled", (body: BodyStream) => body.cancel()],
  ])("is not one %s", (_, prepare) => {
    const { body } = createBody();

    prepare(body);

    expect(body.takeWhole()).toBeUndefined();
  });

  test("is taken once", () => {
    const body = BodyStream.of(bytes("a"));

    body.takeWhole();

    expect(body.takeWhole()).toBeUndefined();
  });

  test.each([["abc"], [""]])("of %j can be made of its bytes", (text) => {
    const body = BodyStream.of(bytes(text));

    expect(body).toMatchObject({ length: text.length, isFinished: true, bytesUnread: text.length });
    expect(body.takeWhole()?.toString()).toBe(text);
  });
});

describe("collecting", () => {
  test("gives a body that is there at once", () => {
    const body = BodyStream.of(bytes("abc"));

    expect(body.collect(3)).toEqual(bytes("abc"));
  });

  test("waits for the end of one that is coming", async () => {
    const { body } = createBody();
    body.push(bytes("a"));
    const collected = body.collect(2);

    body.push(bytes("b"));
    body.finish();

    expect(collected).toBeInstanceOf(Promise);
    expect(await collected).toEqual(bytes("ab"));
  });

  test("refuses the first byte above the limit without waiting for the end, and stops the producer", async () => {
    const { body, asked } = createBody();
    const collected = body.collect(2);

    body.push(bytes("ab"));
    body.push(bytes("c"));

    expect(await collected).toMatchObject({ reason: "body too large", isTooLarge: true });
    expect(asked).toEqual(["wanted", "cancel"]);
  });

  test("refuses a whole body above the limit", async () => {
    const collected = await BodyStream.of(bytes("abc")).collect(2);

    expect(isBodyFailure(collected)).toBe(true);
    expect(collected).toMatchObject({ isTooLarge: true });
  });

  test("of a broken body gives the reason and what had come", async () => {
    const { body } = createBody(9);
    const collected = body.collect(9);

    body.push(bytes("ab"));
    body.push(bytes("c"));
    body.fail("unexpected EOF");

    expect(await collected).toEqual({
      kind: "body-failure",
      reason: "unexpected EOF",
      isTooLarge: false,
      received: bytes("abc"),
    });
  });
});

describe("a reader that comes late", () => {
  test("is not run over by what comes while it takes what was waiting", () => {
    const { body, asked } = createBody();
    body.push(bytes("a"));
    body.push(bytes("b"));
    const got: string[] = [];

    body.pipe({
      data(chunk) {
        got.push(chunk.toString());
        body.pause();
      },
      end: () => got.push("end"),
      fail: (reason) => got.push(reason),
    });

    expect(got).toEqual(["a", "b"]);
    expect(asked).not.toContain("resume");
  });

  test("hears nothing more once it has had enough", () => {
    const { body } = createBody();
    body.push(bytes("a"));
    body.push(bytes("b"));
    const got: string[] = [];

    body.pipe({
      data(chunk) {
        got.push(chunk.toString());
        body.cancel();
      },
      end: () => got.push("end"),
      fail: (reason) => got.push(reason),
    });

    expect(got).toEqual(["a"]);
    expect(body.bytesUnread).toBe(0);
  });
});

test("a look at the first bytes leaves them to the reader", async () => {
  const body = new BodyStream(undefined, { wanted() {}, pause() {}, resume() {}, cancel() {} });
  expect(body.peek(3).length).toBe(0);

  for (const text of ["ab", "cd", "ef"]) body.push(Buffer.from(text));

  expect(body.peek(3).toString()).toBe("abc");
  body.finish();
  expect(String(await body.collect(10))).toBe("abcdef");
});
