import { afterAll, describe, expect, test } from "bun:test";
import type { Socket } from "node:net";
import { createAuthority } from "../support/certificates.ts";
import { findTool } from "../support/find-tool.ts";
import { freePort } from "../support/free-port.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { startProxy } from "../support/proxy.ts";
import { gone, scriptedUpstream } from "../support/scripted-upstream.ts";
import { startTlsBackend } from "../support/tls-peers.ts";
import { rawUpstream, startUpstream } from "../support/upstream.ts";
import { HEALTHY } from "./in-front-of.ts";

const openssl = findTool("openssl") ?? "";

describe("a proxy for hosts without TLS", () => {
  test("gets whole URLs, over one connection for all hosts, and credentials of its own", async () => {
    await using proxy = await startProxy();
    await using gateway = await startFor("http://{{name}}.test:{{backend_port}}", {
      HTTP_PROXY: `http://me:p%40ss@127.0.0.1:${proxy.port}`,
    });

    const answers = [await gateway.fetch("/a?q=1"), await gateway.fetch("/b")];

    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual(
      Array(2).fill('{"ok":1}'),
    );
    expect(proxy.requests.map(({ line }) => line.replace(/:\d+/, ""))).toEqual([
      "GET http://a.test/a?q=1",
      "GET http://b.test/b",
    ]);
    expect(proxy.requests[0]?.headers["proxy-authorization"]).toBe(`Basic ${btoa("me:p@ss")}`);
    expect(proxy.requests[0]?.headers.host).toStartWith("a.test:");
    expect(proxy.connections()).toBe(1);
    expect(gateway.requests).toHaveLength(2);
  });

  test("is not asked for hosts that NO_PROXY names, nor for this machine", async () => {
    await using proxy = await startProxy();
    const env = { http_proxy: `127.0.0.1:${proxy.port}`, no_proxy: "a.test" };
    await using named = await startFor("http://{{name}}.test:{{backend_port}}", env);
    await using own = await startFor("{{backend}}", env);

    const answers = [await named.fetch("/a"), await own.fetch("/a"), await named.fetch("/b")];

    expect(answers.map(({ status }) => status)).toEqual([500, 200, 200]);
    expect(proxy.requests).toHaveLength(1);
  });

  test("that is not there costs a 500 that says so", async () => {
    const port = await freePort();
    await using gateway = await startFor("http://{{name}}.test:{{backend_port}}", {
      HTTP_PROXY: `http://127.0.0.1:${port}`,
    });

    const answer = await gateway.fetch("/a");

    expect(answer.status).toBe(500);
    expect((await answer.text()).replace(/a\.test:\d+/, "a.test")).toBe(
      `Get "http://a.test/a": proxyconnect tcp: dial tcp 127.0.0.1:${port}: connect: connection refused`,
    );
  });
});

test("calls that need a proxy of another kind fail, and the log says so without its password", async () => {
  await using gateway = await startFor("http://{{name}}.test:{{backend_port}}", {
    HTTP_PROXY: "socks5://me:secret@127.0.0.1:9",
  });

  const answer = await gateway.fetch("/a");

  expect(await answer.text()).toEndWith("proxyconnect: socks5 proxies are not supported");
  const log = await gateway.logged(/ERROR: 'environment': HTTP_PROXY: .*socks5 proxies/);
  expect(log).not.toContain("secret");
});

describe.skipIf(openssl === "")("a proxy for hosts with TLS", () => {
  const authority = createAuthority(openssl);
  const pair = authority.issue("DNS:a.test");
  afterAll(() => authority[Symbol.dispose]());
  const trusting = { ca_certs: [authority.certificate] };

  test("is asked for a tunnel, in which certificate and name of the host count", async () => {
    await using proxy = await startProxy();
    await using backend = await startTlsBackend(
      scriptedUpstream({ "/a": HEALTHY, "/b": HEALTHY }),
      pair,
    );
    await using gateway = await startFor(
      `https://{{name}}.test:${backend.port}`,
      { HTTPS_PROXY: `http://me:x@127.0.0.1:${proxy.port}` },
      { client_tls: trusting },
    );

    const answers: string[] = [];
    for (const path of ["/a", "/a", "/b"]) {
      const answer = await gateway.fetch(path);
      answers.push(await answer.text());
    }

    expect(answers.slice(0, 2)).toEqual(['{"ok":1}', '{"ok":1}']);
    expect(answers[2]).toStartWith(`Get "https://b.test:${backend.port}/b": tls: `);
    expect(proxy.requests.map(({ line }) => line)).toEqual([
      `CONNECT a.test:${backend.port}`,
      `CONNECT b.test:${backend.port}`,
    ]);
    expect(proxy.requests[0]?.headers).toMatchObject({
      host: `a.test:${backend.port}`,
      "user-agent": "Go-http-client/1.1",
      "proxy-authorization": `Basic ${btoa("me:x")}`,
    });
  });

  test.each([
    ["HTTP/1.1 403 Blocked by policy\r\nContent-Length: 0\r\n\r\n", "Blocked by policy"],
    ["HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 502 nope\r\n\r\n", "nope"],
    ["HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 100 Go\r\n\r\nHTTP/1.1 407 Who\r\n\r\n", "Who"],
    ["HTTP/1.1 201 Made\r\n\r\n", "Made"],
    ["HTTP/1.1 300 Many\r\n\r\n", "Many"],
    ["HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "the proxy talks before the handshake"],
    ["SSH-2.0-tiny\r\n", 'malformed HTTP response "SSH-2.0-tiny"'],
  ])("that answers %j costs a 500 that says so", async (refusal, what) => {
    await using proxy = await startProxy(refusal);
    await using gateway = await startFor(
      "https://{{name}}.test",
      { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` },
      { client_tls: trusting },
    );

    const answer = await gateway.fetch("/a");

    expect([answer.status, await answer.text()]).toEqual([500, `Get "https://a.test/a": ${what}`]);
  });

  test("that never answers costs the endpoint's time, and its connection", async () => {
    const connected = Promise.withResolvers<Socket>();
    const silent = await startUpstream(
      "silent",
      rawUpstream((socket) => {
        socket.on("data", () => {});
        connected.resolve(socket);
      }),
      [],
    );
    await using gateway = await startFor(
      "https://{{name}}.test",
      { HTTPS_PROXY: `http://127.0.0.1:${silent.port}` },
      { timeout: "300ms" },
    );

    const answer = await gateway.fetch("/a");

    expect(await answer.text()).toBe("context deadline exceeded");
    await gone(await connected.promise);
    await silent.stop();
  });
});

/** Endpoints `/a` and `/b` in front of hosts of these names. */
function startFor(
  host: string,
  env: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<TestGateway> {
  return startGateway(
    {
      timeout: "4s",
      extra_config: { router: { return_error_msg: true } },
      endpoints: ["a", "b"].map((name) => ({
        endpoint: `/${name}`,
        input_query_strings: ["q"],
        backend: [{ url_pattern: `/${name}`, host: [host.replace("{{name}}", name)] }],
      })),
      ...settings,
    },
    { backend: { body: { ok: 1 } } },
    { env },
  );
}
