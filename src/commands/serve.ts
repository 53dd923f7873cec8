import { type Finding, renderFinding } from "../config/finding.ts";
import { type LoadedConfig, renderLoadFailure } from "../config/load.ts";
import type { ServiceConfig } from "../config/model.ts";
import type { Logger } from "../logging/logger.ts";
import { openServiceLogs, type ServiceLogs } from "../logging/service-logs.ts";
import { type RunningNode, startNode } from "../node/start.ts";
import { VERSION } from "../version.ts";
import { BUILT_IN } from "./built-in-configuration.ts";
import { type CommandContext, EXIT_OK } from "./command.ts";
import { type ConfigurationRequest, loadConfiguration } from "./configuration.ts";
import { describeListenFailure } from "./listen-failure.ts";
import { readShutdownDelay, StopSignals, stopNode } from "./shutdown.ts";

/** Serves until a signal comes; resolves with the exit code of `gw run`. */
export async function serve(
  request: ConfigurationRequest,
  context: CommandContext,
): Promise<number> {
  const signals = new StopSignals(context.err);
  const loaded = loadConfiguration(request, context);
  if ("problems" in loaded) {
    context.err.write(`${renderLoadFailure(loaded)}\n`);
    return EXIT_UNREADABLE;
  }
  const { config } = loaded;
  const logs = openServiceLogs(config, {
    isJson: context.environment.GW_LOG_JSON === "1",
    hasColors: context.out.isTerminal && context.environment.TERM !== "dumb",
  });
  try {
    logStart(loaded, logs.log);
    warnAboutProxies(context.environment, logs.log);
    warnAboutTemplates(context.environment, logs.log);
    surviveOtherSignals(logs.log);
    return await serveUntilStopped(config, { logs, signals, context });
  } finally {
    // Also when a bug ends the process: its last lines tell what led to it.
    logs.accessLog?.flush();
    logs.log.info("[SERVICE: Gin] Router execution ended");
    await logs.close();
  }
}

interface ServeScope {
  readonly logs: ServiceLogs;
  readonly signals: StopSignals;
  readonly context: CommandContext;
}

async function serveUntilStopped(
  config: ServiceConfig,
  { logs, signals, context }: ServeScope,
): Promise<number> {
  const { log } = logs;
  const { delayMs, problem } = readShutdownDelay(context.environment);
  if (problem !== null) log.warning(problem);

  const node = await listen(config, logs);
  if (node === null) return EXIT_CANNOT_LISTEN;

  await signals.first;
  await stopNode(node, config, { log, delayMs });
  return EXIT_OK;
}

const EXIT_UNREADABLE = 255;
const EXIT_CANNOT_LISTEN = 1;

function logStart({ config, warnings }: LoadedConfig, log: Logger): void {
  log.info(`Starting gw v${VERSION}`);
  log.info(`Working directory is ${process.cwd()}`);
  const { source, endpoints } = config;
  const count = `${endpoints.length} endpoint${endpoints.length === 1 ? "" : "s"}`;
  log.info(`Configuration: ${source}, ${count}`);
  for (const warning of warnings) logWarning(warning, log);
  log.info("Starting the gw instance");
}

/** KrakenD calls backends through the proxies that the environment names. */
function warnAboutProxies(environment: CommandContext["environment"], log: Logger): void {
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"]) {
    const value = environment[name] ?? "";
    if (value !== "") log.warning(`${name} has no effect: backends are called directly`);
  }
}

/** KrakenD renders its file as a template when the variable is set. */
function warnAboutTemplates(environment: CommandContext["environment"], log: Logger): void {
  if ((environment.FC_ENABLE ?? "") === "") return;
  log.error("FC_ENABLE has no effect: templates are not rendered yet, the file is read as it is");
}

/** Habits of other servers, and a terminal that closes, must not end this one in the middle of its requests. */
function surviveOtherSignals(log: Logger): void {
  for (const signal of ["SIGHUP", "SIGUSR1", "SIGUSR2"] as const) {
    process.on(signal, () => {
      log.warning(`${signal} has no effect: a changed file is read at the next start`);
    });
  }
}

function logWarning(warning: Finding, log: Logger): void {
  const text = renderFinding(warning);
  if (warning.severity === "error") log.error(text);
  else log.warning(text);
}

/** Starts the node and says where it listens; `null` when the system does not let it. */
async function listen(
  config: ServiceConfig,
  { log, accessLog }: ServiceLogs,
): Promise<RunningNode | null> {
  const ginLog = log.child("[SERVICE: Gin]");
  try {
    const node = await startNode(config, { log, accessLog });
    ginLog.info(`Listening on port: ${node.port} ${describeAddress(config)}`);
    if (config.source === BUILT_IN && isLoopback(config)) {
      ginLog.info("The built-in configuration listens on 127.0.0.1 only; serve yours with -c FILE");
    }
    return node;
  } catch (error) {
    const failure = describeListenFailure(error, config);
    if (failure === undefined) throw error;
    ginLog.error(failure);
    return null;
  }
}

function describeAddress({ listenIp, tls }: ServiceConfig): string {
  const scheme = tls === null ? "http" : "https";
  return listenIp === "" ? `(${scheme}, all addresses)` : `(${scheme}, ${listenIp})`;
}

function isLoopback({ listenIp }: ServiceConfig): boolean {
  return listenIp === "127.0.0.1";
}
