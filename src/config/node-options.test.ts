import { expect, test } from "bun:test";
import { loadConfig } from "./load.ts";

function load(options: object) {
  const text = Buffer.from(JSON.stringify({ version: 3, extra_config: { "gw/node": options } }));
  return loadConfig({ text, name: "gw.json", format: "json" }, { environment: {} });
}

test.each([
  [{ shutdown_delay: "7s" }, 7000],
  [{ shutdown_delay: "0" }, 0],
  [{}, undefined],
])("the shutdown delay of %j is %p ms", (options, shutdownDelayMs) => {
  expect(load(options)).toMatchObject({ config: { shutdownDelayMs }, warnings: [] });
});

test.each([[5], ["5"], ["-1s"]])("the shutdown delay %p is an error", (delay) => {
  expect(load({ shutdown_delay: delay })).toMatchObject({
    problems: [
      {
        path: '$.extra_config["gw/node"].shutdown_delay',
        message: "is no duration",
        expected: 'a text such as "5s"',
      },
    ],
  });
});

test("another option is named", () => {
  expect(load({ shutdown_dely: "5s" })).toMatchObject({
    warnings: [{ message: "unknown option 'shutdown_dely' is ignored", nearest: "shutdown_delay" }],
  });
});
