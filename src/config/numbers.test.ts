import { describe, expect, test } from "bun:test";
import { renderFinding } from "./finding.ts";
import { loadConfig } from "./load.ts";
import type { ConfigFormat } from "./source.ts";

/** The problems of a file, one line each. */
function problemsOf(format: ConfigFormat, text: string): readonly string[] {
  const loaded = loadConfig(
    { text: Buffer.from(text), name: `gw.${format}`, format },
    { environment: {} },
  );
  return "problems" in loaded ? loaded.problems.map(renderFinding) : [];
}

const LONG = "9".repeat(400);
const WORDS = "is beyond the range of numbers; expected a number between -1.8e308 and 1.8e308";

describe("a number that is none for a program", () => {
  test.each([
    ["json", "1e400", "1e400"],
    ["json", "-1e400", "-1e400"],
    ["json", "1E+0999", "1E+0999"],
    ["json", LONG, `${LONG.slice(0, 59)}…`],
    ["yaml", "1e400", "1e400"],
    ["yaml", ".inf", ".inf"],
    ["yaml", "-.Inf", "-.Inf"],
    ["yaml", ".nan", ".nan"],
    ["yaml", LONG, `${LONG.slice(0, 59)}…`],
    ["toml", "1e400", "1e400"],
    ["toml", "inf", "inf"],
    ["toml", "-inf", "-inf"],
    ["toml", "nan", "nan"],
    ["toml", LONG, `${LONG.slice(0, 59)}…`],
  ] as const)("is refused where it stands in %s: %.20p", (format, number, shown) => {
    const texts = {
      json: `{"version": 3, "extra_config": {"a/b":\n{"c": [0, ${number}]}}}`,
      yaml: `version: 3\nextra_config: {a/b: {c: [0, ${number}]}}\n`,
      toml: `version = 3\nextra_config."a/b".c = [0, ${number}]\n`,
    };
    const text = texts[format];
    const column = text.split("\n")[1]!.indexOf(number) + 1;

    const place = `'gw.${format}':2:${column}: $.extra_config["a/b"].c[1]`;
    expect(problemsOf(format, text)).toEqual([`${place}: ${shown}: ${WORDS}`]);
  });

  test.each([
    ["an attribute", '"timeout": 1e400', "$.timeout"],
    ["an unknown key", '"tiemout": 1e400', "$.tiemout"],
    ["a remark", '"@remark": {"n": 1e400}', '$["@remark"].n'],
    [
      "an endpoint",
      '"endpoints": [{"concurrent_calls": 1e400}]',
      "$.endpoints[0].concurrent_calls",
    ],
    [
      "a backend's component",
      '"endpoints": [{"backend": [{"extra_config": {"qos/http-cache": {"max_size": -1e400}}}]}]',
      '$.endpoints[0].backend[0].extra_config["qos/http-cache"].max_size',
    ],
  ])("is refused in %s", (_place, member, path) => {
    const found = problemsOf("json", `{"version": 3, ${member}}`);

    expect(found.filter((line) => line.includes(`: ${path}: `))).toEqual([
      expect.stringContaining(WORDS),
    ]);
  });

  test("is reported together with all else that is wrong, in the order of the file", () => {
    const text = '{"version": 3,\n"timeout": "3",\n"@a": 1e400,\n"port": "x",\n"@b": -1e999}';

    expect(problemsOf("json", text).map((line) => line.split(":")[1])).toEqual([
      "2",
      "3",
      "4",
      "5",
    ]);
  });

  test("is refused through an alias at each place that it comes to", () => {
    const text = "version: 3\n'@a': &n .inf\n'@b': *n\n";

    expect(problemsOf("yaml", text)).toEqual([
      expect.stringContaining("'gw.yaml':2:10: $[\"@a\"]: .inf: "),
      expect.stringContaining("'gw.yaml':2:10: $[\"@b\"]: .inf: "),
    ]);
  });
});

test.each([
  ["json", '{"version": 3, "@a": [1.7976931348623157e308, 1e-400, 0.1234567890123456789]}'],
  ["json", '{"version": 3, "@a": [123456789012345678901234567890, "1e400", "Infinity"]}'],
  ["yaml", "version: 3\n'@a': [1e308, inf, nan, '.inf', \".nan\"]\n"],
  ["toml", 'version = 3\n"@a" = [1e308, "inf", "nan"]\n'],
] as const)("a number that only loses digits, or a text, is fine: %s %p", (format, text) => {
  expect(problemsOf(format, text)).toEqual([]);
});
