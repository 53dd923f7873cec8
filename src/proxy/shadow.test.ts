import { describe, expect, test } from "bun:test";
import type { Gathered, ProxyRequest, Stage } from "../contracts.ts";
import { BodyStream } from "../lib/body.ts";
import { CANCELED, Cancellation, DEADLINE_EXCEEDED } from "../lib/cancellation.ts";
import { createManualWheel } from "../lib/manual-wheel.fixture.ts";
import { withDroppedAnswer, withShadows } from "./shadow.ts";
import { bodyText, broken, noOpPart, openBody, part, request, settled } from "./stage.fixture.ts";

/** A stage that answers at once beside a shadow that does what the test says. */
function start(shadow: () => Gathered | Promise<Gathered> = () => part("{}")) {
  const { wheel, advance } = createManualWheel();
  const life = new Cancellation(wheel, null);
  const client = new Cancellation(wheel, null);
  const main: ProxyRequest[] = [];
  const copies: ProxyRequest[] = [];
  const bugs: unknown[] = [];
  const stage = withShadows(
    (one) => {
      main.push(one);
      return part('{"main":1}');
    },
    (one) => {
      copies.push(one);
      return shadow();
    },
    { timeoutMs: 1000, wheel, life, onBug: (bug) => bugs.push(bug) },
  );
  const send: Stage = (one) => stage({ ...one, cancellation: client });
  return { send, main, copies, bugs, life, client, advance };
}

const never = () => new Promise<Gathered>(() => {});

describe("a shadow", () => {
  test("gets the same request", async () => {
    const { send, main, copies } = start();

    await send(request({ query: ["q", "1"], headers: ["X-A", "1"] }));

    const [{ cancellation: _own, ...sent } = request()] = main;
    expect(copies).toEqual([{ ...sent, cancellation: expect.anything() }]);
  });

  test.each<[string, () => Gathered | Promise<Gathered>]>([
    ["answers", () => part('{"shadow":1}')],
    ["fails", () => broken("x")],
    ["never answers", never],
  ])("does not show when it %s", async (_, shadow) => {
    const { send } = start(shadow);

    expect(settled(await send(request()))).toMatchObject({ data: '{"main":1}', isComplete: true });
  });

  test.each<[string, () => Gathered | Promise<Gathered>]>([
    [
      "throws",
      () => {
        throw new Error("a bug");
      },
    ],
    ["rejects", () => Promise.reject(new Error("a bug"))],
  ])("that %s is a bug of ours, and does not show either", async (_, shadow) => {
    const { send, bugs } = start(shadow);

    const answer = settled(await send(request()));
    await new Promise(setImmediate);

    expect(answer.data).toBe('{"main":1}');
    expect(bugs).toEqual([new Error("a bug")]);
  });

  test("lives on when the client leaves, and ends with its own time", async () => {
    const { send, copies, client, advance } = start(never);
    await send(request());

    client.cancel(CANCELED);
    advance(999);
    const before = copies[0]!.cancellation.reason;
    advance(100);

    expect(before).toBeNull();
    expect(copies[0]!.cancellation.reason).toBe(DEADLINE_EXCEEDED);
  });

  test("ends when the gateway closes", async () => {
    const { send, copies, life } = start(never);
    await send(request());

    life.cancel(CANCELED);

    expect(copies[0]!.cancellation.reason).toBe(CANCELED);
  });

  test("of which a thousand copies hang gets no more, until some have ended", async () => {
    const { send, main, copies, advance } = start(never);
    for (let index = 0; index < 1_001; index++) await send(request());

    expect([main.length, copies.length]).toEqual([1_001, 1_000]);
    advance(2_000);
    expect(copies.every(({ cancellation }) => cancellation.reason !== null)).toBe(true);
  });

  test("makes room for the next copy when it has answered", async () => {
    const { send, copies } = start();
    for (let index = 0; index < 1_001; index++) {
      await send(request());
      await new Promise(setImmediate);
    }

    expect(copies).toHaveLength(1_001);
  });
});

describe("a client's body", () => {
  test("that is there goes to both", async () => {
    const { send, main, copies } = start();

    await send(request({ body: BodyStream.of(Buffer.from("abc")) }));

    expect([bodyText(main[0]!.body), bodyText(copies[0]!.body)]).toEqual(["abc", "abc"]);
  });

  test("that is still coming goes to the main call at once, and to the shadow when it is whole", () => {
    const { wheel } = createManualWheel();
    const body = openBody();
    const read: string[] = [];
    const copies: ProxyRequest[] = [];
    const main: Stage = ({ body: passing }) => {
      if (passing instanceof BodyStream) {
        passing.pipe({ data: (chunk) => read.push(chunk.toString()), end() {}, fail() {} });
      }
      return never();
    };
    const shadow: Stage = (one) => {
      copies.push(one);
      return part("{}");
    };
    const life = new Cancellation(wheel, null);
    const stage = withShadows(main, shadow, { timeoutMs: 1000, wheel, life, onBug() {} });

    stage(request({ body }));
    body.push(Buffer.from("a"));
    const early = [[...read], copies.length];
    body.push(Buffer.from("bc"));
    body.finish();

    expect(early).toEqual([["a"], 0]);
    expect(copies.map((one) => bodyText(one.body))).toEqual(["abc"]);
  });

  test("that is too long to be copied goes to the main call alone", async () => {
    const { send, main, copies } = start();
    const bytes = Buffer.alloc(32 * 1024 * 1024 + 1);

    await send(request({ body: BodyStream.of(bytes) }));

    expect(bodyText(main[0]!.body)).toHaveLength(bytes.length);
    expect(copies).toEqual([]);
  });

  test("that is not copied takes no room from others", async () => {
    const { send, copies } = start();
    const body = Buffer.alloc(32 * 1024 * 1024 + 1);

    for (let index = 0; index < 1_000; index++) await send(request({ body }));
    await send(request());

    expect(copies).toHaveLength(1);
  });

  test("of 32 MiB is not copied while two such copies are on their way", async () => {
    const { send, copies } = start(never);
    const bytes = Buffer.alloc(32 * 1024 * 1024);

    for (let index = 0; index < 3; index++) await send(request({ body: BodyStream.of(bytes) }));

    expect(copies).toHaveLength(2);
  });
});

describe("an answer that is dropped", () => {
  test("is read to its end first", async () => {
    const body = openBody();
    let isOver = false;
    const answer = Promise.resolve(withDroppedAnswer(() => noOpPart(body))(request())).then(() => {
      isOver = true;
    });

    body.push(Buffer.alloc(1000));
    await new Promise(setImmediate);
    const early = isOver;
    body.finish();
    await answer;

    expect(early).toBe(false);
    expect(body.bytesUnread).toBe(0);
  });

  test("that breaks off is over", async () => {
    const body = openBody();
    const answer = withDroppedAnswer(() => noOpPart(body))(request());

    body.fail("unexpected EOF");

    await answer;
  });

  test("may be a failure", async () => {
    expect(settled(await withDroppedAnswer(() => broken("x"))(request())).message).toBe("x");
  });
});
