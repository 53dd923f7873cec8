import { describe, expect, test } from "bun:test";
import { type AccessRecord, createGinLine, createJsonLine } from "./access-line.ts";
import { AccessLog } from "./access-log.ts";
import { renderLatency } from "./latency.ts";

const timeMs = new Date(2026, 10, 22, 13, 9, 15).getTime();

const record: AccessRecord = {
  status: 200,
  latencyMs: 0.0045299,
  clientIp: "172.17.0.1",
  method: "GET",
  path: "/user/foo",
  query: "x=1",
  errors: [],
};

describe("the access line", () => {
  const render = createGinLine(false);

  test("is gin's", () => {
    expect(render(record, timeMs)).toBe(
      '[GIN] 2026/11/22 - 13:09:15 | 200 |  4.529µs |      172.17.0.1 | GET      "/user/foo?x=1"\n',
    );
  });

  test("shows the path decoded and the query as it came", () => {
    const line = render({ ...record, path: "/caf%C3%A9%22%0a", query: "q=%C3%A9" }, timeMs);

    expect(line).toEndWith('| GET      "/café\\"\\n?q=%C3%A9"\n');
  });

  test.each([undefined, ""])("ends with the path when the query is %p", (query) => {
    expect(render({ ...record, query }, timeMs)).toEndWith('"/user/foo"\n');
  });

  test("is followed by what failed, one line each", () => {
    const errors = ["invalid status code", "two\nlines"];

    const lines = render({ ...record, errors }, timeMs)
      .split("\n")
      .slice(1);

    expect(lines).toEqual(["Error #01: invalid status code", "Error #02: two\\nlines", ""]);
  });

  test("cuts a target of more than 1 KiB", () => {
    const line = render(
      { ...record, path: `/${"a".repeat(9000)}`, query: "b".repeat(9000) },
      timeMs,
    );

    expect(line).toEndWith(`"/${"a".repeat(1023)}..."\n`);
  });

  test.each([
    [204, "\u001b[97;42m"],
    [304, "\u001b[90;47m"],
    [404, "\u001b[90;43m"],
    [500, "\u001b[97;41m"],
  ])("on a terminal colours the status %p", (status, color) => {
    const line = createGinLine(true)({ ...record, status }, timeMs);

    expect(line).toContain(`|${color} ${status} \u001b[0m|`);
  });

  test("is an object in JSON", () => {
    const line = createJsonLine()({ ...record, path: "/caf%C3%A9", errors: ["a"] }, timeMs);

    expect(JSON.parse(line)).toEqual({
      level: "INFO",
      time: new Date(timeMs).toISOString(),
      message: "access",
      status: 200,
      latency_ms: 0.005,
      client_ip: "172.17.0.1",
      method: "GET",
      path: "/café?x=1",
      errors: ["a"],
    });
  });
});

test.each([
  [0, "0s"],
  [0.000851, "851ns"],
  [0.004529, "4.529µs"],
  [0.9999999, "999.999µs"],
  [1, "1ms"],
  [1.23456, "1.23ms"],
  [999.99, "999.99ms"],
  [2057, "2.05s"],
  [59_999, "59.99s"],
  [75_000, "1m10s"],
  [3_725_000, "1h2m0s"],
])("a latency of %p ms is written as %s", (latencyMs, text) => {
  expect(renderLatency(latencyMs)).toBe(text);
});

test("the lines of several requests are handed on together", () => {
  const writes: string[] = [];
  const log = new AccessLog({
    render: ({ path }, now) => `${now} ${path}\n`,
    destination: (lines) => writes.push(lines),
    now: () => timeMs,
  });

  log.write({ ...record, path: "/a" });
  log.write({ ...record, path: "/b" });
  log.flush();

  expect(writes).toEqual([`${timeMs} /a\n${timeMs} /b\n`]);
});
