import { type Finding, renderFinding } from "../config/finding.ts";
import { type LoadedConfig, renderLoadFailure } from "../config/load.ts";
import type { ServiceConfig } from "../config/model.ts";
import type { Logger } from "../logging/logger.ts";
import { openOutput } from "../logging/output.ts";
import { openServiceLogs, type ServiceLogs } from "../logging/service-logs.ts";
import { type NodeScope, type RunningNode, startNode } from "../node/start.ts";
import type { NodeFailure } from "../node/supervisor.ts";
import { threadsCanSharePort } from "../platform/threads.ts";
import type { ThreadReserve } from "../platform/workers.ts";
import { VERSION } from "../version.ts";
import { BUILT_IN } from "./built-in-configuration.ts";
import { CertificateReader } from "./certificate-reader.ts";
import {
  type CommandContext,
  EXIT_BUG,
  EXIT_FAILURE,
  EXIT_OK,
  EXIT_UNREADABLE,
} from "./command.ts";
import { type ConfigurationRequest, loadConfiguration } from "./configuration.ts";
import { describeListenFailure } from "./listen-failure.ts";
import { hasColors } from "./paint.ts";
import { chooseDelayMs, stopNode } from "./shutdown.ts";
import { StopSignals } from "./stop-signals.ts";

/** What `gw run` was asked for. */
export interface ServeRequest extends ConfigurationRequest {
  readonly workers: number;
  /** They load their code while the configuration is read. */
  readonly threads: ThreadReserve;
  /** `undefined`: the configuration's, or the default. */
  readonly shutdownDelayMs: number | undefined;
}

/** Serves until a signal comes; resolves with the exit code of `gw run`. */
export async function serve(request: ServeRequest, context: CommandContext): Promise<number> {
  const signals = context.stopSignals ?? new StopSignals(context.err.write, 0);
  const loaded = loadConfiguration(request, context);
  if ("problems" in loaded) {
    context.err.write(`${renderLoadFailure(loaded)}\n`);
    return EXIT_UNREADABLE;
  }
  const { config } = loaded;
  const logStyle = {
    isJson: context.environment.GW_LOG_JSON === "1",
    hasColors: hasColors(context.out, context.environment),
  };
  const output = openOutput(STANDARD_OUTPUT);
  const destination = (lines: string) => output.write(lines);
  const logs = openServiceLogs(config, { ...logStyle, destination });
  const { log } = logs;
  try {
    if (!(await canUseTlsFiles(loaded, { logs, err: context.err }))) return EXIT_FAILURE;
    surviveOtherSignals(log);
    const certificates = new CertificateReader(loaded, log);
    process.on("SIGHUP", () => void certificates.reread());
    const workers = threadsCanSharePort ? request.workers : 1;
    const { threads } = request;
    const scope = { workers, threads, logs, logStyle, destination, signals, err: context.err };
    const delayMs = chooseDelayMs({
      asked: request.shutdownDelayMs,
      configured: config.shutdownDelayMs,
      isTerminal: context.out.isTerminal,
    });
    const exitCode = serveUntilStopped(config, { ...scope, delayMs, certificates });
    // Written while the threads build: the first line has to find the time zone, which takes milliseconds.
    logs.announce();
    logStart(loaded, log);
    warnAboutWorkers(request.workers, workers, log);
    return await exitCode;
  } finally {
    // Also when a bug ends the process: its last lines tell what led to it.
    log.info("[SERVICE: Gin] Router execution ended");
    await output.flush(FLUSH_LIMIT_MS);
  }
}

interface ServeScope extends Omit<NodeScope, "onOpening">, Voices {
  readonly signals: StopSignals;
  readonly delayMs: number;
  readonly certificates: CertificateReader;
}

/** Where the process can say something. */
interface Voices {
  readonly logs: ServiceLogs;
  readonly err: CommandContext["err"];
}

async function serveUntilStopped(config: ServiceConfig, scope: ServeScope): Promise<number> {
  const { signals, delayMs } = scope;
  const { log } = scope.logs;
  const node = await listen(config, { ...scope, onOpening: () => signals.serving() });
  if ("kind" in node) return reportFailure(node, config, scope);
  scope.certificates.serves(node);

  let failure: NodeFailure | undefined;
  const failed = node.failed.then((why) => {
    failure = why;
  });
  await Promise.race([signals.first, failed]);
  signals.stopping();
  await stopNode(node, config, { log, delayMs: failure === undefined ? delayMs : 0, failed });
  return failure === undefined ? EXIT_OK : reportFailure(failure, config, scope);
}

const STANDARD_OUTPUT = 1;
const FLUSH_LIMIT_MS = 1000;

/** Reads the files of `tls` and `client_tls` once before anything is started; what is wrong with them is logged with its place. */
async function canUseTlsFiles({ config, report }: LoadedConfig, voices: Voices): Promise<boolean> {
  if (config.tls === null && config.transport.clientTls === null) return true;
  // Loaded when it is needed: certificates are read with a part of the runtime that few ask for.
  const { checkTlsFiles } = await import("./check-tls-files.ts");
  const known = report.warnings.length;
  checkTlsFiles(config, report, Date.now());
  for (const problem of report.problems) tellWhyItEnds(renderFinding(problem), "", voices);
  for (const warning of report.warnings.slice(known)) voices.logs.log.error(renderFinding(warning));
  return report.problems.length === 0;
}

/** Says why the node does not serve, and returns the exit code. */
function reportFailure(failure: NodeFailure, config: ServiceConfig, voices: Voices): number {
  const { logs, err } = voices;
  if (failure.kind === "crash-loop") {
    const text = `workers crash as fast as they are replaced; the last one: ${failure.lastError}`;
    logs.log.critical(`[SERVICE: Node] ${text}`);
    // The log may be switched off.
    err.write(`gw: ${text}\n`);
    return EXIT_BUG;
  }
  const text = describeListenFailure(failure.failure, config);
  tellWhyItEnds(text, "[SERVICE: Gin] ", voices);
  return EXIT_FAILURE;
}

/** To the log, and to standard error where the log does not show it: nothing ends without a reason. */
function tellWhyItEnds(text: string, scope: string, { logs, err }: Voices): void {
  logs.log.error(scope + text);
  if (!logs.showsErrors) err.write(`gw: ${text}\n`);
}

function warnAboutWorkers(asked: number, workers: number, log: Logger): void {
  if (asked === workers) return;
  log.warning(`${asked} workers cannot share a port with this runtime: one serves`);
}

function logStart({ config, warnings }: LoadedConfig, log: Logger): void {
  log.info(`Starting gw v${VERSION}`);
  log.info(`Working directory is ${process.cwd()}`);
  const { source, endpoints } = config;
  const count = `${endpoints.length} endpoint${endpoints.length === 1 ? "" : "s"}`;
  log.info(`Configuration: ${source}, ${count}`);
  for (const warning of warnings) logWarning(warning, log);
  log.info("Starting the gw instance");
}

/** Habits of other servers, and a terminal that closes, must not end this one in the middle of its requests. */
function surviveOtherSignals(log: Logger): void {
  for (const signal of ["SIGUSR1", "SIGUSR2"] as const) {
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

/** Starts the node and says where it listens. */
async function listen(config: ServiceConfig, scope: NodeScope): Promise<RunningNode | NodeFailure> {
  const node = await startNode(config, scope);
  if ("kind" in node) return node;

  const ginLog = scope.logs.log.child("[SERVICE: Gin]");
  const threads = scope.workers === 1 ? "" : `, ${scope.workers} workers`;
  ginLog.info(`Listening on port: ${node.port} ${describeAddress(config, threads)}`);
  if (config.source === BUILT_IN && isLoopback(config)) {
    ginLog.info("The built-in configuration listens on 127.0.0.1 only; serve yours with -c FILE");
  }
  return node;
}

function describeAddress({ listenIp, tls }: ServiceConfig, threads: string): string {
  const scheme = tls === null ? "http" : "https";
  return `(${scheme}, ${listenIp === "" ? "all addresses" : listenIp}${threads})`;
}

function isLoopback({ listenIp }: ServiceConfig): boolean {
  return listenIp === "127.0.0.1";
}
