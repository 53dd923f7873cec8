import template from "../../templates/elb.yaml.eta" with { type: "text" };
import { CheckedText } from "./checked-text.ts";
import type { GatewayFacts } from "./gateway-facts.ts";
import { renderTemplate } from "./render-template.ts";

/** What the flags of `gw elb` say. */
export interface ElbOptions {
  /** `alb` balances requests, `nlb` connections. */
  readonly type: "alb" | "nlb";
  /** Clients connect over TLS; the certificate is a parameter of the template. */
  readonly hasTls: boolean;
  /** Reachable from inside the network alone. */
  readonly isInternal: boolean;
}

/** The balancer notices a drain after two failed checks of five seconds, and one more. */
const SHORTEST_DRAIN_MS = 15_000;
const DEREGISTRATION_MARGIN_SECONDS = 30;
/** An hour is what AWS allows. */
const LONGEST_DEREGISTRATION_SECONDS = 3_600;
const UNKNOWN_TIMEOUT_MS = 30_000;
const IDLE_SECONDS = 60;
/** So much shorter than the nodes' own it has to be at least. */
const IDLE_MARGIN_SECONDS = 5;

/** Renders a CloudFormation template: load balancer, target group, health check, listeners. */
export function renderElb(facts: GatewayFacts, { type, hasTls, isInternal }: ElbOptions): string {
  const isApplication = type === "alb";
  const timeoutSeconds = Math.ceil((facts.longestTimeoutMs ?? UNKNOWN_TIMEOUT_MS) / 1000);
  const nodeScheme = facts.tls === null ? "HTTP" : "HTTPS";
  return renderTemplate(template, {
    type: CheckedText.own(isApplication ? "application" : "network"),
    isApplication,
    scheme: CheckedText.own(isInternal ? "internal" : "internet-facing"),
    hasTls,
    publicPort: hasTls ? 443 : 80,
    idleSeconds: idleSeconds(facts),
    // A balancer of connections passes TLS of the nodes on as it is.
    nodeProtocol: CheckedText.own(isApplication ? nodeScheme : "TCP"),
    port: facts.port,
    healthPath: facts.healthPath === null ? null : CheckedText.own(facts.healthPath),
    healthProtocol: CheckedText.own(nodeScheme),
    deregistrationSeconds: Math.min(
      LONGEST_DEREGISTRATION_SECONDS,
      timeoutSeconds + DEREGISTRATION_MARGIN_SECONDS,
    ),
    listenerProtocol: CheckedText.own(listenerProtocol(isApplication, hasTls)),
  });
}

/** What the balancer cannot take care of, a line each. */
export function findElbWarnings(
  facts: GatewayFacts,
  { type }: ElbOptions,
  shutdownDelayMs: number | undefined,
): readonly string[] {
  const warnings: string[] = [];
  if ((shutdownDelayMs ?? 0) < SHORTEST_DRAIN_MS) {
    const known = shutdownDelayMs === undefined ? "5 s, the default," : `${shutdownDelayMs} ms`;
    const wanted = type === "alb" ? "15s" : "30s";
    warnings.push(
      `W12 the nodes drain for ${known} and this balancer needs longer to notice: run them with --shutdown-delay ${wanted}`,
    );
  }
  if (facts.healthPath === null) {
    warnings.push(
      type === "alb"
        ? "W08 health is switched off (disable_health), and an application load balancer has no other check"
        : "W08 health is switched off (disable_health): only the port is checked, a node that drains gets connections to the end",
    );
  }
  if (type === "alb") {
    warnings.push(
      "W07 set router.trusted_proxies to the network of the VPC, so that the nodes find the client's address behind the balancer",
    );
  }
  return warnings;
}

function idleSeconds({ idleTimeoutMs }: GatewayFacts): number {
  const most = Math.floor(idleTimeoutMs / 1000) - IDLE_MARGIN_SECONDS;
  return Math.max(1, Math.min(IDLE_SECONDS, most));
}

function listenerProtocol(isApplication: boolean, hasTls: boolean): string {
  if (isApplication) return hasTls ? "HTTPS" : "HTTP";
  return hasTls ? "TLS" : "TCP";
}
