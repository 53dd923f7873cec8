import { expect, test } from "bun:test";
import { PassThrough } from "node:stream";
import { loadValid } from "../config/fixture.ts";
import type { Answer, ClientRequest } from "../contracts.ts";
import { createManualWheel } from "../lib/manual-wheel.fixture.ts";
import type { Http2Stream } from "../platform/http2.ts";
import { Http2Exchange } from "./http2-exchange.ts";

/** A window in which a body is judged, and the time until somebody looks. */
const WINDOW_AND_LOOK_MS = 20_000;
const SECOND_MS = 1000;

test.each([
  ["99 bytes a second is given up", 99, ["fail i/o timeout"]],
  ["101 bytes a second goes on", 101, []],
])("a body of %s", async (_, bytesPerSecond, ends) => {
  const { upload, heard, advance } = startUpload();

  for (let ms = 0; ms < WINDOW_AND_LOOK_MS; ms += SECOND_MS) {
    upload.write(Buffer.alloc(bytesPerSecond));
    await new Promise(setImmediate);
    advance(SECOND_MS);
  }

  expect(heard).toEqual(ends);
});

test("a body that is not read for a while is not too slow", async () => {
  const { upload, request, heard, advance } = startUpload();
  upload.write(Buffer.alloc(10));
  await new Promise(setImmediate);

  request.body?.pause();
  advance(2 * WINDOW_AND_LOOK_MS);

  expect(heard).toEqual([]);
});

/** A request whose body comes as the test writes it, and how its reader hears of the end. */
function startUpload() {
  const { wheel, advance } = createManualWheel();
  // Only what an exchange uses before it answers is there.
  const upload = new PassThrough();
  const { promise } = Promise.withResolvers<Answer>();
  const handed: ClientRequest[] = [];
  const scope = {
    limits: loadValid({}).listener,
    headLimits: { maxBytes: 0, maxHeaders: 0, maxTargetBytes: 0 },
    handler: (request: ClientRequest) => {
      handed.push(request);
      return promise;
    },
    wheel,
    isTls: false,
    takesHttp2: true,
    normalizePeer: (address: string) => address,
    connections: new Set<never>(),
    isDraining: () => false,
    onBug: () => {},
    onRefusal: () => {},
  };
  const head = {
    method: "POST",
    target: "/",
    path: "/",
    query: undefined,
    host: "gw",
    headers: [],
    contentLength: undefined,
    expectsContinue: false,
  };
  const events = { answered() {}, waiting() {}, abandoned() {} };
  const stream = upload as unknown as Http2Stream;
  new Http2Exchange(scope, stream, head, true, events).handle("127.0.0.1");
  const request = handed[0]!;
  const heard: string[] = [];
  request.body?.pipe({
    data() {},
    end: () => heard.push("end"),
    fail: (reason) => heard.push(`fail ${reason}`),
  });
  return { upload, request, heard, advance };
}
