import { describe, expect, test } from "bun:test";
import type { Gathered, ProxyRequest, Stage } from "../contracts.ts";
import { BodyStream } from "../lib/body.ts";
import { CANCELED, Cancellation, DEADLINE_EXCEEDED } from "../lib/cancellation.ts";
import { createManualWheel } from "../lib/manual-wheel.fixture.ts";
import { createMergeStage } from "./merge.ts";
import { bodyText, broken, openBody, part, request, settled } from "./stage.fixture.ts";

const { wheel } = createManualWheel();

/** The data as JSON, completeness and message of a merge. */
async function merged(...parts: Gathered[]) {
  const stages: Stage[] = parts.map((one) => () => one);
  const stage = createMergeStage(stages, { timeoutMs: 1000, copiesBody: false, wheel });
  const { data, isComplete, message } = settled(await stage(request()));
  return { data, isComplete, message };
}

describe("the parts of an answer", () => {
  test("become one, whole when all are", async () => {
    expect(await merged(part('{"b":1}'), part('{"a":2}'))).toEqual({
      data: '{"a":2,"b":1}',
      isComplete: true,
      message: undefined,
    });
  });

  test.each([
    ["a failed one", broken("x"), "x"],
    ["an incomplete one", part("{}", { isComplete: false }), undefined],
    ["one without data", part(null), undefined],
  ])("are incomplete with %s", async (_, other, message) => {
    expect(await merged(part('{"a":1}'), other)).toEqual({
      data: '{"a":1}',
      isComplete: false,
      message,
    });
  });

  test("that all failed are no answer but all messages, in order of arrival", async () => {
    expect(await merged(broken("x"), broken("y"))).toEqual({
      data: null,
      isComplete: undefined,
      message: "x\ny",
    });
  });

  test.each([
    ["all", [part(null), part(null)], "{}"],
    ["all but failed ones", [part(null), broken("x")], null],
  ])("are nothing when none has data: %s", async (_, parts, data) => {
    expect(await merged(...parts)).toMatchObject({ data, isComplete: false });
  });

  test("lose what a backend gave besides its error", async () => {
    const partial: Gathered = {
      settle: (block) => ({
        ...broken("x").settle(block),
        response: part('{"b":1}').settle(block).response,
      }),
    };

    expect(await merged(part('{"a":1}'), partial)).toMatchObject({ data: '{"a":1}', message: "x" });
  });

  test("are merged shallowly, and the one that arrives last wins", async () => {
    const late = Promise.withResolvers<Gathered>();
    const stages: Stage[] = [() => late.promise, () => part('{"a":{"x":1}}')];
    const stage = createMergeStage(stages, { timeoutMs: 1000, copiesBody: false, wheel });

    const answer = stage(request());
    late.resolve(part('{"a":{"y":2}}'));

    expect(settled(await answer).data).toBe('{"a":{"y":2}}');
  });
});

describe("the backends' time", () => {
  /** Two backends that never answer, and the work that they were given. */
  function startStalled() {
    const { wheel: ownWheel, advance, state } = createManualWheel();
    const client = new Cancellation(ownWheel, null);
    const work: Cancellation[] = [];
    const answers = [Promise.withResolvers<Gathered>(), Promise.withResolvers<Gathered>()];
    const stages = answers.map(({ promise }): Stage => {
      return ({ cancellation }) => {
        work.push(cancellation);
        return promise;
      };
    });
    const stage = createMergeStage(stages, { timeoutMs: 1000, copiesBody: false, wheel: ownWheel });
    const answer = stage(request({ cancellation: client }));
    return { answer, answers, work, client, advance, state };
  }

  test("is 85 % of the endpoint's, and shared", () => {
    const { work, advance } = startStalled();

    advance(849);
    const before = work.map(({ reason }) => reason);
    advance(100);
    const after = work.map(({ reason }) => reason);

    expect(before).toEqual([null, null]);
    expect(after).toEqual([DEADLINE_EXCEEDED, DEADLINE_EXCEEDED]);
  });

  test("ends when the client leaves", () => {
    const { work, client } = startStalled();

    client.cancel(CANCELED);

    expect(work.map(({ reason }) => reason)).toEqual([CANCELED, CANCELED]);
  });

  test("begins before the client's body is there", async () => {
    const { wheel: ownWheel, advance } = createManualWheel();
    const stage = createMergeStage([() => part("{}"), () => part("{}")], {
      timeoutMs: 1000,
      copiesBody: true,
      wheel: ownWheel,
    });

    const answer = stage(request({ body: openBody() }));
    advance(900);

    expect(settled(await answer).message).toBe(DEADLINE_EXCEEDED);
  });

  test("is over when all have answered: nothing waits for it any more", async () => {
    const { answer, answers, work, advance, state } = startStalled();

    for (const { resolve } of answers) resolve(part("{}"));
    await answer;
    advance(2000);

    expect(work[0]!.reason).toBeNull();
    expect(state.tick).toBeNull();
  });
});

describe("a client's body", () => {
  /** What each of two backends got as the body. */
  async function bodiesOf(body: ProxyRequest["body"], copiesBody: boolean) {
    const got: unknown[] = [];
    const stages = ["a", "b"].map((): Stage => {
      return (sent) => {
        got.push(sent.body === body ? sent.body : bodyText(sent.body));
        return part("{}");
      };
    });
    const stage = createMergeStage(stages, { timeoutMs: 1000, copiesBody, wheel });
    const { message } = settled(await stage(request({ body })));
    return { got, message };
  }

  test("goes to all backends where one of them writes", async () => {
    const { got } = await bodiesOf(BodyStream.of(Buffer.from("abc")), true);

    expect(got).toEqual(["abc", "abc"]);
  });

  test("that is missing is an empty one where a backend writes", async () => {
    expect((await bodiesOf(null, true)).got).toEqual(["", ""]);
    expect((await bodiesOf(null, false)).got).toEqual([null, null]);
  });

  test("streams to the first backend where none of them writes", async () => {
    const body = BodyStream.of(Buffer.from("abc"));

    const { got } = await bodiesOf(body, false);

    expect(got).toEqual([body, null]);
  });

  test("is waited for", async () => {
    const body = new BodyStream(undefined, {
      wanted() {
        queueMicrotask(() => {
          body.push(Buffer.from("abc"));
          body.finish();
        });
      },
      pause() {},
      resume() {},
      cancel() {},
    });

    expect((await bodiesOf(body, true)).got).toEqual(["abc", "abc"]);
  });

  test("that breaks off, or is too long to be copied, reaches no backend", async () => {
    const cut = new BodyStream(9, { wanted() {}, pause() {}, resume() {}, cancel() {} });
    cut.fail("unexpected EOF");
    const long = BodyStream.of(Buffer.alloc(32 * 1024 * 1024 + 1));

    expect(await bodiesOf(cut, true)).toEqual({ got: [], message: "unexpected EOF" });
    expect(await bodiesOf(long, true)).toEqual({
      got: [],
      message: "http: request body too large",
    });
  });
});
