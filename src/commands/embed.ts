import { basename } from "node:path";
import { renderAppendix } from "../config/appendix.ts";
import { renderFinding } from "../config/finding.ts";
import { loadConfig, renderLoadFailure } from "../config/load.ts";
import { type ConfigProblems, type ConfigSource, readConfigFile } from "../config/source.ts";
import { toOneLine } from "../logging/one-line.ts";
import { closeExecutable, isCompiled, openExecutable } from "../platform/executable.ts";
import {
  type Command,
  type CommandContext,
  EXIT_FAILURE,
  EXIT_OK,
  EXIT_SIGINT,
  EXIT_SIGTERM,
  EXIT_USAGE,
  type GivenArguments,
} from "./command.ts";
import { findTarget } from "./embed-target.ts";
import { type WriteFailure, writeProgram } from "./program-writer.ts";
import { reportUsage } from "./usage-error.ts";

/** `gw embed` */
export const embedCommand: Command = {
  name: "embed",
  aliases: [],
  summary: "write a copy of the program that carries a configuration",
  usage: "-c FILE -o OUT",
  description:
    "Writes a copy of this program to OUT with a configuration inside: copied to a server, it serves\n" +
    "that one where no -c is given. The configuration is checked first; one that 'gw run' would refuse\n" +
    "is refused. The file travels as it is: variables KRAKEND_<KEY> and GW_<KEY> are not put into it,\n" +
    "they apply where the copy runs. A configuration that this program carries is left behind.\n" +
    "OUT may be a program that runs, this one too: its place is taken when the copy is complete.",
  options: [
    {
      long: "config",
      short: "c",
      value: "FILE",
      description: "the configuration: JSON, or YAML or TOML by its extension",
      choices: [],
    },
    {
      long: "output",
      short: "o",
      value: "OUT",
      description: "the program to write",
      choices: [],
    },
  ],
  operands: [],
  examples: ["gw embed -c krakend.json -o shop-gateway", "./shop-gateway run"],
  exitCodes: [
    [EXIT_OK, "written"],
    [EXIT_FAILURE, "not written: the configuration cannot be served, or OUT cannot be written"],
    [EXIT_USAGE, "unknown flag or argument, or one is missing"],
    [EXIT_SIGINT, "ended by SIGINT, nothing written"],
    [EXIT_SIGTERM, "ended by SIGTERM, nothing written"],
  ],
  async run({ options }: GivenArguments, context: CommandContext) {
    const missing = ["config", "output"].filter((name) => (options.get(name) ?? "") === "");
    const [file, out] = [options.get("config"), options.get("output")];
    if (file === undefined || out === undefined || missing.length > 0) {
      const names = missing.map((name) => `--${name}`).join(", ");
      return reportUsage(`required and not given: ${names}`, embedCommand.name, context);
    }
    if (!isCompiled()) return fail(FROM_SOURCE, context);

    const source = readChecked(file, context);
    if ("problems" in source) return fail(renderLoadFailure(source), context);
    const target = findTarget(out, file);
    if ("problem" in target) return fail(`ERROR writing ${out}: ${target.problem}`, context);
    return embed(source, target.path, context);
  },
};

const FROM_SOURCE =
  "ERROR: gw runs from source here, so there is no program to copy.\n" +
  "Build one with 'npm run build', then: dist/gw embed -c FILE -o OUT";

const SIGNALS = { SIGINT: EXIT_SIGINT, SIGTERM: EXIT_SIGTERM, SIGHUP: 129 } as const;

/** The file, if it can be served; what is odd about it is printed. */
function readChecked(file: string, context: CommandContext): ConfigSource | ConfigProblems {
  const source = readConfigFile(file);
  if ("problems" in source) return source;
  const loaded = loadConfig(source, { environment: context.environment });
  if ("problems" in loaded) return loaded;
  for (const warning of loaded.warnings) {
    context.err.write(`${warning.severity.toUpperCase()} ${renderFinding(warning)}\n`);
  }
  return { ...source, name: toOneLine(basename(file)) };
}

async function embed(source: ConfigSource, path: string, context: CommandContext): Promise<number> {
  const executable = openExecutable();
  let exitCode: number | undefined;
  const listeners = Object.entries(SIGNALS).map(([signal, code]) => {
    const listener = (): void => {
      exitCode = code;
    };
    process.on(signal, listener);
    return () => void process.off(signal, listener);
  });
  try {
    const { descriptor, bytes, programBytes } = executable;
    if (programBytes === undefined) return fail(NO_ELF, context);
    if (programBytes > bytes) return fail(INCOMPLETE, context);
    const { bytes: appendix, sha256 } = renderAppendix(source);
    const failure = await writeProgram(path, {
      descriptor,
      programBytes,
      appendix,
      isCancelled: () => exitCode !== undefined,
    });
    if (failure !== null) return exitCode ?? fail(describe(failure), context);
    context.out.write(`Written: ${path}, ${programBytes + appendix.length} bytes\n`);
    context.out.write(`Configuration: ${source.name}, sha256 ${sha256}\n`);
    return EXIT_OK;
  } finally {
    for (const remove of listeners) remove();
    closeExecutable(executable);
  }
}

const NO_ELF = "ERROR: this program is no ELF file; configurations are embedded on Linux only.";
const INCOMPLETE = "ERROR: this program's file is not whole: copy it again.";

function describe({ path, problem }: WriteFailure): string {
  return `ERROR writing ${path}: ${problem}`;
}

function fail(message: string, { err }: CommandContext): number {
  err.write(`${message}\n`);
  return EXIT_FAILURE;
}
