import { type LoadedConfig, loadConfig } from "../config/load.ts";
import { type ConfigProblems, type ConfigSource, readConfigFile } from "../config/source.ts";
import { builtInConfiguration } from "./built-in-configuration.ts";
import type { CommandContext } from "./command.ts";

/** What the command line says about the configuration. */
export interface ConfigurationRequest {
  /** `-c`; `undefined`: the configuration that gw carries. */
  readonly file: string | undefined;
  /** `-p` */
  readonly port?: number | undefined;
  /** `-d` */
  readonly isDebug?: boolean;
}

/** Finds and reads the configuration that a command works with; what is wrong with it is a value. */
export function loadConfiguration(
  request: ConfigurationRequest,
  { environment }: CommandContext,
): LoadedConfig | ConfigProblems {
  const { file, port, isDebug = false } = request;
  const source = chooseSource(file, port ?? portOf(environment));
  return "problems" in source ? source : loadConfig(source, { environment, port, isDebug });
}

function chooseSource(
  file: string | undefined,
  port: number | undefined,
): ConfigSource | ConfigProblems {
  return file === undefined ? builtInConfiguration(port) : readConfigFile(file);
}

/** A whole number from 1 to 65535, else `undefined`. */
export function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

/** The port that the variables lay over the file; one that is none is the loader's to complain about. */
function portOf(environment: CommandContext["environment"]): number | undefined {
  return parsePort(environment.GW_PORT ?? "") ?? parsePort(environment.KRAKEND_PORT ?? "");
}
