import type { Environment } from "./environment.ts";
import type { Finding } from "./finding.ts";
import type { ProxyConfig, ProxyServer } from "./model.ts";

/** The proxies of the environment, and what cannot be done with them. */
export interface EnvironmentProxies {
  readonly proxies: ProxyConfig;
  readonly findings: readonly Finding[];
}

/** Reads `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, else their lower case, as Go's client does. */
export function readProxies(environment: Environment): EnvironmentProxies {
  const findings: Finding[] = [];
  const read = (scheme: "http" | "https"): ProxyServer | null => {
    const { name, value } = variable(environment, `${scheme.toUpperCase()}_PROXY`);
    if (value === "") return null;
    const proxy = parseProxy(value, scheme, isCgi(environment));
    // What cannot be read is no proxy for Go either.
    const what = proxy === null ? "no URL of a proxy: calls go without it" : failing(proxy, scheme);
    if (what !== undefined) findings.push(alarmAbout(name, value, what));
    return proxy;
  };
  const [http, https] = [read("http"), read("https")];
  const exceptions = variable(environment, "NO_PROXY").value;
  return { proxies: { http, https, exceptions }, findings };
}

const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ["http:", 80],
  ["https:", 443],
  ["socks5:", 1080],
  ["socks5h:", 1080],
]);

function variable(
  environment: Environment,
  name: string,
): { readonly name: string; readonly value: string } {
  for (const one of [name, name.toLowerCase()]) {
    const value = environment[one] ?? "";
    if (value !== "") return { name: one, value };
  }
  return { name, value: "" };
}

/** A server's child gets the header `Proxy` of its client as `HTTP_PROXY`. */
function isCgi({ REQUEST_METHOD = "" }: Environment): boolean {
  return REQUEST_METHOD !== "";
}

function parseProxy(value: string, scheme: "http" | "https", inCgi: boolean): ProxyServer | null {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const defaultPort = DEFAULT_PORTS.get(url.protocol);
  if (defaultPort === undefined || url.hostname === "") return null;
  return {
    isTls: url.protocol === "https:",
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? defaultPort : Number(url.port),
    authorization: authorizationOf(url),
    problem: problemOf(url.protocol, scheme, inCgi),
  };
}

function authorizationOf({ username, password }: URL): string | null {
  if (username === "" && password === "") return null;
  return `Basic ${Buffer.from(`${decode(username)}:${decode(password)}`).toString("base64")}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// Differs from KrakenD: it knows SOCKS, and TLS to a proxy for hosts with TLS.
function problemOf(protocol: string, scheme: "http" | "https", inCgi: boolean): string | null {
  if (protocol.startsWith("socks")) return "proxyconnect: socks5 proxies are not supported";
  if (scheme === "http" && inCgi) {
    return "refusing to use HTTP_PROXY value in CGI environment; see golang.org/s/cgihttpproxy";
  }
  if (scheme === "https" && protocol === "https:") {
    return "proxyconnect: a proxy with TLS is not supported for hosts with TLS";
  }
  return null;
}

function failing({ problem }: ProxyServer, scheme: string): string | undefined {
  if (problem === null) return undefined;
  return `${problem.replace("proxyconnect: ", "")}: every call to a host with ${scheme}:// fails, unless NO_PROXY names it`;
}

function alarmAbout(name: string, value: string, message: string): Finding {
  return {
    file: "environment",
    line: undefined,
    column: undefined,
    path: name,
    // A password must not get into the log.
    value: JSON.stringify(value.replace(/^([a-z0-9+.-]+:\/\/)?.*@/i, "$1***@")),
    message,
    expected: "a URL such as http://proxy.example:3128",
    nearest: undefined,
    severity: "error",
  };
}
