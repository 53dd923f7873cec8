import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { scriptedUpstream } from "../support/scripted-upstream.ts";

const SAID = "we are \u001b[31mdown\nfor maintenance";
/** How a line shows it. */
const SHOWN = String.raw`"we are \u001b[31mdown\nfor maintenance"`;

const answerOf = (status: number, body: string) =>
  `HTTP/1.1 ${status} X\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

const DOWN = answerOf(503, SAID);
const backend = scriptedUpstream({
  "/ok": answerOf(200, '{"a":1}'),
  "/down?key=1": DOWN,
  "/down": DOWN,
  "/long": answerOf(503, "x".repeat(5_000)),
  "/html": answerOf(200, "<html>no</html>"),
  "/packed": 'HTTP/1.1 200 X\r\nContent-Encoding: gzip\r\nContent-Length: 7\r\n\r\n{"a":1}',
  "/silent": () => {},
  "/head-alone": "HTTP/1.1 503 X\r\nContent-Length: 5\r\n\r\n",
});

const call = (pattern: string, options: object = {}) => ({
  url_pattern: pattern,
  extra_config: { "backend/http": options },
});
const WITH_CODE = { return_error_code: true };
const WITH_DETAILS = { return_error_details: "x" };

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway(
    {
      endpoints: [
        { endpoint: "/plain/{id}", input_headers: ["*"], backend: [call("/down?key={id}")] },
        { endpoint: "/code", backend: [call("/down", WITH_CODE)] },
        { endpoint: "/long", backend: [call("/long", WITH_CODE)] },
        { endpoint: "/details", backend: [call("/ok"), call("/down", WITH_DETAILS)] },
        { endpoint: "/html", backend: [call("/html")] },
        { endpoint: "/packed", backend: [call("/packed")] },
        {
          endpoint: "/hostless",
          backend: [{ ...call("/x"), disable_host_sanitize: true, host: [""] }],
        },
        { endpoint: "/silent", timeout: "200ms", backend: [call("/silent")] },
        { endpoint: "/head-alone", timeout: "60s", backend: [call("/head-alone")] },
        {
          endpoint: "/refused",
          backend: [{ ...call("/x"), disable_host_sanitize: true, host: ["http://127.0.0.1:1"] }],
        },
        {
          endpoint: "/partial",
          backend: [call("/ok"), call("/html"), call("/down", WITH_CODE), call("/down")],
        },
        {
          endpoint: "/later",
          backend: [call("/ok"), call("/html")],
          extra_config: { proxy: { sequential: true } },
        },
      ],
    },
    { backend },
  );
});
afterAll(() => gateway[Symbol.asyncDispose]());

const SECRETS = { Authorization: "Bearer s3cret", Cookie: "sid=s3cret" };

/** Status of the answer, and the endpoint's lines of the application log, behind its name and with hosts left out. */
async function linesOf(path: string): Promise<readonly [number, ...string[]]> {
  const { status } = await gateway.fetch(path, { headers: SECRETS });
  const scope = `[ENDPOINT: ${path.replace(/\/1$/, "/:id")}] `;
  const log = await gateway.logged(scope);
  const lines = log.split("\n").filter((line) => line.includes(scope));
  return [
    status,
    ...lines.map((line) =>
      line.slice(line.indexOf(scope) + scope.length).replaceAll(/127\.0\.0\.1:\d+/g, "HOST"),
    ),
  ];
}

describe("the log of a failing backend names it and what it said", () => {
  test("with its status", async () => {
    expect(await linesOf("/plain/1")).toEqual([
      500,
      `invalid status code 503 [GET /down?key={{.Id}}]: http://HOST/down?key=1 (backend 0 said ${SHOWN}) code=invalid_status`,
    ]);
  });

  test("with return_error_code, whose text is the backend's", async () => {
    expect(await linesOf("/code")).toEqual([
      503,
      String.raw`we are \u001b[31mdown\nfor maintenance (backend 0 [GET /down]: http://HOST/down answered 503 with 32 bytes: ${SHOWN}) code=backend_status`,
    ]);
  });

  test("with return_error_details, although the answer is none of an error", async () => {
    expect(await linesOf("/details")).toEqual([
      200,
      `invalid status code 503 [GET /down]: http://HOST/down (backend 1 said ${SHOWN}) code=invalid_status`,
    ]);
  });

  test("that cannot be decoded", async () => {
    expect(await linesOf("/html")).toEqual([
      500,
      `invalid character '<' looking for beginning of value (backend 0 [GET /html]: http://HOST/html answered 200 with 15 bytes: "<html>no</html>") code=invalid_body`,
    ]);
  });

  test("that says it is packed and is not", async () => {
    expect(await linesOf("/packed")).toEqual([
      500,
      "gzip: invalid header (backend 0 [GET /packed]: http://HOST/packed answered 200 with a body that could not be read) code=body_broken",
    ]);
  });

  test("that is later in a sequence", async () => {
    expect(await linesOf("/later")).toEqual([
      200,
      `invalid character '<' looking for beginning of value (backend 1 [GET /html]: http://HOST/html answered 200 with 15 bytes: "<html>no</html>") code=invalid_body`,
    ]);
  });

  test("that says nothing in time, or cannot be reached", async () => {
    expect(await linesOf("/silent")).toEqual([
      500,
      "context deadline exceeded (backend 0 [GET /silent]: http://HOST/silent) code=deadline_exceeded",
    ]);
    expect(await linesOf("/refused")).toEqual([
      500,
      `Get "http://HOST/x": dial tcp HOST: connect: connection refused (backend 0 [GET /x]) code=connect_failed`,
    ]);
    const [status, line] = await linesOf("/hostless");
    expect([status, line]).toEqual([500, expect.stringContaining("(backend 0 [GET /x])")]);
  });

  test("one of several, and each of them in one line", async () => {
    const [status, ...lines] = await linesOf("/partial");

    expect([status, lines.length]).toEqual([200, 1]);
    expect(lines[0]).toContain(`backend 1 [GET /html]: http://HOST/html answered 200`);
    expect(lines[0]).toContain(`backend 2 [GET /down]: http://HOST/down answered 503`);
    expect(lines[0]).toContain(`backend 3 said ${SHOWN}`);
    expect(lines[0]).toEndWith(" code=several");
  });
});

test("a backend's long text is cut in both logs", async () => {
  const [, line] = await linesOf("/long");
  const log = await gateway.logged(/Error #01: x+/);

  expect(line).toStartWith(`${"x".repeat(1024)}... (backend 0 [GET /long]: `);
  expect(line!.length).toBeLessThan(1_300);
  expect(/Error #01: (x+)/.exec(log)?.[1]?.length).toBe(1024);
});

test("an answer does not wait for the text that the log would show", async () => {
  expect(await linesOf("/head-alone")).toEqual([
    500,
    "invalid status code 503 [GET /head-alone]: http://HOST/head-alone (backend 0) code=invalid_status",
  ]);
});

test("credentials that went to the backend are in no line", () => {
  expect(backend.visits.some(({ headers }) => headers.authorization !== undefined)).toBe(true);
  expect(gateway.log()).not.toContain("s3cret");
});
