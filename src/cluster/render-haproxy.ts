import template from "../../templates/haproxy.cfg.eta" with { type: "text" };
import type { HaproxyInput } from "./haproxy-view.ts";
import { toHaproxyView } from "./haproxy-view.ts";
import { renderTemplate } from "./render-template.ts";

/**
 * Renders a balancer's configuration: equal input, equal bytes. Throws where the result is not what
 * it must be by its own account: a line too many would be somebody's directive.
 */
export function renderHaproxy(input: HaproxyInput): string {
  const text = renderTemplate(template, toHaproxyView(input));
  const servers = text.match(/^ {4}server(-template)? /gm)?.length ?? 0;
  if (servers !== input.nodes.length) {
    throw new Error(`${servers} server lines for ${input.nodes.length} nodes`);
  }
  const heads = text.match(/^[^ #\n].*$/gm) ?? [];
  const unknown = heads.find((head) => !SECTIONS.has(head));
  if (unknown !== undefined || new Set(heads).size !== heads.length) {
    throw new Error(`sections that were not asked for: ${heads.join(", ")}`);
  }
  return text;
}

const SECTIONS: ReadonlySet<string> = new Set([
  "global",
  "defaults",
  "resolvers dns",
  "peers lb",
  "frontend gw",
  "backend gw_rate",
  "backend gw",
  "frontend stats",
]);

/** What cannot be rendered because flags and configuration do not fit together; `undefined`: nothing. */
export function findHaproxyConflict({ facts, options }: HaproxyInput): string | undefined {
  const { authority, name, certificate, isInsecure } = options.nodeTls;
  if (facts.tls === null) {
    const isGiven = isInsecure || [authority, name, certificate].some((one) => one !== null);
    return isGiven
      ? "--node-ca, --node-name, --node-cert and --node-insecure are for nodes with TLS, and the gateway's configuration has none"
      : undefined;
  }
  if (isInsecure && authority !== null) return "--node-ca and --node-insecure exclude each other";
  if (!isInsecure && authority === null) {
    return "the nodes speak TLS: give --node-ca FILE, the authority of their certificates (or --node-insecure, which checks nothing)";
  }
  if (facts.tls.isMutual && certificate === null) {
    return "the nodes ask for a client certificate (tls.enable_mtls): give --node-cert FILE";
  }
  return undefined;
}
