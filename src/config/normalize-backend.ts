import { EMPTY_LIST } from "../lib/empty-list.ts";
import { isRecord } from "../lib/go-coerce.ts";
import { nearestName } from "../lib/nearest.ts";
import { readOptions } from "./component-options.ts";
import { backendHttpClientSchema, backendHttpSchema } from "./component-schema.ts";
import { componentPath, readComponents } from "./components.ts";
import { toCanonicalNames } from "./header-names.ts";
import { cleanHosts } from "./hosts.ts";
import type { BackendConfig } from "./model.ts";
import type { NodePath } from "./node.ts";
import { type FlatmapFilter, NO_FLATMAP, readBackendProxy } from "./proxy-options.ts";
import type { Report } from "./report.ts";
import type { RawBackend } from "./schema.ts";
import { toUrlTemplate } from "./url-pattern.ts";
import { NO_OPTIONS } from "./weak.ts";

/** What a backend takes from its endpoint. */
export interface BackendParent {
  /** As written, or GET. */
  readonly method: string;
  readonly route: string;
  /** Names of the endpoint's placeholders. */
  readonly placeholders: readonly string[];
  readonly timeoutMs: number;
  readonly concurrentCalls: number;
  readonly isNoOp: boolean;
  readonly serviceHosts: readonly string[];
  readonly path: NodePath;
}

/** A backend, and the access control it asks for in vain. */
export interface NormalizedBackend {
  readonly config: BackendConfig;
  readonly refusedBy: readonly string[];
}

/** Applies defaults, inheritance and the rules of hosts and placeholders to one backend. */
export function normalizeBackend(
  raw: RawBackend,
  index: number,
  parent: BackendParent,
  report: Report,
): NormalizedBackend {
  const path = [...parent.path, "backend", index];
  const componentsPath = [...path, "extra_config"];
  const { extraConfig, refusedBy } = readComponents(
    raw.extra_config,
    "backend",
    componentsPath,
    report,
  );
  const pathOf = (name: string) => componentPath(raw.extra_config, name, componentsPath);
  const { shadow, flatmap, errorReporting, sendsBodyOnRedirect } =
    raw.extra_config === NO_OPTIONS
      ? NO_COMPONENT_OPTIONS
      : readComponentOptions(extraConfig, parent.timeoutMs, pathOf, report);
  warnReplacedFilters(raw, flatmap, path, report);

  const config: BackendConfig = {
    index,
    hosts: readHosts(raw, parent.serviceHosts, path, report),
    urlPattern: toUrlTemplate(raw.url_pattern, index, { ...parent, path }, report),
    method: raw.method === "" ? parent.method : raw.method,
    encoding: readEncoding(raw, parent, path, report),
    isCollection: raw.is_collection,
    target: raw.target,
    allow: flatmap.isActive ? [] : raw.allow,
    deny: flatmap.isActive ? [] : raw.deny,
    mapping: flatmap.isActive ? [] : readMapping(raw),
    group: raw.group,
    flatmap: flatmap.operations,
    discovery: readDiscovery(raw, path, report),
    inputHeaders: toCanonicalNames(raw.input_headers),
    inputQueryStrings: raw.input_query_strings,
    concurrentCalls: parent.concurrentCalls,
    timeoutMs: parent.timeoutMs,
    shadow,
    errorReporting,
    sendsBodyOnRedirect,
    extraConfig,
  };
  return { config, refusedBy };
}

/** What the components of a backend decide. */
interface ComponentOptions
  extends Pick<BackendConfig, "shadow" | "errorReporting" | "sendsBodyOnRedirect"> {
  readonly flatmap: FlatmapFilter;
}

const PLAIN_ERRORS: BackendConfig["errorReporting"] = Object.freeze({ kind: "plain" });
const NOT_DISCOVERED: BackendConfig["discovery"] = Object.freeze({ kind: "static" });

/** Most backends have no components: reading none is not done anew for each. */
const NO_COMPONENT_OPTIONS: ComponentOptions = {
  shadow: null,
  flatmap: NO_FLATMAP,
  errorReporting: PLAIN_ERRORS,
  sendsBodyOnRedirect: false,
};

function readComponentOptions(
  extraConfig: BackendConfig["extraConfig"],
  timeoutMs: number,
  pathOf: (name: string) => NodePath,
  report: Report,
): ComponentOptions {
  const proxy = readBackendProxy(extraConfig.proxy, timeoutMs, pathOf("proxy"), report);
  const client = readOptions(
    {
      value: extraConfig["backend/http/client"],
      schema: backendHttpClientSchema,
      path: pathOf("backend/http/client"),
    },
    report,
  );
  const http = extraConfig["backend/http"];
  return {
    ...proxy,
    errorReporting: readErrorReporting(http, pathOf("backend/http"), report),
    sendsBodyOnRedirect: client.get("send_body_on_redirect") ?? false,
  };
}

function readMapping({ mapping }: RawBackend): BackendConfig["mapping"] {
  return mapping.length === 0 ? EMPTY_LIST : mapping.map(([from, to]) => [from, beforeDot(to)]);
}

const DECODERS = ["json", "safejson", "fast-json", "xml", "rss", "string", "yaml", "no-op"];

function readHosts(
  raw: RawBackend,
  serviceHosts: readonly string[],
  path: NodePath,
  report: Report,
): readonly string[] {
  const isDiscovered = raw.sd === "dns";
  const hosts = raw.host.length === 0 ? serviceHosts : raw.host;
  if (hosts.length === 0 && isDiscovered) {
    report.error([...path, "host"], "'sd' is dns, but there is no host to look up", {
      expected: "the SRV name as the first host",
    });
  } else if (hosts.length === 0 && !report.isBroken(["host"])) {
    report.warn(path, "no hosts available: every call to this backend fails");
  }
  if (raw.host.length === 0) return hosts;
  if (raw.disable_host_sanitize) return hosts;
  if (isDiscovered) {
    report.warn(
      [...path, "host"],
      "an SRV name is not found with 'http://' in front; set 'disable_host_sanitize': true",
    );
  }
  return cleanHosts(hosts, [...path, "host"], report);
}

function readEncoding(
  raw: RawBackend,
  parent: BackendParent,
  path: NodePath,
  report: Report,
): string {
  if (parent.isNoOp) return "no-op";
  if (raw.encoding === "") return "json";
  const name = raw.encoding.toLowerCase();
  if (!DECODERS.includes(name)) {
    const nearest = nearestName(name, DECODERS);
    report.warn([...path, "encoding"], "there is no such encoding; json is used", { nearest });
  }
  return raw.encoding;
}

function readDiscovery(
  raw: RawBackend,
  path: NodePath,
  report: Report,
): BackendConfig["discovery"] {
  if (raw.sd === "dns") {
    return { kind: "dns", scheme: raw.sd_scheme === "" ? "http" : raw.sd_scheme };
  }
  if (raw.sd !== "" && raw.sd !== "static") {
    report.warn([...path, "sd"], "there is no such discovery; the hosts are used as they are", {
      nearest: nearestName(raw.sd, ["dns", "static"]),
    });
  }
  return NOT_DISCOVERED;
}

function readErrorReporting(
  value: unknown,
  path: NodePath,
  report: Report,
): BackendConfig["errorReporting"] {
  const options = readOptions({ value, schema: backendHttpSchema, path }, report);
  if (isRecord(value) && "return_error_details" in value) {
    const alias = options.get("return_error_details") ?? "";
    if (alias !== "") return { kind: "details", alias };
    report.warn(
      [...path, "return_error_details"],
      "without a name it switches off 'return_error_code' too",
    );
    return { kind: "plain" };
  }
  return options.get("return_error_code") ? { kind: "code" } : PLAIN_ERRORS;
}

function warnReplacedFilters(
  raw: RawBackend,
  flatmap: FlatmapFilter,
  path: NodePath,
  report: Report,
): void {
  if (flatmap.isActive) {
    for (const name of ["allow", "deny", "mapping"] as const) {
      if (raw[name].length === 0) continue;
      report.warn([...path, name], "has no effect: 'flatmap_filter' replaces it", {
        isAboutKey: true,
      });
    }
  } else if (raw.allow.length > 0 && raw.deny.length > 0) {
    report.warn([...path, "deny"], "has no effect: 'allow' stands here too", { isAboutKey: true });
  }
}

function beforeDot(name: string): string {
  const dotAt = name.indexOf(".");
  return dotAt === -1 ? name : name.slice(0, dotAt);
}
