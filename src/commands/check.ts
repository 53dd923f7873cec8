import { type Finding, renderFinding, renderProblems } from "../config/finding.ts";
import { BUILT_IN } from "./built-in-configuration.ts";
import {
  type Command,
  type CommandContext,
  configOption,
  EXIT_OK,
  EXIT_USAGE,
  type GivenArguments,
} from "./command.ts";
import { loadConfiguration } from "./configuration.ts";
import { paint } from "./paint.ts";

/** `gw check` */
export const checkCommand: Command = {
  name: "check",
  aliases: ["validate"],
  summary: "say what is wrong with a configuration",
  usage: "[-c FILE] [--format text|json]",
  description:
    "Reads a configuration as 'gw run' would, environment variables included, and lists\n" +
    "everything that is wrong with it or has no effect, with file, line and column.",
  options: [
    configOption,
    {
      long: "format",
      short: null,
      value: "FORMAT",
      description:
        "text for people on standard error (default), json for programs on standard output",
      choices: ["text", "json"],
    },
  ],
  operands: [],
  examples: ["gw check -c krakend.json", "gw check -c krakend.json --format json | jq .errors"],
  exitCodes: [
    [EXIT_OK, "the configuration can be served; there may be warnings"],
    [1, "it cannot"],
    [EXIT_USAGE, "unknown flag or argument"],
  ],
  async run({ options }: GivenArguments, context: CommandContext) {
    const file = options.get("config");
    const loaded = loadConfiguration({ file }, context);
    const errors = "problems" in loaded ? loaded.problems : [];
    const warnings = "problems" in loaded ? [] : loaded.warnings;
    if (options.get("format") === "json") {
      const report = { valid: errors.length === 0, errors, warnings };
      context.out.write(`${JSON.stringify(report, null, 2)}\n`);
    } else {
      context.err.write(`Parsing configuration file: ${file ?? BUILT_IN}\n`);
      context.err.write(renderReport(errors, warnings, context));
    }
    return errors.length === 0 ? EXIT_OK : 1;
  },
};

function renderReport(
  errors: readonly Finding[],
  warnings: readonly Finding[],
  { err }: CommandContext,
): string {
  if (errors.length > 0) {
    const title = paint("ERROR parsing the configuration file:", "red", err);
    return `${title}\t${renderProblems(errors)}\n`;
  }
  // A finding that somebody must look at is called an error although gw starts.
  const lines = warnings.map((one) => `${one.severity.toUpperCase()} ${renderFinding(one)}\n`);
  return `${lines.join("")}${paint("Syntax OK!", "green", err)}\n`;
}
