import { afterAll, describe, expect, test } from "bun:test";
import { createAuthority } from "../support/certificates.ts";
import { findTool } from "../support/find-tool.ts";
import { startGateway } from "../support/gateway.ts";
import { scriptedUpstream } from "../support/scripted-upstream.ts";
import { startTlsBackend } from "../support/tls-peers.ts";
import { startUpstream } from "../support/upstream.ts";
import { HEALTHY } from "./in-front-of.ts";

const openssl = findTool("openssl") ?? "";

describe.skipIf(openssl === "")("a redirect of a backend with TLS", () => {
  const authority = createAuthority(openssl);
  const pair = authority.issue("DNS:localhost,IP:127.0.0.1");
  afterAll(() => authority[Symbol.dispose]());

  test("to plain HTTP tells nobody where it came from, nor who the client is", async () => {
    const plain = scriptedUpstream({ "/to": HEALTHY });
    const { port, stop } = await startUpstream("plain", plain, []);

    await follow(`http://127.0.0.1:${port}/to`);
    const { headers } = await plain.visited("/to");
    await stop();

    expect(headers).not.toHaveProperty("referer");
    expect(headers).not.toHaveProperty("authorization");
  });

  test("to itself tells both", async () => {
    const { secure, port } = await follow("/to");

    const { headers } = await secure.visited("/to");
    expect(headers.referer).toEqual([`https://127.0.0.1:${port}/from?token=1`]);
    expect(headers.authorization).toEqual(["Bearer t"]);
  });

  /** Calls a backend that answers with this location, through a gateway. */
  async function follow(location: string) {
    const moved = `HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`;
    const secure = scriptedUpstream({ "/from?token=1": moved, "/to": HEALTHY });
    await using backend = await startTlsBackend(secure, pair);
    const { port } = backend;
    await using gateway = await startGateway({
      timeout: "4s",
      host: [`https://127.0.0.1:${port}`],
      client_tls: { ca_certs: [authority.certificate] },
      endpoints: [
        {
          endpoint: "/thing",
          input_headers: ["Authorization"],
          backend: [{ url_pattern: "/from?token=1" }],
        },
      ],
    });
    await gateway.fetch("/thing", { headers: { Authorization: "Bearer t" } });
    return { secure, port };
  }
});
