import { describe, expect, test } from "bun:test";
import type { Gathered, ProxyRequest, Stage } from "../contracts.ts";
import { failureWithStatus } from "../errors.ts";
import { BodyStream } from "../lib/body.ts";
import { CANCELED, Cancellation, DEADLINE_EXCEEDED } from "../lib/cancellation.ts";
import { createManualWheel } from "../lib/manual-wheel.fixture.ts";
import { Params } from "../lib/params.ts";
import { failed } from "../results.ts";
import { compileRespParams } from "./resp-params.ts";
import { createSequentialStage } from "./sequential.ts";
import {
  bodyText,
  broken,
  noOpPart,
  openBody,
  part,
  request,
  type Settled,
  settled,
} from "./stage.fixture.ts";

interface Sequence {
  /** One for each answer; `/` where absent. */
  readonly patterns?: readonly string[];
  readonly propagated?: readonly string[];
  readonly copiesBody?: boolean;
  readonly sent?: Partial<ProxyRequest>;
}

/** What became of the answers, and the requests that their backends got. */
async function run(
  answers: readonly Gathered[],
  { patterns = [], propagated = [], copiesBody = false, sent = {} }: Sequence = {},
): Promise<Settled & { readonly seen: readonly ProxyRequest[] }> {
  const { wheel } = createManualWheel();
  const seen: ProxyRequest[] = [];
  const backends = answers.map((_, index) => ({ urlPattern: patterns[index] ?? "/" }));
  const needed = compileRespParams(backends, propagated);
  const steps = answers.map((answer, index) => ({
    stage: (one: ProxyRequest) => {
      seen.push(one);
      return answer;
    },
    needed: needed[index]!,
  }));
  const stage = createSequentialStage(steps, { timeoutMs: 1000, copiesBody, wheel });
  return { ...settled(await stage(request(sent))), seen };
}

describe("a sequence", () => {
  test("merges in its own order, later answers over earlier ones", async () => {
    const answer = await run([part('{"a":{"x":1},"b":1}'), part('{"a":{"y":2}}')]);

    expect(answer).toMatchObject({ data: '{"a":{"y":2},"b":1}', isComplete: true });
  });

  test("that fails at once is the failure, with its status", async () => {
    const refusal = failed(failureWithStatus("backend_status", 404, "no such", "text/x"));

    const answer = await run([refusal, part("{}")]);

    expect(answer).toMatchObject({ data: null, message: "no such", status: 404 });
    expect(answer.seen).toHaveLength(1);
  });

  test("that fails later is what came before it, incomplete", async () => {
    const refusal = failed(failureWithStatus("backend_status", 404, "no such", "text/x"));

    const answer = await run([part('{"a":1}'), refusal, part("{}")]);

    expect(answer).toMatchObject({
      data: '{"a":1}',
      isComplete: false,
      message: "no such",
      status: 500,
    });
    expect(answer.seen).toHaveLength(2);
  });

  test("ends with an incomplete answer, which counts", async () => {
    const answer = await run([part('{"a":1}'), part('{"b":2}', { isComplete: false }), part("{}")]);

    expect(answer).toMatchObject({
      data: '{"a":1,"b":2}',
      isComplete: false,
      message: undefined,
    });
    expect(answer.seen).toHaveLength(2);
  });

  test("that ends with its first answer is incomplete", async () => {
    const answer = await run([part('{"a":1}', { isComplete: false }), part("{}")]);

    expect(answer).toMatchObject({ data: '{"a":1}', isComplete: false });
  });

  test.each([
    ["one", [part(null), part('{"b":2}')], '{"b":2}'],
    ["all", [part(null), part(null)], "{}"],
    ["the last", [part('{"a":1}'), part(null)], '{"a":1}'],
  ])("goes on after an answer without data and is incomplete: %s", async (_, answers, data) => {
    const answer = await run(answers);

    expect(answer).toMatchObject({ data, isComplete: false, message: undefined });
    expect(answer.seen).toHaveLength(2);
  });

  test("of an answer without data and a failure has no data", async () => {
    const answer = await run([part(null), broken("x")]);

    expect(answer).toMatchObject({ data: null, isComplete: false, message: "x" });
  });

  test("takes a no-op backend for done, whatever its status", async () => {
    const answer = await run([noOpPart(openBody(), 503), part('{"b":2}')]);

    expect(answer).toMatchObject({ data: '{"b":2}', isComplete: true });
  });
});

describe("a value of an earlier answer", () => {
  const first = part('{"s":{"tok":"zz","n":5},"id":"é"}');

  test("is a parameter of the calls after it", async () => {
    const patterns = ["/", "/{{.Resp0_s.n}}?t={{.Resp0_s.tok}}", "/{{.Resp0_id}}"];

    const { seen } = await run([first, part("{}"), part("{}")], { patterns });

    expect(seen[0]!.params.get("Resp0_s.n")).toBeUndefined();
    expect(seen[1]!.params.get("Resp0_s.n")).toBe("5");
    expect(seen[1]!.params.get("Resp0_s.tok")).toBe("zz");
    expect(seen[2]!.params.get("Resp0_s.n")).toBe("5");
    expect(seen[2]!.params.get("Resp0_id")).toBe("\xc3\xa9");
  });

  test("that is missing is none", async () => {
    const { seen } = await run([first, part("{}")], { patterns: ["/", "/{{.Resp0_s.x}}"] });

    expect(seen[1]!.params.get("Resp0_s.x")).toBeUndefined();
  });

  test("stands beside the route's own and before one of the same name", async () => {
    const params = new Params(["Id", "Resp0_id"], ["7", "own"]);

    const { seen } = await run([first, part("{}")], {
      patterns: ["/{{.Resp0_id}}", "/{{.Id}}/{{.Resp0_id}}"],
      sent: { params },
    });

    expect(seen[0]!.params.get("Resp0_id")).toBe("own");
    expect(seen[1]!.params.get("Id")).toBe("7");
    expect(seen[1]!.params.get("Resp0_id")).toBe("\xc3\xa9");
  });

  test("is there without a template when it is propagated", async () => {
    const { seen } = await run([first, part("{}")], { propagated: ["resp0_s.tok"] });

    expect(seen[1]!.params.get("Resp0_s.tok")).toBe("zz");
  });
});

describe("the body of a no-op backend", () => {
  test("is a parameter when it is propagated", async () => {
    const body = BodyStream.of(Buffer.from("whole é"));

    const { seen, isComplete } = await run([noOpPart(body), part('{"b":2}')], {
      propagated: ["resp0"],
    });

    expect(seen[1]!.params.get("Resp0")).toBe("whole \xc3\xa9");
    expect(isComplete).toBe(true);
  });

  test("is waited for", async () => {
    const body = openBody();
    queueMicrotask(() => {
      body.push(Buffer.from("late"));
      body.finish();
    });

    const { seen } = await run([noOpPart(body), part("{}")], { propagated: ["resp0"] });

    expect(seen[1]!.params.get("Resp0")).toBe("late");
  });

  test.each([
    ["broke off", (body: BodyStream) => body.fail("unexpected EOF")],
    ["is longer than 32 MiB", (body: BodyStream) => body.push(Buffer.alloc(32 * 1024 * 1024 + 1))],
  ])("that %s is no parameter, and the sequence goes on", async (_, happen) => {
    const body = openBody();
    happen(body);

    const { seen } = await run([noOpPart(body), part("{}")], { propagated: ["resp0"] });

    expect(seen[1]!.params.get("Resp0")).toBeUndefined();
  });

  test("that nobody wants is dropped in the end", async () => {
    const body = openBody();

    await run([noOpPart(body), part("{}")]);

    expect(body.isOpen).toBe(false);
  });

  test("is none for a backend that is decoded", async () => {
    const { seen } = await run([part('{"a":1}'), part("{}")], { propagated: ["resp0"] });

    expect(seen[1]!.params.get("Resp0")).toBeUndefined();
  });
});

describe("a client's body", () => {
  const bytes = () => BodyStream.of(Buffer.from("abc"));

  test("goes to each call where one of them writes", async () => {
    const { seen } = await run([part("{}"), part("{}")], {
      copiesBody: true,
      sent: { body: bytes() },
    });

    expect(seen.map(({ body }) => bodyText(body))).toEqual(["abc", "abc"]);
  });

  test("streams to the first where none does", async () => {
    const body = bytes();

    const { seen } = await run([part("{}"), part("{}")], { sent: { body } });

    expect(seen.map((one) => one.body)).toEqual([body, null]);
  });
});

describe("the time of a sequence", () => {
  function startStalled() {
    const { wheel, advance, state } = createManualWheel();
    const client = new Cancellation(wheel, null);
    const work: Cancellation[] = [];
    const answers = [Promise.withResolvers<Gathered>(), Promise.withResolvers<Gathered>()];
    const needed = { params: [], bodyName: null };
    const steps = answers.map(({ promise }) => {
      const stage: Stage = ({ cancellation }) => {
        work.push(cancellation);
        return promise;
      };
      return { stage, needed };
    });
    const stage = createSequentialStage(steps, { timeoutMs: 1000, copiesBody: false, wheel });
    const answer = stage(request({ cancellation: client }));
    return { answer, answers, work, client, advance, state };
  }

  test("is 85 % of the endpoint's for all calls together", async () => {
    const { answers, work, advance } = startStalled();

    advance(500);
    answers[0]!.resolve(part("{}"));
    await new Promise(setImmediate);
    advance(349);
    const before = work.map(({ reason }) => reason);
    advance(100);

    expect(before).toEqual([null, null]);
    expect(work[1]!.reason).toBe(DEADLINE_EXCEEDED);
  });

  test("ends when the client leaves", () => {
    const { work, client } = startStalled();

    client.cancel(CANCELED);

    expect(work.map(({ reason }) => reason)).toEqual([CANCELED]);
  });

  test("is over when the last has answered: nothing waits for it any more", async () => {
    const { answer, answers, advance, state } = startStalled();

    for (const { resolve } of answers) resolve(part("{}"));
    await answer;
    advance(100);

    expect(state.tick).toBeNull();
  });
});
