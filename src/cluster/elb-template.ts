import template from "../../templates/elb.yaml.eta" with { type: "text" };
import type { ServiceConfig } from "../config/model.ts";
import { DEFAULT_SHUTDOWN_DELAY_MS } from "../config/node-options.ts";
import { CheckedText } from "./checked-text.ts";
import { HEALTH_PATH } from "./gateway-facts.ts";
import { renderTemplate } from "./render-template.ts";

/** Amazon's two load balancers: of HTTP requests, and of connections. */
export type ElbType = "alb" | "nlb";

/** What a load balancer must know of the gateway. */
export interface ElbFacts {
  readonly port: number;
  readonly isTls: boolean;
  /** `null`: the node has none. */
  readonly healthPath: string | null;
  readonly longestTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly shutdownDelayMs: number;
  /** Somebody said whose forwarded headers count. */
  readonly hasTrustedProxies: boolean;
  readonly isLoopback: boolean;
}

/** Without a configuration. */
export const defaultElbFacts: ElbFacts = {
  port: 8080,
  isTls: false,
  healthPath: "/__health",
  longestTimeoutMs: 30_000,
  idleTimeoutMs: 75_000,
  shutdownDelayMs: DEFAULT_SHUTDOWN_DELAY_MS,
  hasTrustedProxies: false,
  isLoopback: false,
};

/** Reads the facts from a configuration; `givenDelayMs` is stronger than the file. */
export function elbFactsOf(config: ServiceConfig, givenDelayMs: number | undefined): ElbFacts {
  return {
    port: config.port,
    isTls: config.tls !== null,
    healthPath: config.router.healthPath,
    longestTimeoutMs: Math.max(0, ...config.endpoints.map(({ timeoutMs }) => timeoutMs)),
    idleTimeoutMs: config.listener.idleTimeoutMs,
    shutdownDelayMs: givenDelayMs ?? config.shutdownDelayMs ?? defaultElbFacts.shutdownDelayMs,
    hasTrustedProxies: config.router.trustedProxies !== null,
    isLoopback: config.listenIp.startsWith("127.") || config.listenIp === "::1",
  };
}

/** A CloudFormation template and what should be changed at the nodes, or why there is none. */
export type RenderedElb =
  | { readonly text: string; readonly warnings: readonly string[] }
  | { readonly problem: string };

/** Renders load balancer, target group, listeners and security groups as YAML. */
export function renderElb(type: ElbType, facts: ElbFacts): RenderedElb {
  const { port, isTls, healthPath } = facts;
  const isAlb = type === "alb";
  if (healthPath === null && isAlb) {
    return { problem: "/extra_config/router/disable_health: an ALB needs a health path" };
  }
  const path = healthPath === null ? null : CheckedText.from(healthPath, HEALTH_PATH);
  if (path === undefined) {
    const found = JSON.stringify(healthPath);
    return {
      problem: `/extra_config/router/health_path: ${found} holds characters that are not taken here`,
    };
  }
  const longestSeconds = Math.ceil(facts.longestTimeoutMs / 1000);
  const idleSeconds = albIdleSeconds(facts);
  const takesCertificate = isAlb || !isTls;
  const text = renderTemplate(template, {
    type: CheckedText.own(type),
    isAlb,
    isTls,
    port,
    healthPath: path,
    takesCertificate,
    clientPorts: takesCertificate ? [80, 443] : [443],
    idleSeconds,
    nodeIdleSeconds: Math.floor(facts.idleTimeoutMs / 1000),
    deregistrationSeconds: Math.min(3600, longestSeconds + 30),
  });
  return { text, warnings: findWarnings(type, facts) };
}

/** Amazon's default, unless an answer may take longer; it sends a 504 when nothing came for so long. */
function albIdleSeconds({ longestTimeoutMs }: ElbFacts): number {
  return Math.min(4000, Math.max(60, Math.ceil(longestTimeoutMs / 1000) + 1));
}

/** Two failed checks, 5 s apart, and 5 s more; an NLB takes longer to hear of it. */
const NEEDED_DELAY_SECONDS: Readonly<Record<ElbType, number>> = { alb: 15, nlb: 30 };

/** An NLB forgets a connection that was silent for so long. */
const NLB_IDLE_SECONDS = 350;

function findWarnings(type: ElbType, facts: ElbFacts): string[] {
  const warnings: string[] = [];
  const name = type.toUpperCase();
  const needed = NEEDED_DELAY_SECONDS[type];
  if (facts.shutdownDelayMs < needed * 1000) {
    warnings.push(
      `the nodes' shutdown delay is ${facts.shutdownDelayMs / 1000} s, an ${name} needs ${needed} s to notice: ` +
        `"extra_config": {"gw/node": {"shutdown_delay": "${needed}s"}} or --shutdown-delay ${needed}s`,
    );
  }
  const idleSeconds = facts.idleTimeoutMs / 1000;
  const albSeconds = albIdleSeconds(facts);
  if (type === "alb" && idleSeconds > 0 && idleSeconds <= albSeconds) {
    warnings.push(
      `the nodes' idle_timeout is ${idleSeconds} s, it must be above the ALB's ${albSeconds} s: ` +
        `"idle_timeout": "${albSeconds + 15}s"`,
    );
  }
  if (type === "nlb" && (idleSeconds === 0 || idleSeconds >= NLB_IDLE_SECONDS)) {
    warnings.push(
      `the nodes' idle_timeout must be below the NLB's ${NLB_IDLE_SECONDS} s: "idle_timeout": "75s"`,
    );
  }
  if (type === "alb" && !facts.hasTrustedProxies) {
    warnings.push(
      "trusted_proxies is not set: name the VPC's network there, else clients choose their address",
    );
  }
  if (facts.healthPath === null) {
    warnings.push("disable_health: the NLB checks connections only and does not see a node drain");
  }
  if (facts.isLoopback)
    warnings.push("listen_ip is a loopback address: no load balancer reaches it");
  return warnings;
}
