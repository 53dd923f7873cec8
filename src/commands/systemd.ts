import { basename } from "node:path";
import { defaultFacts, type GatewayFacts, readGatewayFacts } from "../cluster/gateway-facts.ts";
import { LONGEST_TIME } from "../cluster/longest-time.ts";
import { renderInstallCommands } from "../cluster/systemd-install.ts";
import { UnitPath } from "../cluster/systemd-path.ts";
import { checkForSystemd, renderUnit, type UnitOptions } from "../cluster/systemd-unit.ts";
import { renderFinding, renderProblems } from "../config/finding.ts";
import { renderLoadFailure } from "../config/load.ts";
import { isCompiled } from "../platform/executable.ts";
import { BUILT_IN } from "./built-in-configuration.ts";
import {
  type Command,
  type CommandContext,
  configOption,
  EXIT_FAILURE,
  EXIT_OK,
  EXIT_USAGE,
  type GivenArguments,
} from "./command.ts";
import { configurationName, hasConfiguration, loadConfiguration } from "./configuration.ts";
import { readShutdownDelay } from "./shutdown.ts";
import { reportUsage } from "./usage-error.ts";

/** `gw systemd` */
export const systemdCommand: Command = {
  name: "systemd",
  aliases: [],
  summary: "print a systemd unit for a node",
  usage: "[-c FILE] [--install-dir PATH] [--shutdown-delay D]",
  description:
    "Prints gw.service, the unit that starts gw at boot, keeps it running and stops it without losing a\n" +
    "request. It expects the program at /usr/local/bin/gw and the configuration at /etc/gw/<name of\n" +
    "FILE>. Without -c it is for the configuration in the program (gw embed), where there is one, else\n" +
    "for /etc/gw/gateway.json. Port and times come from the configuration and from variables that are\n" +
    "set: print the unit again when they change. gw may bind a port below 1024 only if that is configured. TimeoutStopSec is the\n" +
    "shutdown delay, the wait for requests in flight (max_shutdown_wait_time, 30 s where it is not set)\n" +
    "and 10 s.\n\n" +
    "With --install-dir program and configuration stay in one folder of the node, and what is printed\n" +
    "are the commands that put both, the manual page and the unit in place, and start it.",
  options: [
    configOption,
    {
      long: "install-dir",
      short: null,
      value: "PATH",
      description: "print the commands that install program, configuration and unit",
      choices: [],
    },
    {
      long: "shutdown-delay",
      short: null,
      value: "D",
      description:
        "start the node with this delay (default: the configuration's; GW_SHUTDOWN_DELAY)",
      choices: [],
    },
  ],
  operands: [],
  examples: [
    "gw systemd -c gateway.json > /etc/systemd/system/gw.service && systemctl enable --now gw",
    "gw systemd -c gateway.json --install-dir /opt/gw | sudo sh",
  ],
  exitCodes: [
    [EXIT_OK, "printed"],
    [EXIT_FAILURE, "not printed: the configuration cannot be served, or a time is too long"],
    [EXIT_USAGE, "unknown flag or argument, or a value that cannot stand in a unit"],
  ],
  async run({ options }: GivenArguments, context: CommandContext) {
    const givenDelayMs = readShutdownDelay({
      option: options.get("shutdown-delay"),
      variable: context.environment.GW_SHUTDOWN_DELAY,
      longest: LONGEST_TIME,
    });
    if (typeof givenDelayMs === "object") {
      return reportUsage(givenDelayMs.problem, systemdCommand.name, context);
    }
    const file = options.get("config");
    const name = configurationName(file, context);
    const places = findPlaces(options.get("install-dir"), file, name);
    if ("problem" in places) return reportUsage(places.problem, systemdCommand.name, context);

    const facts = readFacts(file, givenDelayMs, context);
    if (facts === undefined) return EXIT_FAILURE;
    const unit = renderUnit({ ...places, facts, isDelayGiven: givenDelayMs !== undefined });
    if (!options.has("install-dir")) context.out.write(unit);
    else {
      const programSource = isCompiled() ? process.execPath : "dist/gw";
      const configSource = file ?? (places.configFile === null ? null : "gateway.json");
      context.out.write(renderInstallCommands({ ...places, programSource, configSource, unit }));
    }
    return EXIT_OK;
  },
};

type Places = Pick<UnitOptions, "program" | "configFile" | "workingDirectory">;

const PROGRAM = "gw";
const CONFIG_FILE = "gateway.json";

/** Where the node has program and configuration. */
function findPlaces(
  installDir: string | undefined,
  file: string | undefined,
  name: string,
): Places | { readonly problem: string } {
  const programFolder = UnitPath.parse(installDir ?? "/usr/local/bin");
  const workingDirectory = UnitPath.parse(installDir ?? "/etc/gw");
  if ("problem" in programFolder) {
    return {
      problem: `invalid argument "${installDir}" for --install-dir: ${programFolder.problem}`,
    };
  }
  if ("problem" in workingDirectory) throw new Error(workingDirectory.problem);
  if (/["']/.test(programFolder.text)) {
    const problem = "systemd takes no quotes in the path of a program";
    return { problem: `invalid argument "${installDir}" for --install-dir: ${problem}` };
  }
  const program = programFolder.join(PROGRAM);
  if ("problem" in program) {
    return { problem: `invalid argument "${installDir}" for --install-dir: ${program.problem}` };
  }
  if (file === undefined && name !== BUILT_IN)
    return { program, configFile: null, workingDirectory };

  const configFile = workingDirectory.join(file === undefined ? CONFIG_FILE : basename(file));
  if ("problem" in configFile) {
    return { problem: `the name of "${file}" cannot stand in a unit: ${configFile.problem}` };
  }
  if (configFile.text !== program.text) return { program, configFile, workingDirectory };
  return { problem: `"${file}" would take the program's place: give it another name` };
}

/** `undefined`: the configuration cannot be used, which is said. */
function readFacts(
  file: string | undefined,
  shutdownDelayMs: number | undefined,
  context: CommandContext,
): GatewayFacts | undefined {
  if (!hasConfiguration(file, context)) {
    context.err.write(
      "WARNING without -c the unit is made for /etc/gw/gateway.json with default values\n",
    );
    return defaultFacts({ shutdownDelayMs });
  }
  const loaded = loadConfiguration({ file }, context);
  if ("problems" in loaded) {
    context.err.write(`${renderLoadFailure(loaded)}\n`);
    return undefined;
  }
  checkForSystemd(loaded);
  const { problems } = loaded.report;
  if (problems.length > 0) {
    context.err.write(`${renderProblems(problems)}\n`);
    return undefined;
  }
  for (const warning of loaded.warnings.filter(({ severity }) => severity === "error")) {
    context.err.write(`ERROR ${renderFinding(warning)}\n`);
  }
  return readGatewayFacts(loaded, { shutdownDelayMs });
}
