/** What a file may say and KrakenD takes in silence, though hardly anybody means it: one warning each. */
import { isRecord } from "../lib/go-coerce.ts";
import { nearestName } from "../lib/nearest.ts";
import type { BackendConfig, EndpointConfig, ServiceConfig } from "./model.ts";
import type { NodePath } from "./node.ts";
import type { Report } from "./report.ts";

/** Reports them; `attributes` are those of the file, names folded, values as written. */
export function warnAboutSlips(
  config: ServiceConfig,
  attributes: Readonly<Record<string, unknown>>,
  report: Report,
): void {
  if (config.tls !== null && config.tls.caCerts.length > 0 && !config.tls.isMutual) {
    const message = "has no effect without enable_mtls: no client is asked for a certificate";
    report.alarm(["tls", "ca_certs"], message, { expected: '"enable_mtls": true beside it' });
  }
  config.endpoints.forEach((endpoint, index) => {
    const path = ["endpoints", index];
    warnAboutEndpoint(endpoint, path, report);
    endpoint.backends.forEach((backend, at) => {
      warnAboutBackend(backend, endpoint, [...path, "backend", at], report);
    });
  });
  warnAboutLoneTexts(attributes.endpoints, report);
}

function warnAboutEndpoint(endpoint: EndpointConfig, path: NodePath, report: Report): void {
  const regular = endpoint.backends.filter(({ shadow }) => shadow === null);
  if (endpoint.proxy.isSequential && regular.length === 1) {
    const sequential = [...path, "extra_config", "proxy", "sequential"];
    report.warn(sequential, "has no effect with one backend");
  }
}

function warnAboutBackend(
  backend: BackendConfig,
  endpoint: EndpointConfig,
  path: NodePath,
  report: Report,
): void {
  warnAboutPattern(backend, endpoint, [...path, "url_pattern"], report);
  if (backend.inputHeaders.includes("*")) {
    const message =
      "'*' stands for no header here: every other one is taken away, User-Agent and X-Forwarded-For too";
    report.warn([...path, "input_headers"], message, { expected: "names, or no list at all" });
  }
  const nearest = METHODS.includes(backend.method.toUpperCase())
    ? undefined
    : nearestName(backend.method, METHODS);
  if (nearest !== undefined) {
    report.warn([...path, "method"], "is no method that HTTP defines", { nearest });
  }
  if (backend.encoding !== "no-op" && backend.encoding.toLowerCase() === "no-op") {
    report.warn([...path, "encoding"], "letter case counts: the answer is decoded as JSON", {
      nearest: "no-op",
    });
  }
  if (backend.encoding.toLowerCase() === "yaml") {
    report.warn([...path, "encoding"], "there is no such decoder: the answer is decoded as JSON");
  }
  if (backend.errorReporting.kind === "code" && endpoint.backends.length > 1) {
    const option = [...path, "extra_config", "backend/http", "return_error_code"];
    report.warn(option, "is lost where several backends are called: their failures make a 500");
  }
}

function warnAboutPattern(
  { urlPattern, index }: BackendConfig,
  { backends, proxy, extraConfig }: EndpointConfig,
  path: NodePath,
  report: Report,
): void {
  if (/^\/https?:\/\//i.test(urlPattern)) {
    report.warn(
      path,
      "is a path, and the host stands in 'host': the backend is asked for this one",
    );
  }
  const isSequence = proxy.isSequential && backends.length > 1;
  for (const [template, number] of urlPattern.matchAll(RESP_TEMPLATE)) {
    const name = written(template);
    if (!isSequence) {
      const message = `${name} stays as it is written: 'sequential' is not set in the endpoint's 'proxy'`;
      report.warn(path, message);
    } else if (Number(number) >= index) {
      report.warn(
        path,
        `${name} stays as it is written: only earlier backends have answered by then`,
      );
    }
  }
  for (const [template] of urlPattern.matchAll(CLAIM_TEMPLATE)) {
    if ("auth/validator" in extraConfig) break;
    report.warn(path, `${written(template)} stays as it is written: there is no 'auth/validator'`);
  }
}

const RESP_TEMPLATE = /\{\{\.Resp(\d+)_[^{}]*\}\}/g;
const CLAIM_TEMPLATE = /\{\{\.JWT\.[^{}]*\}\}/g;
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

/** `{{.Resp0_id}}` as the file has it: `{resp0_id}`. */
function written(template: string): string {
  const name = template.slice(3, -2);
  return `{${name.startsWith("Resp") ? `r${name.slice(1)}` : name}}`;
}

/** Where a text stands for a list it is a list of one: commas do not part it. */
function warnAboutLoneTexts(endpoints: unknown, report: Report): void {
  if (!Array.isArray(endpoints)) return;
  endpoints.forEach((endpoint: unknown, index) => {
    if (!isRecord(endpoint)) return;
    const path = ["endpoints", index];
    warnAboutLoneText(endpoint, ["input_headers", "input_query_strings"], path, report);
    if (!Array.isArray(endpoint.backend)) return;
    endpoint.backend.forEach((backend: unknown, at) => {
      if (isRecord(backend)) warnAboutLoneText(backend, LISTS, [...path, "backend", at], report);
    });
  });
}

const LISTS = ["allow", "deny", "input_headers", "input_query_strings"];

function warnAboutLoneText(
  attributes: Readonly<Record<string, unknown>>,
  names: readonly string[],
  path: NodePath,
  report: Report,
): void {
  for (const name of names) {
    const value = attributes[name];
    if (typeof value !== "string" || !value.includes(",")) continue;
    const parts = value.split(",").map((part) => `"${part.trim()}"`);
    report.warn([...path, name], "is one name, commas and all", {
      expected: `a list: [${parts.join(", ")}]`,
    });
  }
}
