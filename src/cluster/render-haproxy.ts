import haproxyTemplate from "../../templates/haproxy.cfg.eta" with { type: "text" };
import { findHeaderConflict } from "./haproxy-headers.ts";
import type { HaproxyInput } from "./haproxy-input.ts";
import { findListenerConflict } from "./haproxy-listeners.ts";
import { bindsOf } from "./haproxy-tls-view.ts";
import { toHaproxyView } from "./haproxy-view.ts";
import { renderTemplate } from "./render-template.ts";

/**
 * Renders a balancer's configuration: equal input, equal bytes. Throws where the result is not what
 * it must be by its own account: a line too many would be somebody's directive.
 */
export function renderHaproxy(input: HaproxyInput, template: string = haproxyTemplate): string {
  const text = renderTemplate(template, toHaproxyView(input));
  const servers = text.match(/^ {4}server(-template)? /gm)?.length ?? 0;
  if (servers !== input.nodes.length) {
    throw new Error(`${servers} server lines for ${input.nodes.length} nodes`);
  }
  const heads = text.split("\n").filter(isHead).join(", ");
  const expected = sectionsOf(input).join(", ");
  if (heads !== expected) throw new Error(`the sections ${heads} in the place of ${expected}`);
  return text;
}

/** The heads of all sections, in order. */
function sectionsOf({ nodes, options }: HaproxyInput): readonly string[] {
  const { rate, peers, stats } = options;
  return [
    "global",
    "defaults",
    ...(nodes.some(({ kind }) => kind === "dns" || kind === "srv") ? ["resolvers dns"] : []),
    ...(peers.length > 0 ? ["peers lb"] : []),
    "frontend gw",
    ...(rate === null ? [] : ["backend gw_rate"]),
    "backend gw",
    ...(stats === null ? [] : ["frontend stats"]),
  ];
}

/** HAProxy begins a section at these words, however far from the margin they stand. */
const SECTION_WORDS: ReadonlySet<string> = new Set([
  "acme",
  "backend",
  "cache",
  "crt-store",
  "defaults",
  "fcgi-app",
  "frontend",
  "global",
  "http-errors",
  "listen",
  "log-forward",
  "log-profile",
  "mailers",
  "peers",
  "program",
  "resolvers",
  "ring",
  "traces",
  "userlist",
]);

function isHead(line: string): boolean {
  const [word = ""] = line.trimStart().split(" ");
  return SECTION_WORDS.has(word) || /^[^ #]/.test(line);
}

/** What cannot be rendered because flags and configuration do not fit together; `undefined`: nothing. */
export function findHaproxyConflict(input: HaproxyInput): string | undefined {
  return (
    findNodeTlsConflict(input) ??
    findMissingBind(input.options) ??
    findListenerConflict(input.options) ??
    findHeaderConflict(input)
  );
}

function findMissingBind(options: HaproxyInput["options"]): string | undefined {
  if (options.certificate === null || bindsOf(options).some(({ hasTls }) => hasTls))
    return undefined;
  return "--cert has no effect: port 80 stays plain, and no other is given; add --bind :443";
}

function findNodeTlsConflict({ facts, options }: HaproxyInput): string | undefined {
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
