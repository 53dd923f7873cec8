import { type Finding, refuseUnknownName } from "../config/finding.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { ConfigProblems } from "../config/source.ts";
import { renderDump } from "./check-dump.ts";
import { type CheckReport, renderJsonReport, renderTextReport } from "./check-report.ts";
import {
  type Command,
  type CommandContext,
  configOption,
  EXIT_FAILURE,
  EXIT_OK,
  EXIT_USAGE,
  type GivenArguments,
} from "./command.ts";
import { configurationName, loadConfiguration } from "./configuration.ts";
import { readShutdownDelay } from "./shutdown.ts";
import { reportUsage } from "./usage-error.ts";

/** `gw check` */
export const checkCommand: Command = {
  name: "check",
  aliases: ["validate"],
  summary: "say what is wrong with a configuration",
  usage: "[-c FILE] [-d[d[d]] [-i INDENT]] [-l|-n] [-t] [--format text|json]",
  description: `Reads a configuration as 'gw run' would, environment variables included, and lists
everything that is wrong with it or has no effect, with file, line and column. Without -c it
checks the configuration that this program carries.

A key that neither KrakenD nor gw knows is a warning; with -l or -n it is an error, unless its
name begins with @, $, _ or #. gw has no copy of KrakenD's JSON schema and downloads none: both
flags do the same. With -t everything is built that 'gw run' builds, without opening a port,
and the files that tls and client_tls name are read.`,
  options: [
    configOption,
    {
      long: "debug",
      short: "d",
      value: null,
      description: "show what the configuration says; more with -dd, all of it with -ddd",
      choices: [],
    },
    {
      long: "indent",
      short: "i",
      value: "INDENT",
      description: "what stands in front of the lines of -d (default: a tab)",
      choices: [],
    },
    {
      long: "lint",
      short: "l",
      value: null,
      description: "strict: unknown keys are errors; nothing is downloaded",
      choices: [],
    },
    {
      long: "lint-no-network",
      short: "n",
      value: null,
      description: "the same",
      choices: [],
    },
    {
      long: "lint-schema",
      short: "s",
      value: "FILE",
      description: "refused: gw does not read JSON schemas; use -n",
      choices: [],
    },
    {
      long: "test-gin-routes",
      short: "t",
      value: null,
      description: "build the whole gateway and read the TLS files, without opening a port",
      choices: [],
    },
    {
      long: "format",
      short: null,
      value: "FORMAT",
      description:
        "text for people on standard error (default), json for programs on standard output",
      choices: ["text", "json"],
    },
  ],
  exclusive: [["lint", "lint-no-network", "lint-schema"]],
  operands: [],
  examples: [
    "gw check -c krakend.json",
    "gw check -tnc krakend.json",
    "gw check -dddtc krakend.json",
    "gw check -tc krakend.json --format json | jq .errors",
  ],
  exitCodes: [
    [EXIT_OK, "the configuration can be served; there may be warnings"],
    [
      EXIT_FAILURE,
      "it cannot be served; with -l or -n: it has unknown keys; with -t: a TLS file is wrong",
    ],
    [EXIT_USAGE, "unknown flag or argument, or GW_SHUTDOWN_DELAY is no duration"],
  ],
  async run({ options, counts }: GivenArguments, context: CommandContext) {
    if (options.has("lint-schema")) return refuseSchema(context);
    const delay = readShutdownDelay({
      option: undefined,
      variable: context.environment.GW_SHUTDOWN_DELAY,
    });
    if (typeof delay === "object") return reportUsage(delay.problem, checkCommand.name, context);

    const file = options.get("config");
    const loaded = loadConfiguration({ file }, context);
    const report = await examine(loaded, {
      isStrict: options.has("lint") || options.has("lint-no-network"),
      isBuilt: options.has("test-gin-routes"),
      context,
    });
    const level = Math.min(counts.get("debug") ?? 0, 3);
    const indent = options.get("indent") ?? "\t";
    const isParsed = report.failedAt !== "parsing" && report.failedAt !== "linting";
    const dump =
      level > 0 && isParsed && !("problems" in loaded)
        ? renderDump(loaded, { level, indent, context })
        : "";
    const name = configurationName(file, context);
    if (options.get("format") === "json") {
      context.err.write(dump);
      context.out.write(renderJsonReport(report, name));
    } else {
      const origin = file === undefined ? " (without -c: the one that this program carries)" : "";
      context.err.write(`Parsing configuration file: ${name}${origin}\n`);
      context.err.write(renderTextReport(report, dump, context));
    }
    return report.failedAt === null ? EXIT_OK : EXIT_FAILURE;
  },
};

function refuseSchema(context: CommandContext): number {
  const problem =
    "--lint-schema is not supported: gw reads no JSON schema. Use --lint-no-network (-n), which\n" +
    "takes unknown keys for errors, or give file and schema to a validator of JSON schemas";
  return reportUsage(problem, checkCommand.name, context);
}

interface Examination {
  readonly isStrict: boolean;
  readonly isBuilt: boolean;
  readonly context: CommandContext;
}

async function examine(
  loaded: LoadedConfig | ConfigProblems,
  { isStrict, isBuilt, context }: Examination,
): Promise<CheckReport> {
  if ("problems" in loaded) {
    return { failedAt: "parsing", errors: loaded.problems, warnings: [], built: null };
  }
  const [unknown, warnings] = isStrict ? partUnknown(loaded.warnings) : [[], loaded.warnings];
  if (unknown.length > 0) return { failedAt: "linting", errors: unknown, warnings, built: null };
  if (!isBuilt) return { failedAt: null, errors: [], warnings, built: null };

  // Loaded when it is needed: the gateway is the larger part of the program.
  const { testRuntime } = await import("./check-runtime.ts");
  const tested = testRuntime(loaded, context);
  return {
    failedAt: tested.errors.length > 0 ? "testing" : null,
    errors: tested.errors,
    warnings: [...warnings, ...tested.warnings],
    built: tested.built,
  };
}

function partUnknown(warnings: readonly Finding[]): readonly [Finding[], Finding[]] {
  const isUnknown = ({ isUnknownName }: Finding) => isUnknownName === true;
  const errors = warnings.filter(isUnknown).map(refuseUnknownName);
  return [errors, warnings.filter((one) => !isUnknown(one))];
}
