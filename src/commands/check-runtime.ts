import type { Finding } from "../config/finding.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { EndpointConfig, ServiceConfig } from "../config/model.ts";
import { TimerWheel } from "../lib/timer-wheel.ts";
import { createLogger } from "../logging/logger.ts";
import { buildGateway } from "../node/gateway.ts";
import { transportOrder } from "../pipeline.ts";
import type { SocketProvider } from "../platform/sockets.ts";
import { checkTlsFiles } from "./check-tls-files.ts";
import type { CommandContext } from "./command.ts";

/** What would serve, had it been asked to. */
export interface BuiltRuntime {
  /** Endpoints that answer, and their backends. */
  readonly endpoints: number;
  readonly backends: number;
  /** Endpoints that answer nothing but a refusal, and what gw lacks for each. */
  readonly refused: readonly RefusedEndpoint[];
  /** Endpoints with a method that is never registered, as `HEAD /x`. */
  readonly unregistered: readonly string[];
}

/** An endpoint that gw does not open, since it asks for what gw does not have. */
export interface RefusedEndpoint {
  /** `GET /users/{id}` */
  readonly endpoint: string;
  /** Namespaces. */
  readonly refusedBy: readonly string[];
}

/** What came of building; `built` is `null` where there are errors. */
export interface TestedRuntime {
  readonly built: BuiltRuntime | null;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** Reads the TLS files, then builds the gateway; what it logs meanwhile goes to standard error. */
export function testRuntime(
  { config, report }: LoadedConfig,
  { err }: Pick<CommandContext, "err">,
): TestedRuntime {
  const known = report.warnings.length;
  checkTlsFiles(config, report, Date.now());
  const warnings = report.warnings.slice(known);
  if (report.problems.length > 0) return { built: null, errors: report.problems, warnings };
  try {
    return { built: buildRuntime(config, (line) => err.write(line)), errors: [], warnings };
  } catch (error) {
    // Whatever it is, `gw run` could not start: that is what the check is for.
    report.error([], error instanceof Error ? error.message : String(error));
    return { built: null, errors: report.problems, warnings };
  }
}

/**
 * Builds everything that `gw run` builds for one worker, and takes it down again; no socket is opened.
 * `writeLog` takes what is logged meanwhile. Throws where `gw run` could not start.
 */
function buildRuntime(config: ServiceConfig, writeLog: (line: string) => void): BuiltRuntime {
  const gateway = buildGateway(config, {
    log: createLogger({ level: "WARNING", layout: "basic", destination: writeLog }),
    accessLog: null,
    wheel: new TimerWheel(() => 0, { every: () => () => {} }),
    sockets: noSockets,
    // Nobody is asked: what DNS knows is no part of the file.
    lookupSrv: () => new Promise(() => {}),
    random: () => 0,
    isDraining: () => false,
    transports: transportOrder,
  });
  gateway.close();
  return countParts(config);
}

const noSockets: SocketProvider = {
  listen: refuseSocket,
  connect: refuseSocket,
  secure: refuseSocket,
};

function refuseSocket(): never {
  throw new Error("building the gateway must not open a socket");
}

function countParts({ endpoints, refusedBy }: ServiceConfig): BuiltRuntime {
  const registered = endpoints.filter(({ isRegistered }) => isRegistered);
  const reasonsOf = (endpoint: EndpointConfig) => [
    ...new Set([...refusedBy, ...endpoint.refusedBy]),
  ];
  const served = registered.filter((endpoint) => reasonsOf(endpoint).length === 0);
  return {
    endpoints: served.length,
    backends: served.reduce((count, { backends }) => count + backends.length, 0),
    refused: registered
      .filter((endpoint) => reasonsOf(endpoint).length > 0)
      .map((endpoint) => ({ endpoint: nameOf(endpoint), refusedBy: reasonsOf(endpoint) })),
    unregistered: endpoints.filter(({ isRegistered }) => !isRegistered).map(nameOf),
  };
}

function nameOf({ method, path }: EndpointConfig): string {
  return `${method} ${path}`;
}
