import type { LoadedConfig } from "../config/load.ts";
import type { EndpointConfig, ServiceConfig } from "../config/model.ts";
import { parseNetwork } from "../lib/cidr.ts";
import { isRecord } from "../lib/go-coerce.ts";
import type { GatewayFacts } from "./gateway-facts.ts";

/** Something that a balancer in front of this gateway makes worse or cannot mend. */
export interface GatewayWarning {
  /** `W06` and on; those of the node list come before. */
  readonly code: string;
  readonly message: string;
}

/** A node serves on for this long at least, or balancers send it requests after it has closed. */
const DRAIN_BOUND_MS = 1_300;

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** What of the balancer's side decides about a warning. */
export interface BalancedNodes {
  /** How many get requests at the same time. */
  readonly count: number;
  /** The balancer sends what is alike, such as a client, always to the same node. */
  readonly isHashed: boolean;
  /** All of them are on the balancer's own host. */
  readonly areLocal: boolean;
}

/** What the rendered balancer cannot take care of. */
export function findGatewayWarnings(
  { config, raw }: LoadedConfig,
  facts: GatewayFacts,
  nodes: BalancedNodes,
): readonly GatewayWarning[] {
  return [
    ...findNodeLimits(config, nodes),
    ...findClientAddresses(facts),
    ...(config.router.healthPath === null
      ? [
          warn(
            "W08",
            "health is switched off (disable_health): only the port is checked, and a node that drains gets requests to the end",
          ),
        ]
      : []),
    ...findRedirectLoop(config),
    ...findShortWait(config, raw),
    ...findUnsafeRetries(config),
    ...findShortDrain(facts),
    ...findLoopback(facts, nodes),
  ];
}

function warn(code: string, message: string): GatewayWarning {
  return { code, message };
}

const LIMITS = ["qos/ratelimit/router", "qos/ratelimit/proxy", "qos/ratelimit/service"];

function findNodeLimits(
  config: ServiceConfig,
  { count, isHashed }: BalancedNodes,
): GatewayWarning[] {
  if (count < 2) return [];
  const names = isHashed ? ["max_rate"] : ["max_rate", "client_max_rate"];
  const places = [
    ["the service", config.extraConfig] as const,
    ...config.endpoints.flatMap(({ path, extraConfig, backends }) => [
      [path, extraConfig] as const,
      ...backends.map(
        (backend) => [`${path} backend ${backend.index}`, backend.extraConfig] as const,
      ),
    ]),
  ];
  return places.flatMap(([where, extraConfig]) =>
    LIMITS.flatMap((namespace) => limitsOf(extraConfig[namespace], names)).map(([name, rate]) =>
      warn(
        "W06",
        `${where}: ${name} ${rate} on ${count} nodes is ${Number((rate * count).toPrecision(12))} in all`,
      ),
    ),
  );
}

function limitsOf(
  options: unknown,
  names: readonly string[],
): readonly (readonly [string, number])[] {
  if (!isRecord(options)) return [];
  return names.flatMap((name) => {
    const rate = options[name];
    return typeof rate === "number" && rate > 0 ? [[name, rate] as const] : [];
  });
}

/** Whether the nodes take the balancer's word for a client's address, and nobody else's. */
export function findClientAddresses({
  addressHeaders,
  trustedProxies,
}: GatewayFacts): GatewayWarning[] {
  if (!addressHeaders.includes("X-Forwarded-For")) {
    const why =
      addressHeaders.length === 0
        ? "router.forwarded_by_client_ip is false"
        : "router.remote_ip_headers is without X-Forwarded-For";
    return [warn("W07", `${why}: the nodes take the balancer for the client`)];
  }
  const remedy = "name the balancer's address there alone";
  if (trustedProxies === null) {
    const message = `router.trusted_proxies is not set: the nodes believe every sender of X-Forwarded-For; ${remedy}`;
    return [warn("W07", message)];
  }
  const everybody = trustedProxies.find((network) => parseNetwork(network)?.prefixBits === 0);
  if (everybody === undefined) return [];
  const message = `router.trusted_proxies has ${everybody}: the nodes believe every sender of X-Forwarded-For; ${remedy}`;
  return [warn("W07", message)];
}

function findRedirectLoop({ extraConfig }: ServiceConfig): GatewayWarning[] {
  const options = extraConfig["security/http"];
  if (!isRecord(options) || options.ssl_redirect !== true) return [];
  const headers = isRecord(options.ssl_proxy_headers) ? options.ssl_proxy_headers : {};
  const isTold = Object.keys(headers).some((name) => name.toLowerCase() === "x-forwarded-proto");
  if (isTold) return [];
  const message =
    "security/http has ssl_redirect without X-Forwarded-Proto in ssl_proxy_headers: behind this balancer it redirects for ever";
  return [warn("W09", message)];
}

function findShortWait(
  { listener, endpoints }: ServiceConfig,
  raw: LoadedConfig["raw"],
): GatewayWarning[] {
  const longest = Math.max(0, ...endpoints.map(({ timeoutMs }) => timeoutMs));
  if (raw.max_shutdown_wait_time <= 0 || listener.maxShutdownWaitMs >= longest) return [];
  const message = `max_shutdown_wait_time (${listener.maxShutdownWaitMs} ms) is shorter than the longest endpoint timeout (${longest} ms): a node that stops cuts such requests`;
  return [warn("W13", message)];
}

function findUnsafeRetries({ endpoints }: ServiceConfig): GatewayWarning[] {
  return endpoints.filter(isRetriedUnsafely).map(({ method, path, backends }) => {
    const unsafe = backends.find((backend) => !isSafe(backend.method))?.method.toUpperCase();
    return warn(
      "W11",
      `${method} ${path} calls a backend with ${unsafe}: the balancer repeats a ${method} whose node died, so the backend may be called twice; --retry none switches that off`,
    );
  });
}

function isRetriedUnsafely({ method, backends }: EndpointConfig): boolean {
  return isSafe(method) && backends.some((backend) => !isSafe(backend.method));
}

function isSafe(method: string): boolean {
  return SAFE_METHODS.has(method.toUpperCase());
}

function findShortDrain({ shutdownDelayMs }: GatewayFacts): GatewayWarning[] {
  if (shutdownDelayMs >= DRAIN_BOUND_MS) return [];
  const message = `a node drains for ${shutdownDelayMs} ms only (shutdown_delay): the balancer needs ${DRAIN_BOUND_MS} ms to notice`;
  return [warn("W12", message)];
}

function findLoopback({ isLoopback }: GatewayFacts, { areLocal }: BalancedNodes): GatewayWarning[] {
  if (!isLoopback || areLocal) return [];
  return [warn("W14", "listen_ip is a loopback address: no balancer on another host reaches it")];
}
