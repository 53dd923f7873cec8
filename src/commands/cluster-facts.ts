import { defaultFacts, type GatewayFacts, readGatewayFacts } from "../cluster/gateway-facts.ts";
import { LONGEST_TIME } from "../cluster/longest-time.ts";
import { renderFinding, renderProblems } from "../config/finding.ts";
import { type LoadedConfig, renderLoadFailure } from "../config/load.ts";
import { type CommandContext, configOption, EXIT_FAILURE, type GivenArguments } from "./command.ts";
import { hasConfiguration, loadConfiguration } from "./configuration.ts";
import { readShutdownDelay } from "./shutdown.ts";
import { reportUsage } from "./usage-error.ts";

/** What a command that renders something around the nodes knows of their gateway. */
export interface ClusterFacts {
  readonly facts: GatewayFacts;
  /** `null`: no configuration is given and the program carries none; the facts are defaults. */
  readonly loaded: LoadedConfig | null;
  /** The delay is given beside the file, by a flag or a variable. */
  readonly isDelayGiven: boolean;
}

/** Who asks, and what must hold for him. */
export interface FactsRequest {
  /** The command's name, for usage errors. */
  readonly command: string;
  /** Reports to the configuration's report what makes it useless here. */
  readonly check?: (loaded: LoadedConfig) => void;
}

/**
 * Reads the configuration of `-c`, or the one that the program carries, with the variables that
 * `gw run` would heed. An exit code: it cannot be used, which is said.
 */
export function readClusterFacts(
  { options }: GivenArguments,
  { command, check }: FactsRequest,
  context: CommandContext,
): ClusterFacts | { readonly exitCode: number } {
  const shutdownDelayMs = readShutdownDelay({
    option: options.get("shutdown-delay"),
    variable: context.environment.GW_SHUTDOWN_DELAY,
    longest: LONGEST_TIME,
  });
  if (typeof shutdownDelayMs === "object") {
    return { exitCode: reportUsage(shutdownDelayMs.problem, command, context) };
  }
  const file = options.get(configOption.long);
  const loaded = loadConfiguration({ file }, context);
  if ("problems" in loaded) {
    context.err.write(`${renderLoadFailure(loaded)}\n`);
    return { exitCode: EXIT_FAILURE };
  }
  const isDelayGiven = shutdownDelayMs !== undefined;
  if (!hasConfiguration(file, context)) {
    // Of the built-in configuration only what variables may have changed says something about the nodes.
    const { port } = loaded.config;
    return { facts: defaultFacts({ shutdownDelayMs, port }), loaded: null, isDelayGiven };
  }
  check?.(loaded);
  const { problems } = loaded.report;
  if (problems.length > 0) {
    context.err.write(`${renderProblems(problems)}\n`);
    return { exitCode: EXIT_FAILURE };
  }
  for (const warning of loaded.warnings) {
    if (warning.severity === "error") context.err.write(`ERROR ${renderFinding(warning)}\n`);
  }
  return { facts: readGatewayFacts(loaded, { shutdownDelayMs }), loaded, isDelayGiven };
}
