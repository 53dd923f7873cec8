import { basename } from "node:path";
import { renderInstallCommands } from "../cluster/systemd-install.ts";
import { UnitPath } from "../cluster/systemd-path.ts";
import { checkForSystemd, renderUnit, type UnitOptions } from "../cluster/systemd-unit.ts";
import { isCompiled } from "../platform/executable.ts";
import { BUILT_IN } from "./built-in-configuration.ts";
import { readClusterFacts } from "./cluster-facts.ts";
import {
  type Command,
  type CommandContext,
  configOption,
  EXIT_FAILURE,
  EXIT_OK,
  EXIT_USAGE,
  type GivenArguments,
} from "./command.ts";
import { configurationName } from "./configuration.ts";
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
  async run(given: GivenArguments, context: CommandContext) {
    const { options } = given;
    const file = options.get("config");
    const name = configurationName(file, context);
    const places = findPlaces(options.get("install-dir"), file, name);
    if ("problem" in places) return reportUsage(places.problem, systemdCommand.name, context);

    const request = { command: systemdCommand.name, check: checkForSystemd };
    const known = readClusterFacts(given, request, context);
    if ("exitCode" in known) return known.exitCode;
    if (known.loaded === null) {
      const message = "without -c the unit is made for /etc/gw/gateway.json with default values";
      context.err.write(`WARNING ${message}\n`);
    }
    const { facts, isDelayGiven } = known;
    const unit = renderUnit({ ...places, facts, isDelayGiven });
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
