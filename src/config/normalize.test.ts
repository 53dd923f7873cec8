import { expect, test } from "bun:test";
import { loadObject, loadValid } from "./fixture.ts";

const host = ["http://a"];

test("completes an empty service with KrakenD's defaults", () => {
  const config = loadValid({});

  expect(config).toMatchObject({
    name: "",
    source: "gateway.json",
    listenIp: "",
    port: 8080,
    tls: null,
    hasDebugEndpoint: false,
    endpoints: [],
    listener: {
      readTimeoutMs: 0,
      idleTimeoutMs: 75_000,
      readHeaderTimeoutMs: 10_000,
      maxHeaderBytes: 1_048_576,
    },
    transport: {
      maxIdleConnectionsPerHost: 250,
      dialerKeepAliveMs: 15_000,
      dialerFallbackDelayMs: 300,
      dnsCacheTtlMs: 30_000,
      clientTls: null,
    },
  });
});

test("completes an endpoint and its backend", () => {
  const config = loadValid({ host, endpoints: [{ backend: [{}] }] });

  expect(config.endpoints[0]).toMatchObject({
    path: "/",
    route: "/",
    method: "GET",
    isRegistered: true,
    timeoutMs: 2000,
    cacheTtlMs: 0,
    outputEncoding: "json",
    concurrentCalls: 1,
  });
  expect(config.endpoints[0]?.backends[0]).toMatchObject({
    index: 0,
    hosts: ["http://a"],
    urlPattern: "/",
    method: "GET",
    encoding: "json",
    discovery: { kind: "static" },
    errorReporting: { kind: "plain" },
    shadow: null,
  });
});

test("lets endpoints inherit from the service, zero meaning absent", () => {
  const config = loadValid({
    host,
    timeout: "400ms",
    cache_ttl: "2m",
    output_encoding: "string",
    endpoints: [
      { endpoint: "/a", timeout: "0s", cache_ttl: 0, backend: [{}] },
      { endpoint: "/b", timeout: "-1s", cache_ttl: "30s", output_encoding: "xml", backend: [{}] },
    ],
  });

  expect(config.endpoints[0]).toMatchObject({
    timeoutMs: 400,
    cacheTtlMs: 120_000,
    outputEncoding: "string",
  });
  expect(config.endpoints[1]).toMatchObject({
    timeoutMs: -1000,
    cacheTtlMs: 30_000,
    outputEncoding: "xml",
  });
});

test("keeps methods of backends as written and upper-cases those of endpoints", () => {
  const config = loadValid({
    host,
    endpoints: [{ endpoint: "/a", method: "post", backend: [{}, { method: "patch" }] }],
  });

  expect(config.endpoints[0]?.method).toBe("POST");
  expect(config.endpoints[0]?.backends.map(({ method }) => method)).toEqual(["post", "patch"]);
});

test("cuts new names of fields at the first dot and canonicalises header names", () => {
  const config = loadValid({
    host,
    endpoints: [
      {
        endpoint: "/a",
        input_headers: ["x-a", "*"],
        backend: [{ mapping: { a: "b.c", d: ".e" }, input_headers: ["x-b"] }],
      },
    ],
  });

  expect(config.endpoints[0]?.inputHeaders).toEqual(["X-A", "*"]);
  expect(config.endpoints[0]?.backends[0]).toMatchObject({
    mapping: [
      ["a", "b"],
      ["d", ""],
    ],
    inputHeaders: ["X-B"],
  });
});

test("forces no-op on the backend of a no-op endpoint", () => {
  const config = loadValid({
    host,
    endpoints: [{ endpoint: "/a", output_encoding: "no-op", backend: [{ encoding: "xml" }] }],
  });

  expect(config.endpoints[0]?.backends[0]?.encoding).toBe("no-op");
});

test.each([
  [{ return_error_details: "x" }, { kind: "details", alias: "x" }],
  [
    { return_error_details: "x", return_error_code: true },
    { kind: "details", alias: "x" },
  ],
  [{ return_error_details: "", return_error_code: true }, { kind: "plain" }],
  [{ return_error_details: 5, return_error_code: true }, { kind: "plain" }],
  [{ return_error_code: true }, { kind: "code" }],
  [{ return_error_code: "true" }, { kind: "plain" }],
])("reads the error reporting %j", (options, errorReporting) => {
  const config = loadValid({
    host,
    endpoints: [{ endpoint: "/a", backend: [{ extra_config: { "backend/http": options } }] }],
  });

  expect(config.endpoints[0]?.backends[0]?.errorReporting).toEqual(
    errorReporting as { kind: "plain" },
  );
});

test("takes hosts as written when they must not be cleaned", () => {
  const config = loadValid({
    endpoints: [
      {
        endpoint: "/a",
        backend: [
          { host: "_http._tcp.svc", disable_host_sanitize: true, sd: "dns", sd_scheme: "https" },
        ],
      },
    ],
  });

  expect(config.endpoints[0]?.backends[0]).toMatchObject({
    hosts: ["_http._tcp.svc"],
    discovery: { kind: "dns", scheme: "https" },
  });
});

test("refuses discovery without a host and warns about a backend without any", () => {
  const discovered = loadObject({ endpoints: [{ endpoint: "/a", backend: [{ sd: "dns" }] }] });
  const plain = loadObject({ endpoints: [{ endpoint: "/a", backend: [{}] }] });

  expect(discovered.problems[0]?.path).toBe("$.endpoints[0].backend[0].host");
  expect(plain.warnings[0]?.message).toContain("no hosts available");
});

test.each([
  ["/x/__health", false],
  ["/__debug/foo", false],
  ["/a*/b", false],
  ["/__stats", true],
  ["/__debugger", true],
])("decides about the path %s", (endpoint, isValid) => {
  const { problems } = loadObject({
    host,
    endpoints: [{ endpoint, method: "put", backend: [{}] }],
  });

  expect(problems.map(({ message }) => message)).toEqual(
    isValid ? [] : [`ignoring the 'put ${endpoint}' endpoint, since it is invalid!!!`],
  );
});

test.each([
  ["/users/{Id}", "undefined output param 'Id'!", "{id}"],
  ["/users/{name}", "undefined output param 'name'!", undefined],
  ["/users/{resp0}", "undefined output param 'resp0'!", undefined],
  ["/{id}/{b}/{c}", "input and output params do not match.", undefined],
  ["/{JWT.sub}/{resp0_a}/{x}", "undefined output param 'x'!", undefined],
])("refuses the pattern %s of an endpoint that has only {id}", (urlPattern, start, nearest) => {
  const { problems } = loadObject({
    host,
    endpoints: [{ endpoint: "/u/{id}", backend: [{ url_pattern: urlPattern }] }],
  });

  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ path: "$.endpoints[0].backend[0].url_pattern", nearest });
  expect(problems[0]?.message).toStartWith(start);
  expect(problems[0]?.message).toContain(
    "endpoint: GET /u/:id, backend: 0. input: [id], output: [",
  );
});

test("needs at least one whole pair of files for TLS", () => {
  const none = loadObject({ tls: {} });
  const half = loadObject({ tls: { keys: [{ public_key: "a.pem" }] } });
  const off = loadObject({ tls: { disabled: true } });

  expect(none.problems[0]).toMatchObject({ path: "$.tls.keys", message: "public key not defined" });
  expect(half.problems[0]?.message).toBe("private key not defined");
  expect(off.config?.tls).toBeNull();
});

test("appends the former pair and defaults to TLS 1.3", () => {
  const { tls } = loadValid({
    tls: {
      keys: [{ public_key: "a.pem", private_key: "a.key" }],
      public_key: "b.pem",
      private_key: "b.key",
      min_version: "TLS9",
    },
  });

  expect(tls?.keys.map(({ publicKey }) => publicKey)).toEqual(["a.pem", "b.pem"]);
  expect(tls).toMatchObject({
    minVersion: "TLS13",
    maxVersion: "TLS13",
    curvePreferences: [25, 24, 23],
    cipherSuites: [49199, 49195, 49200, 49196, 52392, 52393],
  });
});

test("makes TLS 1.3 the only version towards backends once the block, or its shorthand, exists", () => {
  const block = loadValid({ client_tls: {} }).transport.clientTls;
  const shorthand = loadValid({ allow_insecure_connections: true }).transport.clientTls;

  expect(block).toMatchObject({ minVersion: "TLS13", allowsInsecureConnections: false });
  expect(shorthand).toMatchObject({ minVersion: "TLS13", allowsInsecureConnections: true });
});

test("keeps 30 seconds when SRV names would be refreshed more than once a second", () => {
  const { config, warnings } = loadObject({ dns_cache_ttl: "500ms" });

  expect(config?.transport.dnsCacheTtlMs).toBe(30_000);
  expect(warnings[0]?.path).toBe("$.dns_cache_ttl");
});

test("takes the read timeout for idle connections that have none of their own", () => {
  const config = loadValid({ read_timeout: "5s", write_timeout: "-1s" });

  expect(config.listener).toMatchObject({ idleTimeoutMs: 5000, writeTimeoutMs: 0 });
});

test("lets the command line win over the file, except that it cannot switch debug off", () => {
  const options = { port: 9000, isDebug: true };

  expect(loadValid({ port: 8000 }, options)).toMatchObject({ port: 9000, hasDebugEndpoint: true });
  expect(
    loadValid({ port: 8000, debug_endpoint: true }, { port: 0, isDebug: false }),
  ).toMatchObject({
    port: 8000,
    hasDebugEndpoint: true,
  });
});

test("leaves endpoints with other methods unregistered and says so loudly", () => {
  const { config, warnings } = loadObject({
    host,
    endpoints: [{ endpoint: "/a", method: "GETT", backend: [{}] }],
  });

  expect(config?.endpoints[0]?.isRegistered).toBe(false);
  expect(warnings[0]).toMatchObject({ severity: "error", nearest: "GET" });
});
