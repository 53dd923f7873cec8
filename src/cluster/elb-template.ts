import template from "../../templates/elb.yaml.eta" with { type: "text" };
import type { LoadedConfig } from "../config/load.ts";
import { CheckedText } from "./checked-text.ts";
import { checkHealthPath, type GatewayFacts, HEALTH_PATH } from "./gateway-facts.ts";
import { findClientAddresses } from "./gateway-warnings.ts";
import { checkTimes } from "./longest-time.ts";
import { renderTemplate } from "./render-template.ts";

/** Amazon's two load balancers: of HTTP requests, and of connections. */
export type ElbType = "alb" | "nlb";

/** A CloudFormation template, and what should be changed at the nodes. */
export interface RenderedElb {
  readonly text: string;
  readonly warnings: readonly string[];
}

/** Without a configuration nobody knows how long an endpoint may take. */
const UNKNOWN_TIMEOUT_MS = 30_000;

/** Reports what makes this type of balancer impossible in front of the gateway. */
export function checkForElb(type: ElbType, loaded: LoadedConfig): void {
  const { config, report } = loaded;
  checkHealthPath(loaded);
  checkTimes(loaded, ["timeout", "idle", "shutdown-delay"]);
  if (config.router.healthPath === null && type === "alb") {
    report.error(["extra_config", "router", "disable_health"], "an ALB needs a health path");
  }
  if (config.tls?.isMutual === true && type === "alb") {
    const message = "an ALB shows no certificate to the nodes, so it could never reach one";
    report.error(["tls", "enable_mtls"], message, { expected: "false, or --type nlb" });
  }
}

/** Renders load balancer, target group, listeners and security groups as YAML. */
export function renderElb(type: ElbType, facts: GatewayFacts): RenderedElb {
  const { port } = facts;
  const healthPath = checkedPathOf(facts);
  const isTls = facts.tls !== null;
  const isAlb = type === "alb";
  const path = healthPath === null ? null : CheckedText.checked(healthPath, HEALTH_PATH);
  // A negative timeout ends at once, and AWS takes no negative number.
  const longestMs = Math.max(0, facts.longestTimeoutMs ?? UNKNOWN_TIMEOUT_MS);
  const longestSeconds = Math.ceil(longestMs / 1000);
  const idleSeconds = albIdleSeconds(longestSeconds);
  const takesCertificate = isAlb || !isTls;
  const text = renderTemplate(template, {
    type: TYPE_WORDS[type],
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
  return { text, warnings: findWarnings(type, facts, idleSeconds) };
}

const TYPE_WORDS: Readonly<Record<ElbType, CheckedText>> = {
  alb: CheckedText.own("alb"),
  nlb: CheckedText.own("nlb"),
};

/** `null`: connections are all that can be checked, since a health check of AWS shows no certificate. */
function checkedPathOf({ healthPath, tls }: GatewayFacts): string | null {
  return tls?.isMutual === true ? null : healthPath;
}

/** Amazon's default, unless an answer may take longer; it sends a 504 when nothing came for so long. */
function albIdleSeconds(longestSeconds: number): number {
  return Math.min(4000, Math.max(60, longestSeconds + 1));
}

/** Two failed checks, 5 s apart, and 5 s more. */
const NEEDED_DELAY_SECONDS = 15;

/** An NLB takes longer to hear of it. */
const BETTER_DELAY_SECONDS: Readonly<Record<ElbType, number>> = { alb: 15, nlb: 30 };

/** An NLB forgets a connection that was silent for so long. */
const NLB_IDLE_SECONDS = 350;

function findWarnings(type: ElbType, facts: GatewayFacts, albSeconds: number): string[] {
  const warnings = findShortDelay(type, facts);
  const idleSeconds = facts.idleTimeoutMs / 1000;
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
  if (type === "alb") warnings.push(...findClientAddresses(facts).map(({ message }) => message));
  if (checkedPathOf(facts) === null) {
    const why = facts.healthPath === null ? "disable_health" : "tls.enable_mtls";
    warnings.push(`${why}: the NLB checks connections only and does not see a node drain`);
  }
  if (facts.isLoopback)
    warnings.push("listen_ip is a loopback address: no load balancer reaches it");
  return warnings;
}

function findShortDelay(type: ElbType, { shutdownDelayMs }: GatewayFacts): string[] {
  const seconds = shutdownDelayMs / 1000;
  const better = BETTER_DELAY_SECONDS[type];
  if (seconds >= better) return [];
  const name = type.toUpperCase();
  const needs =
    seconds < NEEDED_DELAY_SECONDS
      ? `needs ${NEEDED_DELAY_SECONDS} s to notice`
      : "may need longer to notice";
  const wish = better > NEEDED_DELAY_SECONDS ? `, better ${better} s` : "";
  return [
    `the nodes' shutdown delay is ${seconds} s, an ${name} ${needs}${wish}: ` +
      `"extra_config": {"gw/node": {"shutdown_delay": "${better}s"}} or --shutdown-delay ${better}s`,
  ];
}
