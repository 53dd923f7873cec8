import { describe, expect, test } from "bun:test";
import type { UpstreamRequest } from "../contracts.ts";
import { BodyStream } from "../lib/body.ts";
import { Cancellation } from "../lib/cancellation.ts";
import { createManualWheel } from "../lib/manual-wheel.fixture.ts";
import { Params } from "../lib/params.ts";
import { parseOrigin } from "./origin.ts";
import { renderRequestHead } from "./request-head.ts";

const plain = { closes: false, unpacks: false, proxy: null };

function request(parts: Partial<UpstreamRequest> = {}): UpstreamRequest {
  const origin = parseOrigin("http://a.test:81");
  if ("kind" in origin) throw new Error(origin.message);
  const cancellation = new Cancellation(createManualWheel().wheel, null);
  return {
    params: Params.none,
    method: "GET",
    origin,
    target: "/",
    headers: ["User-Agent", "gw"],
    body: null,
    cancellation,
    ...parts,
  };
}

/** A body of which that many bytes are announced. */
function stream(length: number | undefined): BodyStream {
  return new BodyStream(length, { wanted() {}, pause() {}, resume() {}, cancel() {} });
}

test("a head begins with the request line and the host as it was written, and keeps all lines", () => {
  const headers = ["User-Agent", "gw", "X", "1", "X", "", "Y", "\xe9"];

  const { text } = renderRequestHead(request({ target: "/a?b", headers }), plain);

  expect(text).toBe(
    "GET /a?b HTTP/1.1\r\nHost: a.test:81\r\nUser-Agent: gw\r\nX: 1\r\nX: \r\nY: \xe9\r\n\r\n",
  );
});

describe("the user agent", () => {
  test("is that of Go where a filter took the gateway's", () => {
    const { text } = renderRequestHead(request({ headers: ["X", "1"] }), plain);

    expect(text).toEndWith("X: 1\r\nUser-Agent: Go-http-client/1.1\r\n\r\n");
  });

  test("is none at all where an empty one is asked for", () => {
    const { text } = renderRequestHead(request({ headers: ["User-Agent", ""] }), plain);

    expect(text).not.toContain("User-Agent");
  });
});

test("a connection that ends with the request says so", () => {
  const { text } = renderRequestHead(request(), { ...plain, closes: true });

  expect(text).toEndWith("\r\nConnection: close\r\n\r\n");
});

describe("gzip", () => {
  test.each([
    ["where the gateway unpacks", true, {}],
    ["of HEAD, which has no body", false, { method: "HEAD" }],
    ["with the client's own wish", false, { headers: ["Accept-Encoding", "br"] }],
    ["for a part, whose bytes would be others", false, { headers: ["Range", "bytes=0-1"] }],
  ])("is asked for %s: %p", (_, asksForGzip, parts) => {
    const head = renderRequestHead(request(parts), { ...plain, unpacks: true });

    expect(head.asksForGzip).toBe(asksForGzip);
    expect(head.text.includes("Accept-Encoding: gzip\r\n")).toBe(asksForGzip);
  });

  test("is not asked for where the gateway does not unpack", () => {
    const head = renderRequestHead(request(), plain);

    expect(head.asksForGzip).toBe(false);
    expect(head.text).not.toContain("Accept-Encoding");
  });
});

describe("framing", () => {
  const bytes = Buffer.from("abc");
  const lengthOf3 = ["Content-Length", "3"];

  test.each([
    ["GET without a body", "GET", [], null, "none", ""],
    ["DELETE without a body", "DELETE", [], null, "none", ""],
    ["POST without a body", "POST", [], null, "empty", "Content-Length: 0"],
    ["PUT without a body", "PUT", [], null, "empty", "Content-Length: 0"],
    ["PATCH without a body", "PATCH", [], null, "empty", "Content-Length: 0"],
    ["GET with an empty body", "GET", [], Buffer.alloc(0), "none", ""],
    ["bytes whose length was let through", "POST", lengthOf3, bytes, "length", "Content-Length: 3"],
    ["a stream whose length was let through", "POST", lengthOf3, 3, "length", "Content-Length: 3"],
    ["bytes whose length was not", "POST", [], bytes, "chunked", "Transfer-Encoding: chunked"],
    ["a stream whose length was not", "POST", [], 3, "chunked", "Transfer-Encoding: chunked"],
    [
      "a stream without length",
      "POST",
      lengthOf3,
      undefined,
      "chunked",
      "Transfer-Encoding: chunked",
    ],
    [
      "a length that is not the body's",
      "POST",
      ["Content-Length", "4"],
      bytes,
      "chunked",
      "Transfer-Encoding: chunked",
    ],
    [
      "two lengths",
      "POST",
      [...lengthOf3, ...lengthOf3],
      bytes,
      "chunked",
      "Transfer-Encoding: chunked",
    ],
  ] as const)("of %s", (_, method, headers, source, framing, line) => {
    const isStream = typeof source === "number" || source === undefined;
    const body = isStream ? stream(source) : source;

    const head = renderRequestHead(request({ method, headers: [...headers], body }), plain);

    const lines = head.text.split("\r\n").filter((one) => /^(?:Content-L|Transfer-E)/.test(one));
    expect(head.framing).toBe(framing);
    expect(lines).toEqual(line === "" ? [] : [line]);
  });
});

test("heads with the same list, and with another after it, have their own lines", () => {
  const shared = ["User-Agent", "gw", "X", "1"];
  const heads = [shared, shared, ["User-Agent", "gw", "Y", "2"], shared].map((headers) =>
    renderRequestHead(request({ headers }), plain).text.split("\r\n").at(-3),
  );

  expect(heads).toEqual(["X: 1", "X: 1", "Y: 2", "X: 1"]);
});
