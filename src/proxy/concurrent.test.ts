import { describe, expect, test } from "bun:test";
import type { Gathered, ProxyRequest } from "../contracts.ts";
import { failureWithStatus } from "../errors.ts";
import { BodyStream } from "../lib/body.ts";
import { CANCELED, Cancellation, DEADLINE_EXCEEDED } from "../lib/cancellation.ts";
import { createManualWheel } from "../lib/manual-wheel.fixture.ts";
import { TICK_MS } from "../lib/timer-wheel.ts";
import { failed } from "../results.ts";
import { createConcurrentStage } from "./concurrent.ts";
import { bodyText, broken, noOpPart, openBody, part, request, settled } from "./stage.fixture.ts";

/** Calls that answer when the test says so. */
function race(calls: number, sent: Partial<ProxyRequest> = {}) {
  const { wheel, advance, state } = createManualWheel();
  const client = new Cancellation(wheel, null);
  const seen: ProxyRequest[] = [];
  const answers = Array.from({ length: calls }, () => Promise.withResolvers<Gathered>());
  const stage = createConcurrentStage(
    (one) => {
      seen.push(one);
      return answers[seen.length - 1]!.promise;
    },
    { calls, timeoutMs: 1000, wheel },
  );
  const answer = stage(request({ cancellation: client, ...sent }));
  const reasons = () => seen.map(({ cancellation }) => cancellation.reason);
  return { answer, answers, seen, reasons, client, advance, state };
}

describe("identical calls", () => {
  test("start together; the first complete answer wins and ends the others", async () => {
    const { answer, answers, seen, reasons } = race(3);

    answers[1]!.resolve(part('{"n":1}'));
    const first = settled(await answer);

    expect(seen).toHaveLength(3);
    expect(first).toMatchObject({ data: '{"n":1}', isComplete: true, message: undefined });
    expect(reasons()).toEqual([CANCELED, null, CANCELED]);
  });

  test.each([
    ["a failure", broken("x")],
    ["an incomplete answer", part('{"bad":1}', { isComplete: false })],
  ])("pass over %s", async (_, loser) => {
    const { answer, answers } = race(2);

    answers[0]!.resolve(loser);
    answers[1]!.resolve(part('{"good":1}'));

    expect(settled(await answer)).toMatchObject({ data: '{"good":1}', message: undefined });
  });

  test.each([
    ["null", null],
    ["{}", "{}"],
  ])("take %s for a complete answer", async (_, document) => {
    const { answer, answers, reasons } = race(2);

    answers[0]!.resolve(part(document));
    await answer;

    expect(reasons()).toEqual([null, CANCELED]);
  });

  test("that all fail are the last failure, with its status", async () => {
    const { answer, answers } = race(2);

    answers[1]!.resolve(broken("early"));
    await new Promise(setImmediate);
    answers[0]!.resolve(failed(failureWithStatus("backend_status", 409, "late", "text/x")));

    expect(settled(await answer)).toMatchObject({ data: null, message: "late", status: 409 });
  });

  test("of which none is complete are the last incomplete answer and the last failure", async () => {
    const { answer, answers } = race(3);

    answers[0]!.resolve(part('{"n":1}', { isComplete: false }));
    answers[1]!.resolve(broken("x"));
    answers[2]!.resolve(part('{"n":3}', { isComplete: false }));

    expect(settled(await answer)).toMatchObject({
      data: '{"n":3}',
      isComplete: false,
      message: "x",
    });
  });

  test("that answer at once are no more than are needed", async () => {
    const { wheel } = createManualWheel();
    let calls = 0;
    const stage = createConcurrentStage(
      () => {
        calls++;
        return part("{}");
      },
      { calls: 3, timeoutMs: 1000, wheel },
    );

    await stage(request());

    expect(calls).toBe(1);
  });

  test("each get the client's body", async () => {
    const { seen, answers, answer } = race(2, { body: BodyStream.of(Buffer.from("abc")) });

    answers[0]!.resolve(part("{}"));
    await answer;

    expect(seen.map(({ body }) => bodyText(body))).toEqual(["abc", "abc"]);
    // Like the client's own, which no redirect sends again.
    expect(seen.every(({ body }) => body instanceof BodyStream)).toBe(true);
  });

  test("do not start with a body that is too long to be copied", async () => {
    const body = BodyStream.of(Buffer.alloc(32 * 1024 * 1024 + 1));

    const { seen, answer } = race(2, { body });

    expect(settled(await answer)).toMatchObject({ status: 413 });
    expect(seen).toEqual([]);
  });

  test("pass on a bug instead of waiting for ever", async () => {
    const { answer, answers } = race(2);

    answers[0]!.resolve({
      settle() {
        throw new Error("a bug");
      },
    });

    const limit = new Promise((resolve) => setTimeout(resolve, 1_000, "nothing"));
    const outcome = Promise.resolve(answer).catch(({ message }: Error) => message);
    expect(await Promise.race([outcome, limit])).toBe("a bug");
  });
});

describe("the time of identical calls", () => {
  test("is 75 % of the endpoint's", () => {
    const { reasons, advance } = race(2);

    advance(749);
    const before = reasons();
    advance(TICK_MS);

    expect(before).toEqual([null, null]);
    expect(reasons()).toEqual([DEADLINE_EXCEEDED, DEADLINE_EXCEEDED]);
  });

  test("ends when the client leaves", () => {
    const { reasons, client } = race(2);

    client.cancel(CANCELED);

    expect(reasons()).toEqual([CANCELED, CANCELED]);
  });

  test("is over with the answer: nothing waits for it any more", async () => {
    const { answer, answers, client, reasons, advance, state } = race(2);

    answers[0]!.resolve(part("{}"));
    await answer;
    client.cancel(CANCELED);
    advance(100);

    expect(reasons()[0]).toBeNull();
    expect(state.tick).toBeNull();
  });

  test("does not cut the stream of the winner, but the client still does", async () => {
    const { answer, answers, client, reasons, advance } = race(2);

    answers[0]!.resolve(noOpPart(openBody()));
    await answer;
    advance(900);
    const late = reasons()[0];
    client.cancel(CANCELED);

    expect([late, reasons()[0]]).toEqual([null, CANCELED]);
  });

  test("is over with the end of the winner's stream", async () => {
    const { answer, answers, advance, state } = race(2);
    const body = openBody();
    answers[0]!.resolve(noOpPart(body));
    await answer;

    body.finish();
    advance(100);

    expect(state.tick).toBeNull();
  });
});
