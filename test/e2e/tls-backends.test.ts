import { afterAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { TlsOptions } from "node:tls";
import { createAuthority, type KeyPair } from "../support/certificates.ts";
import { findTool } from "../support/find-tool.ts";
import { startGateway } from "../support/gateway.ts";
import { scriptedUpstream } from "../support/scripted-upstream.ts";
import { startTlsBackend, type TlsBackend } from "../support/tls-peers.ts";
import { rawUpstream, startUpstream } from "../support/upstream.ts";
import { HEALTHY } from "./in-front-of.ts";

const openssl = findTool("openssl") ?? "";

describe.skipIf(openssl === "")("a backend with TLS", () => {
  const authority = createAuthority(openssl);
  const local = authority.issue("DNS:localhost,IP:127.0.0.1");
  const elsewhere = authority.issue("DNS:elsewhere.test");
  const client = authority.issue("DNS:gw.test");
  const trusting = { ca_certs: [authority.certificate] };
  const clientCerts = [{ certificate: client.certificate, private_key: client.key }];
  const demanding: TlsOptions = {
    requestCert: true,
    rejectUnauthorized: true,
    ca: readFileSync(authority.certificate),
  };
  afterAll(() => authority[Symbol.dispose]());

  test.each(["localhost", "127.0.0.1"])(
    "is called when its certificate holds, over one connection: %s",
    async (host) => {
      await using backend = await start(local);

      const answers = await call(backend, { host, client_tls: trusting }, 3);

      expect(answers).toEqual(Array(3).fill('200 {"ok":1}'));
      expect(backend.clientNames).toEqual([""]);
    },
  );

  test("of an unknown authority is refused", async () => {
    await using backend = await start(local);

    const [answer] = await call(backend, {});

    expect(answer).toStartWith('500 Get "https://localhost:backend/thing": tls: ');
    expect(backend.clientNames).toEqual([]);
  });

  test("of another name is refused", async () => {
    await using backend = await start(elsewhere);

    const [answer] = await call(backend, { client_tls: trusting });

    expect(answer).toStartWith('500 Get "https://localhost:backend/thing": tls: ');
  });

  test("of another address is refused", async () => {
    await using backend = await start(elsewhere);

    const [answer] = await call(backend, { host: "127.0.0.1", client_tls: trusting });

    expect(answer).toStartWith('500 Get "https://127.0.0.1:backend/thing": tls: ');
  });

  test.each([
    { client_tls: { allow_insecure_connections: true } },
    { allow_insecure_connections: true },
  ])("is called whatever its certificate, where %p allows it", async (settings) => {
    await using backend = await start(elsewhere);

    expect(await call(backend, settings)).toEqual(['200 {"ok":1}']);
  });

  test("is shown a client certificate", async () => {
    await using backend = await start(local, demanding);

    const answers = await call(backend, {
      client_tls: { ...trusting, client_certs: clientCerts },
    });

    expect(answers).toEqual(['200 {"ok":1}']);
    expect(backend.clientNames).toEqual(["pair3"]);
  });

  test("that demands a client certificate gets no request without one", async () => {
    await using backend = await start(local, demanding);

    const [answer] = await call(backend, { client_tls: trusting });

    expect(answer).toStartWith('500 Get "https://localhost:backend/thing": ');
    expect(backend.clientNames).toEqual([]);
  });

  test("of TLS 1.2 is out of reach with client_tls, as in KrakenD", async () => {
    await using backend = await start(local, { maxVersion: "TLSv1.2" });

    const [answer] = await call(backend, { client_tls: trusting });

    expect(answer).toStartWith('500 Get "https://localhost:backend/thing": ');
  });

  test("of TLS 1.2 is called where min_version allows it", async () => {
    await using backend = await start(local, { maxVersion: "TLSv1.2" });

    const answers = await call(backend, { client_tls: { ...trusting, min_version: "TLS12" } });

    expect(answers).toEqual(['200 {"ok":1}']);
  });

  test("that speaks plain HTTP costs a 500", async () => {
    const refusal = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    const speaksPlainly = rawUpstream((socket) => socket.once("data", () => socket.write(refusal)));
    const plain = await startUpstream("plain", speaksPlainly, []);

    const [answer] = await call(plain, { client_tls: trusting });
    await plain.stop();

    expect(answer).toStartWith('500 Get "https://localhost:backend/thing": ');
  });

  test("that hangs up in the handshake costs a 500", async () => {
    const hangingUp = await startUpstream(
      "hanging up",
      rawUpstream((socket) => socket.end()),
      [],
    );

    const [answer] = await call(hangingUp, { client_tls: trusting });
    await hangingUp.stop();

    expect(answer).toStartWith('500 Get "https://localhost:backend/thing": ');
  });

  test("that never answers the handshake costs no more than the endpoint's time", async () => {
    const silent = await startUpstream(
      "silent",
      rawUpstream(() => {}),
      [],
    );

    const [answer] = await call(silent, { timeout: "300ms", client_tls: trusting });
    await silent.stop();

    expect(answer).toBe("500 context deadline exceeded");
  });

  function start(pair: KeyPair, options?: TlsOptions): Promise<TlsBackend> {
    return startTlsBackend(scriptedUpstream({ "/thing": HEALTHY }), pair, options);
  }

  /** Calls it through a gateway with these settings, so many times; gives status and body. */
  async function call(
    { port }: { readonly port: number },
    { host = "localhost", ...settings }: { host?: string } & Readonly<Record<string, unknown>>,
    times = 1,
  ): Promise<string[]> {
    await using gateway = await startGateway({
      timeout: "4s",
      host: [`https://${host}:${port}`],
      extra_config: { router: { return_error_msg: true } },
      endpoints: [{ endpoint: "/thing", backend: [{ url_pattern: "/thing" }] }],
      ...settings,
    });
    const answers: string[] = [];
    for (let i = 0; i < times; i++) {
      const answer = await gateway.fetch("/thing");
      answers.push(`${answer.status} ${await answer.text()}`.replace(`:${port}`, ":backend"));
    }
    return answers;
  }
});
