import { describe, expect, test } from "bun:test";
import { readProxies } from "./proxies.ts";

const PLAIN = { isTls: false, authorization: null, problem: null };

describe("the proxy for hosts without TLS", () => {
  test.each<[Record<string, string>, object | null]>([
    [{}, null],
    [{ HTTP_PROXY: "" }, null],
    [{ HTTP_PROXY: "http://p.test" }, { ...PLAIN, host: "p.test", port: 80 }],
    [{ HTTP_PROXY: "p.test:3128" }, { ...PLAIN, host: "p.test", port: 3128 }],
    [{ http_proxy: "http://p.test:3128/" }, { ...PLAIN, host: "p.test", port: 3128 }],
    [
      { HTTP_PROXY: "http://a.test", http_proxy: "http://b.test" },
      { ...PLAIN, host: "a.test", port: 80 },
    ],
    [{ HTTP_PROXY: "http://[::1]:8" }, { ...PLAIN, host: "::1", port: 8 }],
    [{ HTTP_PROXY: "https://p.test" }, { ...PLAIN, isTls: true, host: "p.test", port: 443 }],
    [
      { HTTP_PROXY: "http://u@p.test" },
      { ...PLAIN, host: "p.test", port: 80, authorization: `Basic ${btoa("u:")}` },
    ],
  ])("of %j is %j", (environment, expected) => {
    expect(readProxies(environment)).toEqual({
      proxies: { http: expected as never, https: null, exceptions: "" },
      findings: [],
    });
  });
});

test.each([
  [{ HTTP_PROXY: "http://u:pw/pw@p.test" }, "HTTP_PROXY", "no URL of a proxy: calls go without it"],
  [{ https_proxy: "ftp://p.test" }, "https_proxy", "no URL of a proxy: calls go without it"],
  [
    { HTTPS_PROXY: "socks5://u:pw@p.test" },
    "HTTPS_PROXY",
    "socks5 proxies are not supported: every call to a host with https:// fails",
  ],
  [
    { HTTPS_PROXY: "https://p.test" },
    "HTTPS_PROXY",
    "a proxy with TLS is not supported for hosts with TLS",
  ],
  [
    { HTTP_PROXY: "p.test", REQUEST_METHOD: "GET" },
    "HTTP_PROXY",
    "refusing to use HTTP_PROXY value in CGI",
  ],
])("what cannot be done is an alarm: %j", (environment, path, message) => {
  const { findings } = readProxies(environment);

  expect(findings).toMatchObject([
    { file: "environment", path, severity: "error", message: expect.stringContaining(message) },
  ]);
  expect(findings[0]?.value).not.toContain("pw");
});

test("only the proxy for hosts without TLS is in doubt where a server starts gw for a request", () => {
  const { proxies } = readProxies({ HTTPS_PROXY: "p.test", REQUEST_METHOD: "GET" });

  expect(proxies.https?.problem).toBeNull();
});
