import { expect, test } from "bun:test";
import { adoptConfig } from "./adopt.ts";
import { loadConfig } from "./load.ts";

test("a configuration is the same in another thread", () => {
  const text = Buffer.from(
    JSON.stringify({
      version: 3,
      host: ["http://backend:8080"],
      extra_config: { "telemetry/logging": { level: "INFO", stdout: true } },
      endpoints: [
        {
          endpoint: "/a",
          backend: [{ url_pattern: "/b", extra_config: { "x/y": { list: [{ a: 1 }] } } }],
        },
      ],
    }),
  );
  const loaded = loadConfig({ text, name: "gw.json", format: "json" }, { environment: {} });
  if ("problems" in loaded) throw new Error("the configuration was refused");

  const adopted = adoptConfig(JSON.stringify(loaded.config));

  expect(adopted).toEqual(loaded.config);
  const options = adopted.endpoints[0]?.backends[0]?.extraConfig ?? {};
  expect("constructor" in options).toBe(false);
  expect(Object.getPrototypeOf(options["x/y"])).toBeNull();
});
