import type { ServiceConfig } from "../config/model.ts";
import { normalizePeer } from "../endpoint/client-ip.ts";
import { startTimerWheel } from "../lib/timer-wheel.ts";
import type { AccessLog } from "../logging/access-log.ts";
import type { Logger } from "../logging/logger.ts";
import { SeldomLine } from "../logging/seldom.ts";
import { sockets } from "../platform/runtime.ts";
import type { ServerTls } from "../platform/sockets.ts";
import { serverEvents } from "../server/events.ts";
import type { ServedConnection, ServerScope } from "../server/scope.ts";
import { createSrvLookup } from "../upstream/lookup-srv.ts";
import { buildGateway } from "./gateway.ts";
import { loadTransports } from "./load-features.ts";

/** Of a client's head, besides `max_header_bytes`. */
const MAX_HEADER_LINES = 200;
const MAX_TARGET_BYTES = 16 * 1024;

/** How often a stopping thread looks whether it is done. */
const STOP_POLL_MS = 20;

const ACCEPTING_TURNS = 3;

/** A client that was just about to send its next request gets it answered; after that its connection is closed. */
const LAST_REQUEST_MS = 250;

/** What one thread needs to serve. */
export interface ServingScope {
  readonly log: Logger;
  readonly accessLog: AccessLog | null;
  readonly isDraining: () => boolean;
  /** PEM texts; `null`: plain HTTP. */
  readonly tls: ServerTls | null;
  /** Other threads listen on the same port. */
  readonly sharesPort: boolean;
  /** Called once everything is built; the port opens when it resolves. */
  readonly beforeListening: () => Promise<void>;
}

/** A gateway that listens, in this thread. */
export interface Serving {
  readonly port: number;
  /** Requests that are being received, made or sent. */
  inFlight(): number;
  /** Other certificates for handshakes from now on; connections that live keep theirs. */
  replaceTls(tls: ServerTls): void;
  /** Accepts no more, waits at most so long for what is in flight, and says how many requests were cut. */
  stop(waitMs: number): Promise<{ readonly cut: number }>;
}

/** Builds the gateway, then listens. Throws with the system's code where it cannot. */
export async function startServing(config: ServiceConfig, scope: ServingScope): Promise<Serving> {
  const { log, isDraining } = scope;
  const wheel = startTimerWheel();
  const connections = new Set<ServedConnection>();
  const transports = await loadTransports(config);
  const gateway = buildGateway(config, {
    log,
    accessLog: scope.accessLog,
    wheel,
    sockets,
    lookupSrv: createSrvLookup(),
    random: Math.random,
    isDraining,
    transports,
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
    takesHttp2: config.listener.usesH2c,
    normalizePeer,
    connections,
    isDraining,
    onBug: (error, { method, path }) => {
      const stack = error instanceof Error ? error.stack : String(error);
      log.error(`[SERVICE: Gin] ${method} ${path}: ${stack}`);
    },
    onRefusal: ({ status, reason }, peer) =>
      log.info(`[SERVICE: Gin] refused a request of ${peer} with ${status}: ${reason}`),
  };
  await gateway.discovered;
  const handshakes = new SeldomLine(
    (text) => log.warning(text),
    () => wheel.now(),
  );
  await scope.beforeListening();
  const listener = await sockets.listen({
    host: listenHost(config),
    port: config.port,
    sharesPort: scope.sharesPort,
    handshakeTimeoutMs: config.listener.readHeaderTimeoutMs,
    tls: scope.tls,
    onHandshakeFailed: (peer, reason) =>
      handshakes.write(`[SERVICE: Gin] TLS handshake error from ${peer}: ${reason}`),
    events: serverEvents(serverScope),
  });

  return {
    port: listener.port,
    inFlight: () => countBusy(connections),
    replaceTls: (tls) => listener.replaceTls(tls),
    async stop(waitMs) {
      const startedAt = performance.now();
      await acceptWaiting();
      listener.stop();
      const isOver = () => {
        const elapsedMs = performance.now() - startedAt;
        if (elapsedMs >= LAST_REQUEST_MS || elapsedMs >= waitMs) {
          for (const connection of connections) connection.closeIfIdle();
          return countBusy(connections) === 0 || elapsedMs >= waitMs;
        }
        return connections.size === 0;
      };
      while (!isOver()) await new Promise((resolve) => setTimeout(resolve, STOP_POLL_MS));
      const cut = countBusy(connections);
      // The others have their answer, or are about to: the system sends what it has taken.
      for (const connection of connections) if (connection.isBusy) connection.destroy();
      gateway.close();
      return { cut };
    },
  };
}

/**
 * Closing the port resets the connections that the system has ready and nobody accepted yet. A turn
 * of the event loop accepts all of them, but a busy one may begin with other work.
 */
async function acceptWaiting(): Promise<void> {
  for (let turn = 0; turn < ACCEPTING_TURNS; turn++) await new Promise(setImmediate);
}

/** The address to bind: `::` accepts IPv4 too. */
export function listenHost({ listenIp }: Pick<ServiceConfig, "listenIp">): string {
  return listenIp === "" ? "::" : listenIp;
}

function countBusy(connections: ReadonlySet<ServedConnection>): number {
  let busy = 0;
  for (const connection of connections) if (connection.isBusy) busy++;
  return busy;
}
