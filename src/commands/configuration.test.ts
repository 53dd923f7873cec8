import { expect, test } from "bun:test";
import type { CommandContext } from "./command.ts";
import { loadConfiguration } from "./configuration.ts";

function load(port: number | undefined, environment: Record<string, string>) {
  const silent = { isTerminal: false, write: () => {} };
  const workerEntry = new URL("../node/worker.ts", import.meta.url);
  const context: CommandContext = { environment, out: silent, err: silent, workerEntry };
  const loaded = loadConfiguration({ file: undefined, port }, context);
  if ("problems" in loaded) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

test.each([
  ["nothing else is said", undefined, {}, 8080],
  ["-p says so", 9001, { KRAKEND_PORT: "9002" }, 9001],
  ["KRAKEND_PORT says so", undefined, { KRAKEND_PORT: "9002" }, 9002],
  ["GW_PORT says so", undefined, { GW_PORT: "9003", KRAKEND_PORT: "9002" }, 9003],
  ["GW_PORT is an orchestrator's", undefined, { GW_PORT: "tcp://10.0.0.1:80" }, 8080],
])(
  "the built-in configuration calls itself at the port it listens on when %s",
  (_, port, environment, expected) => {
    const config = load(port, environment);

    const hosts = config.endpoints.flatMap(({ backends }) => backends.flatMap((one) => one.hosts));
    expect(config.port).toBe(expected);
    expect(new Set(hosts)).toEqual(new Set([`http://127.0.0.1:${expected}`]));
  },
);

test("the built-in configuration listens on the loopback address alone, whatever the port", () => {
  expect(load(9001, {}).listenIp).toBe("127.0.0.1");
});
