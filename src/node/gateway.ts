import type { BackendScope } from "../backend/backend.ts";
import type { EndpointConfig, ServiceConfig } from "../config/model.ts";
import type { Answer, ClientRequest, Handler, Origin } from "../contracts.ts";
import { prepareAnswerHeaders } from "../endpoint/answer-headers.ts";
import { compileClientIp } from "../endpoint/client-ip.ts";
import { createEndpointHandler, type EndpointScope } from "../endpoint/endpoint.ts";
import { CANCELED, Cancellation } from "../lib/cancellation.ts";
import { TimerEntry, type TimerWheel } from "../lib/timer-wheel.ts";
import type { AccessLog } from "../logging/access-log.ts";
import type { Logger } from "../logging/logger.ts";
import { shortened } from "../logging/shortened.ts";
import { createPages } from "../pages/pages.ts";
import type { transportOrder } from "../pipeline.ts";
import type { SocketProvider } from "../platform/sockets.ts";
import { createAutoOptions, createRouterHandler } from "../router/handler.ts";
import { Router } from "../router/router.ts";
import { roundRobin, roundRobinOver } from "../upstream/balancer.ts";
import { UpstreamClient } from "../upstream/client.ts";
import { type LookupSrv, SrvDirectory } from "../upstream/discovery.ts";
import { type InvalidOrigin, parseOrigin } from "../upstream/origin.ts";
import { followRedirects } from "../upstream/redirects.ts";
import { compileClientTls } from "../upstream/tls.ts";
import { backendUserAgent, versionHeader } from "../version.ts";
import { accessLogged } from "./access.ts";
import { buildPipe, type PipeScope } from "./pipe.ts";

/** What a gateway needs of the process it runs in. */
export interface GatewayScope {
  readonly log: Logger;
  /** `null`: no access log. */
  readonly accessLog: AccessLog | null;
  readonly wheel: TimerWheel;
  readonly sockets: SocketProvider;
  readonly lookupSrv: LookupSrv;
  readonly random: () => number;
  readonly isDraining: () => boolean;
  /** The features around backends' calls. */
  readonly transports: typeof transportOrder;
}

/** One worker's gateway: a handler for every request, and the connections to the backends. */
export interface Gateway {
  readonly handler: Handler;
  /** Resolves when hosts that DNS knows were looked up, or after three seconds. */
  readonly discovered: Promise<void>;
  close(): void;
}

/** Of an endpoint with nothing to call, as KrakenD answers for it. */
const EMPTY_500: Answer = Object.freeze({ status: 500, headers: [], body: null });

/** A DNS server that does not answer must not keep a node from starting. */
const DISCOVERY_LIMIT_MS = 3000;

const SYSTEM_METHODS = "GET POST PUT PATCH HEAD OPTIONS DELETE CONNECT TRACE".split(" ");

/** Builds every endpoint; nothing of the configuration is read again afterwards. */
export function buildGateway(config: ServiceConfig, scope: GatewayScope): Gateway {
  const { log, wheel } = scope;
  const client = new UpstreamClient({
    transport: config.transport,
    wheel,
    sockets: scope.sockets,
    tlsFor: compileClientTls(config.transport.clientTls),
  });
  const router = new Router<Handler>(config.router);
  const ownVersion = versionHeader(config.router.hidesVersionHeader);
  const clientIp = compileClientIp(config.router);
  const ipOf = (request: ClientRequest) => clientIp(request.peerAddress, request.headers);
  addPages(config, scope, router);

  const answerHeaders = prepareAnswerHeaders(ownVersion);
  const directory = new SrvDirectory({
    lookup: scope.lookupSrv,
    ttlMs: config.transport.dnsCacheTtlMs,
    wheel,
    log,
  });
  const backend = shareBackendScopes(client, directory, scope);
  const life = new Cancellation(wheel, null);
  const onBug = (error: unknown) => {
    log.error(`[SERVICE: Proxy] ${error instanceof Error ? error.stack : String(error)}`);
  };
  const handlerOf = (endpoint: EndpointConfig): Handler => {
    const refusedBy = [...config.refusedBy, ...endpoint.refusedBy];
    if (refusedBy.length > 0) return refuse(refusedBy, config.router.returnsErrorMessage);
    const onError = errorLogger(endpoint.route, log);
    const stage = buildPipe(endpoint, {
      wheel,
      backend: (one) => ({ ...backend(one), report: onError }),
      life,
      onBug,
    });
    if (stage === null) return () => EMPTY_500;
    return createEndpointHandler(endpoint, {
      router: config.router,
      stage,
      clientIp: ipOf,
      answerHeaders,
      userAgent: backendUserAgent,
      onError,
    });
  };
  const methodsOf = new Map<string, string[]>();
  for (const endpoint of config.endpoints) {
    if (!endpoint.isRegistered) continue;
    const handler = handlerOf(endpoint);
    router.add(endpoint.method, endpoint.route, handler);
    const methods = methodsOf.get(endpoint.route);
    if (methods === undefined) methodsOf.set(endpoint.route, [endpoint.method]);
    else methods.push(endpoint.method);
  }
  if (config.router.hasAutoOptions) {
    for (const [route, methods] of methodsOf) {
      router.add("OPTIONS", route, createAutoOptions(methods, ownVersion));
    }
  }
  const routed = createRouterHandler({ config: config.router, router, versionHeader: ownVersion });
  const { accessLog } = scope;
  const handler =
    accessLog === null
      ? routed
      : accessLogged(routed, {
          accessLog,
          clientIp: ipOf,
          skippedPaths: [
            ...config.router.loggerSkipPaths,
            // A balancer asks for it every second.
            ...(config.router.healthPath === null ? [] : [config.router.healthPath]),
          ],
        });
  return {
    handler,
    discovered: within(DISCOVERY_LIMIT_MS, directory.firstAnswers(), wheel),
    close() {
      life.cancel(CANCELED);
      directory.close();
      client.close();
    },
  };
}

/** What backends need, made once for all: hosts that are written alike are one origin. */
function shareBackendScopes(
  client: UpstreamClient,
  directory: SrvDirectory,
  { random, transports }: Pick<GatewayScope, "random" | "transports">,
): PipeScope["backend"] {
  const origins = new Map<string, Origin | InvalidOrigin>();
  const originOf = (host: string) => {
    const known = origins.get(host);
    if (known !== undefined) return known;
    const origin = parseOrigin(host);
    origins.set(host, origin);
    return origin;
  };
  const balance: BackendScope["balance"] = ({ hosts, discovery }) => {
    if (discovery.kind === "static") return roundRobin(hosts.map(originOf), random);
    const [name = ""] = hosts;
    return roundRobinOver(directory.list(name, discovery.scheme, originOf), random);
  };
  const plain = { balance, exchange: followRedirects(client, { sendsBody: false }) };
  const withBody = { balance, exchange: followRedirects(client, { sendsBody: true }) };
  return ({ sendsBodyOnRedirect, extraConfig }) => {
    const scope = sendsBodyOnRedirect ? withBody : plain;
    const middlewares = transports.flatMap(
      ({ namespace, transport }) => transport(extraConfig[namespace]) ?? [],
    );
    if (middlewares.length === 0) return scope;
    const exchange = middlewares.reduceRight((next, wrap) => wrap(next), scope.exchange);
    return { ...scope, exchange };
  };
}

/** Waits for work that goes on if it takes longer. */
function within(limitMs: number, work: Promise<void>, wheel: TimerWheel): Promise<void> {
  return new Promise((resolve) => {
    const limit = new TimerEntry(resolve);
    wheel.schedule(limit, limitMs);
    void work.then(() => {
      wheel.cancel(limit);
      resolve();
    });
  });
}

/** Room for the details of several backends. */
const MAX_DETAIL_LENGTH = 4096;

/** Most endpoints never need a log of their own, so it is made for the first error. */
function errorLogger(route: string, log: Logger): EndpointScope["onError"] {
  let endpointLog: Logger | undefined;
  return ({ message, detail, code }) => {
    endpointLog ??= log.child(`[ENDPOINT: ${route}]`);
    const text = shortened(message);
    const shown = detail === undefined ? text : `${text} (${shortened(detail, MAX_DETAIL_LENGTH)})`;
    endpointLog.error(shown, { code });
  };
}

function addPages(config: ServiceConfig, scope: GatewayScope, router: Router<Handler>): void {
  const pages = createPages({ log: scope.log, isDraining: scope.isDraining });
  const { healthPath } = config.router;
  if (healthPath !== null) router.add("GET", healthPath, pages.health);
  for (const method of SYSTEM_METHODS) {
    if (config.hasDebugEndpoint) router.add(method, "/__debug/*param", pages.debug);
    if (config.hasEchoEndpoint) router.add(method, "/__echo/*param", pages.echo);
  }
}

/** Answers for an endpoint that asks for what gw does not do. */
function refuse(parts: readonly string[], returnsErrorMessage: boolean): Handler {
  const message = `not supported yet: ${parts.join(", ")}`;
  const answer: Answer = returnsErrorMessage
    ? {
        status: 500,
        headers: ["Content-Type", "text/plain; charset=utf-8"],
        body: Buffer.from(message),
      }
    : { status: 500, headers: [], body: null };
  return (request) => {
    request.errors.push(message);
    return answer;
  };
}
