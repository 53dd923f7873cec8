import { posix } from "node:path";
import { EMPTY_LIST } from "../lib/empty-list.ts";
import { nearestName } from "../lib/nearest.ts";
import { componentPath, readComponents } from "./components.ts";
import { toCanonicalNames } from "./header-names.ts";
import type { EndpointConfig, EndpointProxyConfig } from "./model.ts";
import type { NodePath } from "./node.ts";
import { normalizeBackend } from "./normalize-backend.ts";
import { pathPlaceholders, routeParameterKeys, toRoute } from "./placeholders.ts";
import { readEndpointProxy } from "./proxy-options.ts";
import type { Report } from "./report.ts";
import type { RawEndpoint } from "./schema.ts";

/** What endpoints take from the service. */
export interface EndpointParent {
  readonly timeoutMs: number;
  readonly cacheTtlMs: number;
  readonly outputEncoding: string;
  readonly hosts: readonly string[];
  /** `disable_rest`: placeholders may stand anywhere. */
  readonly hasFreePlaceholders: boolean;
}

/** Applies defaults, inheritance and the rules of paths and backends to one endpoint. */
export function normalizeEndpoint(
  raw: RawEndpoint,
  index: number,
  parent: EndpointParent,
  report: Report,
): EndpointConfig {
  const nodePath: NodePath = ["endpoints", index];
  const path = raw.endpoint.startsWith("/") ? raw.endpoint : `/${raw.endpoint}`;
  checkPath(raw, path, nodePath, report);
  checkBackends(raw, path, nodePath, report);

  const method = raw.method === "" ? "GET" : raw.method;
  const outputEncoding = raw.output_encoding || parent.outputEncoding || "json";
  checkOutputEncoding(raw, outputEncoding, nodePath, report);

  const placeholders = pathPlaceholders(path, parent.hasFreePlaceholders);
  const route = toRoute(path, placeholders);
  warnOddRoute(path, route, nodePath, report);
  const componentsPath = [...nodePath, "extra_config"];
  const { extraConfig, refusedBy } = readComponents(
    raw.extra_config,
    "endpoint",
    componentsPath,
    report,
  );
  const inherited = {
    method,
    route,
    placeholders,
    timeoutMs: raw.timeout === 0 ? parent.timeoutMs : raw.timeout,
    concurrentCalls: Math.max(1, raw.concurrent_calls),
    isNoOp: outputEncoding === "no-op",
    serviceHosts: parent.hosts,
    path: nodePath,
  };
  const backends = raw.backend.map((backend, at) =>
    normalizeBackend(backend, at, inherited, report),
  );
  const regularCount = backends.filter((backend) => backend.config.shadow === null).length;
  if (regularCount === 0 && backends.length > 0) {
    report.alarm(
      [...nodePath, "backend"],
      "all backends are shadows: the endpoint always answers 500",
    );
  }

  const proxyPath = componentPath(raw.extra_config, "proxy", componentsPath);
  const proxy = readEndpointProxy(extraConfig.proxy, proxyPath, report);
  const endpoint = {
    path,
    route: posix.normalize(route),
    parameterKeys: routeParameterKeys(route),
    method: method.toUpperCase(),
    isRegistered: isRegistrable(method, nodePath, report),
    timeoutMs: inherited.timeoutMs,
    cacheTtlMs: raw.cache_ttl === 0 ? parent.cacheTtlMs : raw.cache_ttl,
    inputHeaders: toCanonicalNames(raw.input_headers),
    inputQueryStrings: raw.input_query_strings,
    outputEncoding,
    concurrentCalls: inherited.concurrentCalls,
    backends: backends.map((backend) => backend.config),
    proxy:
      regularCount > 1 ? proxy : withoutFlatmap(proxy, [...proxyPath, "flatmap_filter"], report),
    extraConfig,
  };
  const refusals = [...refusedBy, ...backends.flatMap((backend) => backend.refusedBy)];
  return { ...endpoint, refusedBy: refusals.length === 0 ? EMPTY_LIST : [...new Set(refusals)] };
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const ENCODERS = [
  "json",
  "fast-json",
  "json-collection",
  "xml",
  "yaml",
  "negotiate",
  "string",
  "no-op",
];

function checkPath(raw: RawEndpoint, path: string, nodePath: NodePath, report: Report): void {
  // Nearly no path has either.
  if (!path.includes("*") && !path.includes("/__")) return;
  const pathOfPath = [...nodePath, "endpoint"];
  const message = `ignoring the '${raw.method} ${path}' endpoint, since it is invalid!!!`;
  if (/\*./s.test(path)) {
    report.error(pathOfPath, message, { expected: "no asterisk in the path" });
  }
  if (/\/__(debug|echo|health)(\/.*)?$/.test(path)) {
    report.error(pathOfPath, message, {
      expected: "a path without the reserved elements /__debug, /__echo and /__health",
    });
  }
}

function warnOddRoute(path: string, route: string, nodePath: NodePath, report: Report): void {
  const pathOfPath = [...nodePath, "endpoint"];
  if (path.includes("?")) {
    report.warn(pathOfPath, "a query never takes part in matching; no plain request comes here");
  }
  if (route.includes("{")) {
    report.warn(pathOfPath, "braces that do not follow a slash are plain text of the path", {
      expected: "placeholders that fill the space between two slashes",
    });
  }
  if (path.includes(":") && path.replaceAll(/\{[^{}]*\}/g, "").includes(":")) {
    report.alarm(pathOfPath, "the router takes ':' for the start of a parameter, not for text");
  }
}

function checkBackends(raw: RawEndpoint, path: string, nodePath: NodePath, report: Report): void {
  if (raw.backend.length > 0) return;
  const message = `ignoring the '${raw.method} ${path}' endpoint, since it has 0 backends defined!`;
  report.error([...nodePath, "backend"], message, { expected: "a list with at least one backend" });
}

function checkOutputEncoding(
  raw: RawEndpoint,
  encoding: string,
  nodePath: NodePath,
  report: Report,
): void {
  const path = [...nodePath, "output_encoding"];
  if (encoding === "no-op" && raw.backend.length > 1) {
    const message =
      "can not use NoOp encoding with more than one backends connected to the same endpoint";
    report.error(path, message, {
      expected: "one backend, or an output_encoding other than no-op",
    });
  }
  if (raw.output_encoding !== "" && !ENCODERS.includes(encoding)) {
    const nearest = nearestName(encoding, ENCODERS);
    report.warn(path, "there is no such encoding; that of the backend or json is used", {
      nearest,
    });
  }
}

function isRegistrable(method: string, nodePath: NodePath, report: Report): boolean {
  const upperCase = method.toUpperCase();
  if (METHODS.includes(upperCase)) return true;
  report.alarm([...nodePath, "method"], "Unsupported method: the endpoint does not exist", {
    expected: METHODS.join(", "),
    nearest: nearestName(upperCase, METHODS),
  });
  return false;
}

function withoutFlatmap(
  proxy: EndpointProxyConfig,
  path: NodePath,
  report: Report,
): EndpointProxyConfig {
  if (proxy.flatmap.length === 0) return proxy;
  report.warn(path, "has no effect: there are fewer than two regular backends to merge", {
    isAboutKey: true,
  });
  return { ...proxy, flatmap: [] };
}
