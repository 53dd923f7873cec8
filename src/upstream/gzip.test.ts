import { describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import type { UpstreamResponse } from "../contracts.ts";
import { HeaderLines } from "../http1/header-lines.ts";
import { type BodyFlow, BodyStream } from "../lib/body.ts";
import { gunzipBody, gunzipBytes, unpackedResponse } from "./gzip.ts";
import { parseOrigin } from "./origin.ts";

const MAX_BYTES = 8 * 1024 * 1024;
const TOO_LARGE = "gzip: body too large";
const NOT_GZIP = "gzip: invalid header";

/** Three megabytes that pack a thousand times, where two hundred are believed. */
const bomb = gzipSync(Buffer.alloc(3 * 1024 * 1024));

/** A body that comes in pieces of this size, after somebody has begun to read. */
function inPieces(bytes: Buffer, size: number, flow: Partial<BodyFlow> = {}): BodyStream {
  const body: BodyStream = new BodyStream(undefined, {
    wanted() {
      queueMicrotask(() => {
        for (let at = 0; at < bytes.length; at += size) body.push(bytes.subarray(at, at + size));
        body.finish();
      });
    },
    pause() {},
    resume() {},
    cancel() {},
    ...flow,
  });
  return body;
}

function response(contentEncoding: string | undefined, headers: string[]): UpstreamResponse {
  const origin = parseOrigin("http://a.test");
  if ("kind" in origin) throw new Error(origin.message);
  const body = BodyStream.of(gzipSync("plain"));
  const lines = HeaderLines.of(headers);
  return {
    kind: "response",
    status: 200,
    headers: lines,
    contentEncoding,
    body,
    origin,
    target: "/",
  };
}

describe("bytes", () => {
  test("are unpacked at once", () => {
    expect(gunzipBytes(gzipSync("plain"))).toEqual(Buffer.from("plain"));
  });

  test.each([
    ["no gzip at all", Buffer.from("plain"), NOT_GZIP],
    ["cut", gzipSync("plain").subarray(0, -4), NOT_GZIP],
    ["packed beyond reason", bomb, TOO_LARGE],
  ])("that are %s say so", (_, bytes, reason) => {
    expect(gunzipBytes(bytes)).toBe(reason);
  });

  test("may grow to a megabyte, however well they are packed", () => {
    expect(gunzipBytes(gzipSync(Buffer.alloc(1024 * 1024)))).toHaveLength(1024 * 1024);
  });
});

describe("a body", () => {
  test("that is there is unpacked at once", () => {
    const plain = gunzipBody(BodyStream.of(gzipSync("plain")));

    expect(plain.takeWhole()?.toString()).toBe("plain");
  });

  test.each([[1], [7], [100_000]])("that comes in pieces of %p bytes is the same", async (size) => {
    const text = Array.from({ length: 5000 }, (_, i) => `${i} `).join("");

    const plain = await gunzipBody(inPieces(gzipSync(text), size)).collect(MAX_BYTES);

    expect(plain.toString()).toBe(text);
  });

  test.each([
    ["there", (bytes: Buffer) => BodyStream.of(bytes)],
    ["on its way", (bytes: Buffer) => inPieces(bytes, 100)],
  ])("that is %s fails when it is no gzip, or is packed beyond reason", async (_, toBody) => {
    const plain = await gunzipBody(toBody(Buffer.from("plain"))).collect(MAX_BYTES);
    const large = await gunzipBody(toBody(bomb)).collect(MAX_BYTES);

    expect(plain).toMatchObject({ kind: "body-failure", reason: NOT_GZIP });
    expect(large).toMatchObject({ kind: "body-failure", reason: TOO_LARGE });
  });

  test("that breaks off fails with its reason", async () => {
    const packed = new BodyStream(undefined, {
      wanted: () => queueMicrotask(() => packed.fail("unexpected EOF")),
      pause() {},
      resume() {},
      cancel() {},
    });

    const plain = await gunzipBody(packed).collect(MAX_BYTES);

    expect(plain).toMatchObject({ kind: "body-failure", reason: "unexpected EOF" });
  });

  test("that nobody wants is not read on", () => {
    let cancelled = 0;
    const plain = gunzipBody(inPieces(gzipSync("plain"), 1, { cancel: () => cancelled++ }));

    plain.cancel();

    expect(cancelled).toBe(1);
  });
});

describe("a response", () => {
  test.each([["gzip"], ["GZIP"]])("with the coding %s reads as if it never had one", (coding) => {
    const headers = ["A", "1", "content-Encoding", coding, "CONTENT-LENGTH", "25", "A", "2"];

    const plain = unpackedResponse(response(coding, headers));

    expect(plain.headers.list()).toEqual(["A", "1", "A", "2"]);
    expect(plain.contentEncoding).toBeUndefined();
    expect(plain.body.takeWhole()?.toString()).toBe("plain");
  });

  test.each([[undefined], ["br"], ["gzip, br"]])("with the coding %p stays as it is", (coding) => {
    const packed = response(coding, []);

    expect(unpackedResponse(packed)).toBe(packed);
  });
});
