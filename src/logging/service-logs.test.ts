import { expect, test } from "bun:test";
import { loadValid } from "../config/fixture.ts";
import { chooseLogger, openServiceLogs } from "./service-logs.ts";

test("without telemetry/logging everything from DEBUG on is logged in the basic layout", () => {
  expect(chooseLogger(undefined)).toEqual({
    level: "DEBUG",
    prefix: "",
    layout: "basic",
    isSilent: false,
    problems: [],
  });
});

test("telemetry/logging chooses level and prefix in any letter case", () => {
  const choice = chooseLogger({ level: "warning", prefix: "[KRAKEND]", stdout: true });

  expect(choice).toMatchObject({ level: "WARNING", prefix: "[KRAKEND]", layout: "default" });
  expect(choice.isSilent).toBe(false);
});

test("telemetry/logging without an output logs nothing", () => {
  expect(chooseLogger({ level: "INFO" }).isSilent).toBe(true);
});

test.each([["WARN"], [""], [undefined], [3]])(
  "with the level %p the basic logger takes its place and says why",
  (level) => {
    const choice = chooseLogger({ level, stdout: true });

    expect(choice).toMatchObject({ level: "DEBUG", layout: "basic", isSilent: false });
    expect(choice.problems).toHaveLength(1);
    expect(choice.problems[0]).toStartWith("[SERVICE: Logging] Unable to create the logger: ");
  },
);

test("lines meant for syslog alone are not lost", () => {
  const choice = chooseLogger({ level: "INFO", syslog: true });

  expect(choice.isSilent).toBe(false);
  expect(choice.problems).toEqual(["[SERVICE: Logging] syslog is not supported yet"]);
});

test.each([
  [undefined, true],
  [{ level: "ERROR", stdout: true }, true],
  [{ level: "CRITICAL", stdout: true }, false],
  [{ level: "DEBUG", stdout: false }, false],
  [{ level: "unknown" }, true],
])("with telemetry/logging %j it is true to say that errors are shown: %p", (options, expected) => {
  const { router } = loadValid({});
  let written = "";
  const destination = (lines: string) => (written += lines);
  const style = { isJson: false, hasColors: false, destination };

  const logs = openServiceLogs({ extraConfig: { "telemetry/logging": options }, router }, style);
  logs.log.error("seen");

  expect(logs.showsErrors).toBe(expected);
  expect(written.includes("seen")).toBe(expected);
});
