import haproxyTemplate from "../../templates/haproxy.cfg.eta" with { type: "text" };
import type { HaproxyInput } from "./haproxy-input.ts";
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
