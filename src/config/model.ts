/**
 * The configuration as the rest of the program sees it: typed, complete, frozen.
 *
 * `normalize.ts` makes it from a KrakenD file. Every default and inheritance rule has been applied,
 * durations are milliseconds, hosts are cleaned, aliases of namespaces are resolved to the
 * documented (new) name. Nothing after `config/` reads raw JSON of the core keys again.
 */

/** Options of components by namespace, as written; null-prototype objects, numbers as JavaScript numbers. */
export type ExtraConfig = Readonly<Record<string, unknown>>;

/** One gateway: where it listens, how it calls, what it serves. */
export interface ServiceConfig {
  readonly name: string;
  /** Where the configuration came from, for messages: a path, `embedded` or `built-in`. */
  readonly source: string;
  /** Empty: all interfaces. */
  readonly listenIp: string;
  readonly port: number;
  readonly listener: ListenerConfig;
  readonly transport: TransportConfig;
  /** `null`: plain HTTP. */
  readonly tls: ServerTlsConfig | null;
  readonly router: RouterConfig;
  readonly hasDebugEndpoint: boolean;
  readonly hasEchoEndpoint: boolean;
  readonly startsSequentially: boolean;
  readonly endpoints: readonly EndpointConfig[];
  /** How long a node serves on after the signal to stop; `undefined`: not in the file. */
  readonly shutdownDelayMs: number | undefined;
  readonly extraConfig: ExtraConfig;
  /** Access control asked for at service level that gw does not implement: every endpoint is refused. */
  readonly refusedBy: readonly string[];
}

/** Limits of the clients' side; 0 means unlimited, except where a default is named. */
export interface ListenerConfig {
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
  /** Between requests of one connection: `idle_timeout`, else `read_timeout`, else 75,000. */
  readonly idleTimeoutMs: number;
  /** `read_header_timeout`, else 10,000. */
  readonly readHeaderTimeoutMs: number;
  /** `max_header_bytes`, else 1 MiB. */
  readonly maxHeaderBytes: number;
  readonly usesH2c: boolean;
  /** 0: the process bounds it by itself. */
  readonly maxShutdownWaitMs: number;
}

/** Settings of the connections to all backends; 0 means unlimited. */
export interface TransportConfig {
  readonly maxIdleConnections: number;
  readonly maxIdleConnectionsPerHost: number;
  readonly idleConnectionTimeoutMs: number;
  readonly responseHeaderTimeoutMs: number;
  readonly expectContinueTimeoutMs: number;
  readonly dialerTimeoutMs: number;
  readonly dialerKeepAliveMs: number;
  readonly dialerFallbackDelayMs: number;
  readonly isKeepAliveDisabled: boolean;
  readonly isCompressionDisabled: boolean;
  readonly dnsCacheTtlMs: number;
  /** `null`: the runtime's defaults (TLS 1.2 and newer). */
  readonly clientTls: ClientTlsConfig | null;
  readonly proxies: ProxyConfig;
}

/** What the environment says of proxies for calls to backends. */
export interface ProxyConfig {
  /** For hosts without TLS. */
  readonly http: ProxyServer | null;
  /** For hosts with TLS. */
  readonly https: ProxyServer | null;
  /** `NO_PROXY` as written. */
  readonly exceptions: string;
}

/** A proxy for HTTP. */
export interface ProxyServer {
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
  /** Of its own header `Proxy-Authorization`; `null`: none. */
  readonly authorization: string | null;
  /** Why every call through it fails; `null`: none does for that. */
  readonly problem: string | null;
}

/** Protocol versions in the spelling of the configuration. */
export type TlsVersion = "TLS10" | "TLS11" | "TLS12" | "TLS13";

/** The `tls` block; versions, curves and suites have KrakenD's defaults where the file is silent. */
export interface ServerTlsConfig {
  /** At least one; the first is used when SNI names no other. Paths of PEM files. */
  readonly keys: readonly { readonly publicKey: string; readonly privateKey: string }[];
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  readonly curvePreferences: readonly number[];
  readonly cipherSuites: readonly number[];
  readonly isMutual: boolean;
  readonly caCerts: readonly string[];
  readonly isSystemCaPoolDisabled: boolean;
}

/** The `client_tls` block; where it exists at all, TLS 1.3 is the default on both ends of the range. */
export interface ClientTlsConfig {
  readonly allowsInsecureConnections: boolean;
  readonly caCerts: readonly string[];
  readonly isSystemCaPoolDisabled: boolean;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  readonly curvePreferences: readonly number[];
  readonly cipherSuites: readonly number[];
  readonly clientCerts: readonly { readonly certificate: string; readonly privateKey: string }[];
}

/** `extra_config.router`, defaults applied. */
export interface RouterConfig {
  readonly returnsErrorMessage: boolean;
  /** JSON texts for unmatched routes; `null`: the default text. */
  readonly errorBody: {
    readonly notFound: string | null;
    readonly methodNotAllowed: string | null;
  };
  readonly hasAutoOptions: boolean;
  readonly redirectsTrailingSlash: boolean;
  readonly redirectsFixedPath: boolean;
  readonly answersMethodNotAllowed: boolean;
  readonly removesExtraSlash: boolean;
  /** The check of path parameters: no second encoding, no `?` or `#`. */
  readonly checksPathParameters: boolean;
  readonly usesForwardedClientIp: boolean;
  /** Canonical header names, in order. */
  readonly remoteIpHeaders: readonly string[];
  /** IPs and CIDRs as written, up to the first that does not parse; `null`: everybody is trusted. */
  readonly trustedProxies: readonly string[] | null;
  readonly trustsAppEngine: boolean;
  readonly hasAccessLog: boolean;
  /** Exact request paths, without query. */
  readonly loggerSkipPaths: readonly string[];
  readonly hidesVersionHeader: boolean;
  /** `null`: no health route. */
  readonly healthPath: string | null;
}

/** One public method and path, with all that it inherited from the service. */
export interface EndpointConfig {
  /** As written, with a leading slash: `/users/{id}`. */
  readonly path: string;
  /** As the router knows it: `/users/:id`. */
  readonly route: string;
  /** Keys of the route's parameters in its order, as templates name them: `Id`. */
  readonly parameterKeys: readonly string[];
  /** Upper case. */
  readonly method: string;
  /** Only GET, POST, PUT, PATCH and DELETE are registered; any other endpoint does not exist. */
  readonly isRegistered: boolean;
  readonly timeoutMs: number;
  /** 0: no `Cache-Control`. */
  readonly cacheTtlMs: number;
  /** Canonical names; `*` takes all. Empty: `Content-Type` alone. */
  readonly inputHeaders: readonly string[];
  readonly inputQueryStrings: readonly string[];
  readonly outputEncoding: string;
  readonly concurrentCalls: number;
  readonly backends: readonly BackendConfig[];
  readonly proxy: EndpointProxyConfig;
  readonly extraConfig: ExtraConfig;
  /** What is asked for here or at a backend and gw does not implement: the endpoint answers 500; access control is never left out. */
  readonly refusedBy: readonly string[];
}

/** `extra_config.proxy` of an endpoint. */
export interface EndpointProxyConfig {
  readonly isSequential: boolean;
  readonly sequentialPropagatedParams: readonly string[];
  readonly static: StaticConfig | null;
  readonly flatmap: readonly FlatmapOperation[];
}

/** `proxy.static`: data that is set into the response, and when. */
export interface StaticConfig {
  readonly strategy: "always" | "success" | "errored" | "complete" | "incomplete";
  readonly data: Readonly<Record<string, unknown>>;
}

/** One item of a `flatmap_filter`; items that KrakenD skips are gone. */
export interface FlatmapOperation {
  readonly type: "move" | "del" | "append";
  readonly args: readonly string[];
}

/** One upstream call of an endpoint. */
export interface BackendConfig {
  /** Position in the endpoint's list, for messages. */
  readonly index: number;
  /** Cleaned: `scheme://name[:port]`, or as written with `disable_host_sanitize`. */
  readonly hosts: readonly string[];
  /** With templates: `/users/{{.Id}}?x={{.X}}`; this form appears in error texts. */
  readonly urlPattern: string;
  /** As written in the file, or the endpoint's; upper-cased only on the wire. */
  readonly method: string;
  /** As written; `no-op` when the endpoint's output is. */
  readonly encoding: string;
  readonly isCollection: boolean;
  readonly target: string;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** Old key, new key (already cut at the first dot). */
  readonly mapping: readonly (readonly [string, string])[];
  readonly group: string;
  readonly flatmap: readonly FlatmapOperation[];
  readonly discovery:
    | { readonly kind: "static" }
    | { readonly kind: "dns"; readonly scheme: string };
  /** Canonical names. Empty: no second filter. */
  readonly inputHeaders: readonly string[];
  readonly inputQueryStrings: readonly string[];
  readonly concurrentCalls: number;
  /** The endpoint's. */
  readonly timeoutMs: number;
  /** `null`: a regular backend. */
  readonly shadow: { readonly timeoutMs: number } | null;
  /** What a status other than 200 and 201 becomes. */
  readonly errorReporting:
    | { readonly kind: "plain" }
    | { readonly kind: "details"; readonly alias: string }
    | { readonly kind: "code" };
  readonly sendsBodyOnRedirect: boolean;
  readonly extraConfig: ExtraConfig;
}
