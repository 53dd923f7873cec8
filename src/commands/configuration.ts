import { inFileOrder, type LoadedConfig, loadConfig } from "../config/load.ts";
import { type ConfigProblems, type ConfigSource, readConfigFile } from "../config/source.ts";
import { BUILT_IN, builtInConfiguration } from "./built-in-configuration.ts";
import { embeddedName } from "./carried-configuration.ts";
import { checkFeatures } from "./check-features.ts";
import type { CommandContext } from "./command.ts";

/** What the command line says about the configuration. */
export interface ConfigurationRequest {
  /** `-c`; `undefined`: the configuration in the program. */
  readonly file: string | undefined;
  /** `-p` */
  readonly port?: number | undefined;
  /** `-d` */
  readonly isDebug?: boolean;
}

/** Finds and reads the configuration that a command works with; what is wrong with it is a value. */
export function loadConfiguration(
  request: ConfigurationRequest,
  context: CommandContext,
): LoadedConfig | ConfigProblems {
  const { environment } = context;
  const { file, port, isDebug = false } = request;
  const carried = file === undefined ? findCarried(context) : undefined;
  const source = carried ?? chooseSource(file, port ?? portOf(environment));
  if ("problems" in source) return source;
  const loaded = loadConfig(source, { environment, port, isDebug });
  return "problems" in loaded ? loaded : withFeaturesChecked(loaded);
}

function withFeaturesChecked(loaded: LoadedConfig): LoadedConfig {
  const { warnings } = loaded.report;
  const known = warnings.length;
  checkFeatures(loaded);
  if (warnings.length === known) return loaded;
  return { ...loaded, warnings: inFileOrder([...loaded.warnings, ...warnings.slice(known)]) };
}

/** False: {@link loadConfiguration} would find nothing but the built-in configuration. */
export function hasConfiguration(file: string | undefined, context: CommandContext): boolean {
  return file !== undefined || findCarried(context) !== undefined;
}

/** How messages name the configuration that {@link loadConfiguration} finds for `-c`. */
export function configurationName(file: string | undefined, context: CommandContext): string {
  return file ?? findCarried(context)?.name ?? BUILT_IN;
}

/** The configuration behind the program. One that is damaged was refused before any command ran. */
function findCarried({ carried }: CommandContext): ConfigSource | undefined {
  const found = carried?.();
  if (found?.kind !== "configuration") return undefined;
  return { ...found.source, name: embeddedName(found.source.name) };
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
