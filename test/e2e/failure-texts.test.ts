import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { freePort } from "../support/free-port.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { scriptedUpstream, thenEnd } from "../support/scripted-upstream.ts";
import { hostless } from "./in-front-of.ts";

/** A whole value, of which the head promises more. */
function cutOff(type: string, body: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: 100\r\n\r\n${body}`;
}

const backend = scriptedUpstream({
  "/silent": "",
  "/hangs-up": thenEnd(""),
  "/no-http": "HTTP/1.1 OK 200\r\n\r\n",
  "/whole-json": thenEnd(cutOff("application/json", '{"ok":1}')),
  "/whole-xml": thenEnd(cutOff("application/xml", "<ok>1</ok>")),
  "/whole-text": thenEnd(cutOff("text/plain", "ok")),
});

let gateway: TestGateway;
let closedPort = 0;
beforeAll(async () => {
  closedPort = await freePort();
  const endpoint = (name: string, more: object = {}, method = "GET") => ({
    endpoint: `/${name}`,
    method,
    backend: [{ url_pattern: `/${name}`, ...more }],
  });
  gateway = await startGateway(
    {
      timeout: "3s",
      cache_ttl: "60s",
      response_header_timeout: "300ms",
      extra_config: { router: { return_error_msg: true } },
      endpoints: [
        endpoint("silent"),
        endpoint("hangs-up"),
        endpoint("hangs-up", {}, "DELETE"),
        endpoint("no-http"),
        endpoint("refused", { host: `http://127.0.0.1:${closedPort}` }),
        endpoint("unknown", { host: "http://nobody.invalid" }),
        ...["json", "safejson", "xml", "string"].map((encoding) => ({
          endpoint: `/whole/${encoding}`,
          backend: [{ url_pattern: wholeValueOf(encoding), encoding }],
        })),
      ],
    },
    { backend },
  );
});
afterAll(() => gateway[Symbol.asyncDispose]());

describe("a call that fails tells why in Go's words:", () => {
  test.each([
    ["GET", "silent", 'Get "http://backend/silent": net/http: timeout awaiting response headers'],
    ["GET", "hangs-up", 'Get "http://backend/hangs-up": EOF'],
    ["DELETE", "hangs-up", 'Delete "http://backend/hangs-up": EOF'],
    [
      "GET",
      "no-http",
      'Get "http://backend/no-http": net/http: HTTP/1.x transport connection broken: malformed HTTP status code "OK"',
    ],
    [
      "GET",
      "refused",
      'Get "http://backend/refused": dial tcp 127.0.0.1:closed: connect: connection refused',
    ],
    [
      "GET",
      "unknown",
      'Get "http://nobody.invalid/unknown": dial tcp: lookup nobody.invalid: no such host',
    ],
  ])("%s /%s", async (method, name, text) => {
    const answer = await gateway.fetch(`/${name}`, { method });

    const said = hostless(
      (await answer.text()).replace(`tcp 127.0.0.1:${closedPort}`, "tcp 127.0.0.1:closed"),
    );
    expect([answer.status, said]).toEqual([500, text]);
    expect(answer.headers.get("x-krakend-completed")).toBe("false");
    expect(answer.headers.get("cache-control")).toBeNull();
  });
});

describe("a connection that is lost after a whole value", () => {
  test.each([
    ["json", '{"ok":1}'],
    ["xml", '{"ok":"1"}'],
  ])("is no failure with %s", async (encoding, text) => {
    const answer = await gateway.fetch(`/whole/${encoding}`);

    expect([answer.status, await answer.text()]).toEqual([200, text]);
    expect(answer.headers.get("x-krakend-completed")).toBe("true");
    expect(answer.headers.get("cache-control")).toBe("public, max-age=60");
  });

  test.each(["safejson", "string"])("is a failure with %s", async (encoding) => {
    const answer = await gateway.fetch(`/whole/${encoding}`);

    expect([answer.status, await answer.text()]).toEqual([500, "unexpected EOF"]);
  });
});

function wholeValueOf(encoding: string): string {
  if (encoding === "xml") return "/whole-xml";
  return encoding === "string" ? "/whole-text" : "/whole-json";
}
