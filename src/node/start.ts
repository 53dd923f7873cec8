import { readFileSync } from "node:fs";
import type { ServerTlsConfig, ServiceConfig } from "../config/model.ts";
import { normalizePeer } from "../endpoint/client-ip.ts";
import { startTimerWheel } from "../lib/timer-wheel.ts";
import { cipherNames, secureOptionsFor } from "../lib/tls-settings.ts";
import type { AccessLog } from "../logging/access-log.ts";
import type { Logger } from "../logging/logger.ts";
import { sockets } from "../platform/runtime.ts";
import type { ServerTls } from "../platform/sockets.ts";
import { systemCertificates } from "../platform/system-certificates.ts";
import { serverEvents } from "../server/connection.ts";
import type { ServedConnection, ServerScope } from "../server/scope.ts";
import { buildGateway } from "./gateway.ts";

/** Of a client's head, besides `max_header_bytes`. */
const MAX_HEADER_LINES = 200;
const MAX_TARGET_BYTES = 16 * 1024;

/** How often a stopping node looks whether it is done. */
const STOP_POLL_MS = 20;

/** What a node needs of its process. */
export interface NodeScope {
  readonly log: Logger;
  readonly accessLog: AccessLog | null;
}

/** A gateway that listens. */
export interface RunningNode {
  readonly port: number;
  /** Health answers 503 and every answer ends its connection; everything is still served. */
  drain(): void;
  /** Accepts no more, waits at most so long for what is in flight, and says how many requests were cut. */
  stop(waitMs: number): Promise<{ readonly cut: number }>;
}

/** Builds the gateway, then listens. Throws with the system's code where it cannot listen. */
export async function startNode(config: ServiceConfig, scope: NodeScope): Promise<RunningNode> {
  const wheel = startTimerWheel();
  const connections = new Set<ServedConnection>();
  let isDraining = false;
  const gateway = buildGateway(config, {
    log: scope.log,
    accessLog: scope.accessLog,
    wheel,
    sockets,
    random: Math.random,
    isDraining: () => isDraining,
  });
  const serverScope: ServerScope = {
    limits: config.listener,
    headLimits: {
      maxBytes: config.listener.maxHeaderBytes,
      maxHeaders: MAX_HEADER_LINES,
      maxTargetBytes: MAX_TARGET_BYTES,
    },
    handler: gateway.handler,
    wheel,
    isTls: config.tls !== null,
    normalizePeer,
    connections,
    isDraining: () => isDraining,
    onBug: (error, { method, path }) => {
      const stack = error instanceof Error ? error.stack : String(error);
      scope.log.error(`[SERVICE: Gin] ${method} ${path}: ${stack}`);
    },
    onRefusal: ({ status, reason }, peer) =>
      scope.log.info(`[SERVICE: Gin] refused a request of ${peer} with ${status}: ${reason}`),
  };
  const listener = sockets.listen({
    host: config.listenIp === "" ? "::" : config.listenIp,
    port: config.port,
    handshakeTimeoutMs: config.listener.readHeaderTimeoutMs,
    tls: config.tls === null ? null : readServerTls(config.tls),
    events: serverEvents(serverScope),
  });

  return {
    port: listener.port,
    drain() {
      isDraining = true;
    },
    async stop(waitMs) {
      isDraining = true;
      listener.stop();
      for (const connection of connections) connection.closeIfIdle();
      const deadline = performance.now() + waitMs;
      while (countBusy(connections) > 0 && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, STOP_POLL_MS));
      }
      const cut = countBusy(connections);
      for (const connection of connections) connection.destroy();
      gateway.close();
      return { cut };
    },
  };
}

function countBusy(connections: ReadonlySet<ServedConnection>): number {
  let busy = 0;
  for (const connection of connections) if (connection.isBusy) busy++;
  return busy;
}

/** The first pair serves everybody. */
function readServerTls(config: ServerTlsConfig): ServerTls {
  const { publicKey, privateKey } = config.keys[0]!;
  return {
    certificate: readFileSync(publicKey, "utf8"),
    privateKey: readFileSync(privateKey, "utf8"),
    secureOptions: secureOptionsFor(config.minVersion, config.maxVersion),
    clientAuthorities: config.isMutual ? readClientAuthorities(config) : null,
    ciphers: cipherNames(config.cipherSuites),
  };
}

/** The system's authorities, unless that is switched off, those of the file, and gw's own certificates. */
function readClientAuthorities(config: ServerTlsConfig): string[] {
  const own = [...config.caCerts, ...config.keys.map(({ publicKey }) => publicKey)];
  const system = config.isSystemCaPoolDisabled ? [] : systemCertificates();
  return [...system, ...own.map((path) => readFileSync(path, "utf8"))];
}
