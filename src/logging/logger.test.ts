import { expect, test } from "bun:test";
import type { LogLayout } from "./layout.ts";
import { type LogLevel, parseLevel } from "./level.ts";
import { createLogger, type Logger } from "./logger.ts";

const timeMs = new Date(2026, 10, 22, 13, 9, 15, 123).getTime();

function recordLines(layout: LogLayout, level: LogLevel = "DEBUG"): [Logger, string[]] {
  const lines: string[] = [];
  const destination = (line: string) => lines.push(line);
  return [
    createLogger({ level, layout, prefix: "[KRAKEND]", destination, now: () => timeMs }),
    lines,
  ];
}

test("the basic layout is KrakenD's line without telemetry/logging", () => {
  const [log, lines] = recordLines("basic");

  log.info("Starting gw v0.1.0");
  log.critical("the end");

  expect(lines).toEqual([
    "2026/11/22 13:09:15 KRAKEND INFO: Starting gw v0.1.0\n",
    "2026/11/22 13:09:15 KRAKEND CRITICAL: the end\n",
  ]);
});

test.each([
  ["debug", "\u001b[36m▶ DEBUG\u001b[0m"],
  ["info", "▶ INFO\u001b[0m"],
  ["notice", "\u001b[32m▶ NOTICE\u001b[0m"],
  ["warning", "\u001b[33m▶ WARNING\u001b[0m"],
  ["error", "\u001b[31m▶ ERROR\u001b[0m"],
  ["critical", "\u001b[35m▶ CRITICAL\u001b[0m"],
] as const)("the default layout colours %s and prints milliseconds", (method, level) => {
  const [log, lines] = recordLines("default");

  log[method]("text");

  expect(lines).toEqual([`[KRAKEND] 2026/11/22 - 13:09:15.123 ${level} text\n`]);
});

test("the JSON layout keeps scope and fields apart from the message", () => {
  const [log, lines] = recordLines("json");

  log.child("[ENDPOINT: /users]").error("backend failed", { code: "no_hosts", attempt: 2 });

  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!)).toEqual({
    level: "ERROR",
    time: new Date(timeMs).toISOString(),
    scope: "[ENDPOINT: /users]",
    code: "no_hosts",
    attempt: 2,
    message: "backend failed",
  });
});

test("a child puts its scope after that of its parent", () => {
  const [log, lines] = recordLines("basic");

  log.child("[SERVICE: AsyncAgent]").child("[orders]").info("started");

  expect(lines).toEqual([
    "2026/11/22 13:09:15 KRAKEND INFO: [SERVICE: AsyncAgent][orders] started\n",
  ]);
});

test("fields follow the text of a line, whatever their type", () => {
  const [log, lines] = recordLines("basic");
  const circle: Record<string, unknown> = {};
  circle.self = circle;

  log.info("m", { code: "no_hosts", text: "a b", none: undefined, big: 1n, circle });

  expect(lines).toEqual([
    '2026/11/22 13:09:15 KRAKEND INFO: m code=no_hosts text="a b" big=1 circle=[object Object]\n',
  ]);
});

test("percent signs in a message are no placeholders", () => {
  const [log, lines] = recordLines("basic");

  log.info("100 %s %d", { a: 1 });

  expect(lines).toEqual(["2026/11/22 13:09:15 KRAKEND INFO: 100 %s %d a=1\n"]);
});

test.each(["basic", "default", "json"] as const)(
  "a record is one line in the %s layout, whatever a peer put into it",
  (layout) => {
    const [log, lines] = recordLines(layout);
    const hostile = "a\nb\rc\u0000\u001b[2J\u007f\u0085\u009b\u2028\u2029d";

    log.child(hostile).error(hostile, { field: hostile });

    expect(lines).toHaveLength(1);
    const line = lines[0]!.replaceAll("\u001b[31m", "").replaceAll("\u001b[0m", "");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
    expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
    expect(line.endsWith("\n")).toBe(true);
    if (layout === "json") expect(JSON.parse(line).field).toBe(hostile);
  },
);

test("records below the level are dropped and say so beforehand", () => {
  const [log, lines] = recordLines("basic", "WARNING");

  log.debug("a");
  log.info("b");
  log.notice("c");
  log.warning("d");

  expect(lines).toEqual(["2026/11/22 13:09:15 KRAKEND WARNING: d\n"]);
  expect(log.isDebugEnabled).toBe(false);
});

test.each([
  ["debug", "DEBUG"],
  ["Notice", "NOTICE"],
  ["CRITICAL", "CRITICAL"],
  ["WARN", undefined],
  ["FATAL", undefined],
  ["constructor", undefined],
  ["", undefined],
] as const)("reads the level %p as %p", (text, level) => {
  expect(parseLevel(text)).toBe(level);
});
