import { expect, test } from "bun:test";
import { freePort } from "../support/free-port.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import type { UpstreamAnswer } from "../support/upstream.ts";

function startNoOp(backend: UpstreamAnswer, host?: string): Promise<TestGateway> {
  return startGateway(
    {
      timeout: "2s",
      cache_ttl: "60s",
      endpoints: [
        {
          endpoint: "/raw",
          output_encoding: "no-op",
          extra_config: { proxy: { static: { strategy: "always", data: { s: 1 } } } },
          backend: [{ url_pattern: "/", ...(host === undefined ? {} : { host: [host] }) }],
        },
      ],
    },
    { backend },
  );
}

test("static data beside a no-op answer is not written but counts as data; headers are sent once", async () => {
  await using gateway = await startNoOp({
    status: 202,
    headers: { "Content-Type": "text/csv", "Set-Cookie": ["a=1", "b=2"] },
    body: "x,y",
  });

  const answer = await gateway.fetch("/raw");

  expect([answer.status, await answer.text()]).toEqual([202, "x,y"]);
  expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(answer.headers.get("content-type")).toBe("text/csv");
  expect(answer.headers.get("x-krakend-completed")).toBe("true");
  expect(answer.headers.get("cache-control")).toBe("public, max-age=60");
});

test("static data in the place of a failed no-op backend is an empty 200", async () => {
  await using gateway = await startNoOp({ body: "x" }, `http://127.0.0.1:${await freePort()}`);

  const answer = await gateway.fetch("/raw");

  expect([answer.status, await answer.text()]).toEqual([200, ""]);
  expect(answer.headers.get("x-krakend-completed")).toBe("false");
  expect(answer.headers.get("cache-control")).toBeNull();
  expect(await gateway.logged("connection refused")).toContain("[ENDPOINT: /raw]");
});
