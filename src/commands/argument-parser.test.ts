import { expect, test } from "bun:test";
import { parseArguments } from "./argument-parser.ts";
import { type Command, configOption } from "./command.ts";

const flag = (long: string, short: string | null) => ({
  long,
  short,
  value: null,
  description: "",
  choices: [],
});
const command: Command = {
  name: "try",
  aliases: [],
  summary: "",
  usage: "",
  description: "",
  options: [
    configOption,
    flag("debug", "d"),
    flag("test", "t"),
    flag("loud", "l"),
    flag("quiet", "q"),
    { ...flag("node", null), value: "ADDR", isRepeatable: true },
  ],
  exclusive: [["loud", "quiet"]],
  operands: [],
  examples: [],
  exitCodes: [],
  run: async () => 0,
};

test.each([
  [["-c", "a.json"]],
  [["-ca.json"]],
  [["-c=a.json"]],
  [["--config", "a.json"]],
  [["--config=a.json"]],
  [["-tdc", "a.json"]],
  [["-tdca.json"]],
  [["-c", "a.json", "--config=a.json"]],
])("%p names the configuration a.json", (words) => {
  expect(parseArguments(command, words)).toMatchObject({
    options: new Map([["config", "a.json"]]),
  });
});

test.each([
  [["-d"], 1],
  [["-ddd"], 3],
  [["-dddtc", "a"], 3],
  [["-d", "--debug", "-td"], 3],
])("%p counts the flag", (words, count) => {
  const given = parseArguments(command, words);

  expect("counts" in given && given.counts.get("debug")).toBe(count);
});

test.each([
  [["-c", "a", "-cb"], '-c is given twice: "a" and "b"'],
  [["--config=a", "-c", "b"], '-c is given twice: "a" and "b"'],
  [["-lq"], "--loud and --quiet exclude each other"],
  [["-tdx"], "unknown flag: -x"],
  [["--", "a.json"], 'unexpected argument "a.json"; did you mean -c a.json?'],
])("%p makes no sense", (words, usageProblem) => {
  expect(parseArguments(command, words)).toEqual({ usageProblem });
});

test("an option that is repeatable keeps all its values in order", () => {
  const given = parseArguments(command, ["--node", "b", "--node=a", "--node", "b"]);

  expect("values" in given && given.values).toEqual(new Map([["node", ["b", "a", "b"]]]));
});

test("help wins over whatever else is wrong", () => {
  const given = parseArguments(command, ["-lq", "-c", "a", "-c", "b", "x", "-h"]);

  expect("options" in given && given.options.has("help")).toBe(true);
});
