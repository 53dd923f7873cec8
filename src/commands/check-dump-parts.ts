import type { BackendConfig, ExtraConfig } from "../config/model.ts";
import { formatGoDuration } from "../lib/duration.ts";
import { type DumpText, escapeControls, renderGoValue } from "./check-dump-text.ts";

/** What the dump shows of a backend. */
export interface DumpedBackend
  extends Pick<
    BackendConfig,
    | "method"
    | "urlPattern"
    | "timeoutMs"
    | "hosts"
    | "concurrentCalls"
    | "target"
    | "allow"
    | "deny"
    | "mapping"
    | "group"
    | "encoding"
    | "isCollection"
    | "inputHeaders"
    | "inputQueryStrings"
    | "extraConfig"
  > {
  readonly sd: string;
  readonly sdScheme: string;
  /** `disable_host_sanitize` */
  readonly isHostKept: boolean;
}

/** One backend, with a blank line behind it. */
export function dumpBackend(backend: DumpedBackend, text: DumpText): void {
  const indent = text.indent + text.indent;
  const item = (label: string, value: unknown) => text.item(indent, label, value);
  const method = text.paint(backend.method, methodColor(backend.method));
  text.line(`${indent}[+] ${method} ${text.paint(escapeControls(backend.urlPattern), "cyan")}`);
  item("Timeout", formatGoDuration(backend.timeoutMs));
  item("Hosts", backend.hosts);
  if (text.level > 1) {
    item("Concurrent calls", backend.concurrentCalls);
    item("Host sanitization disabled", backend.isHostKept);
    item("Target", backend.target);
    const [deny, allow] = [renderGoValue(backend.deny), renderGoValue(backend.allow)];
    text.line(`${indent}Deny: ${deny}, Allow: ${allow}`);
    item("Mapping", Object.fromEntries(backend.mapping));
    item("Group", backend.group);
    item("Encoding", backend.encoding);
    item("Is collection", backend.isCollection);
    item("SD", backend.sd);
    item("SD scheme", backend.sdScheme);
    item("Headers to pass", backend.inputHeaders);
    item("Query strings to pass", backend.inputQueryStrings);
  }
  dumpComponents(backend.extraConfig, { title: "backend", titleIndent: indent, indent }, text);
  text.line("");
}

/** Where the components of one level stand. */
export interface ComponentsPlace {
  /** `endpoint` */
  readonly title: string;
  readonly titleIndent: string;
  readonly indent: string;
}

/** The namespaces of one level, sorted; from level 2 with their options. */
export function dumpComponents(
  extraConfig: ExtraConfig,
  { title, titleIndent, indent }: ComponentsPlace,
  text: DumpText,
): void {
  const names = Object.keys(extraConfig).sort();
  if (names.length === 0 && text.level < 2) return;
  const heading = `${names.length} ${title} component configuration(s):`;
  text.line(titleIndent + text.paint(heading, "green"));
  for (const name of names) {
    text.line(indent + text.paint(`- ${escapeControls(name)}`, "yellow"));
    if (text.level > 1) dumpOptions(extraConfig[name], `\t${indent}`, text);
  }
}

function dumpOptions(options: unknown, indent: string, text: DumpText): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    text.line(`${indent}: ${renderGoValue(options)}`);
    return;
  }
  const members = Object.entries(options).toSorted(([left], [right]) => (left < right ? -1 : 1));
  for (const [key, value] of members) text.item(indent, escapeControls(key), value);
}

/** Each method has its colour. */
export function methodColor(method: string): Parameters<DumpText["paint"]>[1] {
  return METHOD_COLORS.get(method.toUpperCase()) ?? "white";
}

const METHOD_COLORS: ReadonlyMap<string, Parameters<DumpText["paint"]>[1]> = new Map([
  ["GET", "blue"],
  ["POST", "cyan"],
  ["PUT", "yellow"],
  ["DELETE", "red"],
  ["PATCH", "green"],
  ["HEAD", "cyan"],
]);
