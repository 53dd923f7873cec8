import { expect, test } from "bun:test";
import { loadObject } from "./fixture.ts";

function warningsOf(logging: unknown): string[] {
  const { warnings } = loadObject({ extra_config: { "telemetry/logging": logging } });
  return warnings.map(({ path, message }) => `${path}: ${message}`);
}

const at = '$.extra_config["telemetry/logging"]';

test("nothing is wrong with level, prefix and standard output, nor with what is switched off", () => {
  const logging = { level: "INFO", prefix: "[GW]", stdout: true, syslog: false, format: "default" };

  expect(warningsOf(logging)).toEqual([]);
});

test.each([
  [{ syslog: true }, `${at}.syslog: is not supported yet; the lines go to standard output instead`],
  [{ format: "logstash" }, `${at}.format: is not supported yet; the lines have the default format`],
  [{ backend: {} }, `${at}.backend: has no effect: an Enterprise option`],
  [{ sdtout: true }, `${at}.sdtout: unknown option 'sdtout' is ignored`],
])("says what of %j has no effect", (logging, warning) => {
  expect(warningsOf(logging)).toEqual([warning]);
});

test("finds the options under their former name too", () => {
  const { warnings } = loadObject({
    extra_config: { "github_com/devopsfaith/krakend-gologging": { syslog: true } },
  });

  expect(warnings.map(({ path }) => path)).toEqual([
    '$.extra_config["github_com/devopsfaith/krakend-gologging"].syslog',
  ]);
});
