import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { createAuthority, type KeyPair } from "../support/certificates.ts";
import { findTool } from "../support/find-tool.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { PatternCheck, writePattern } from "../support/pattern.ts";
import { gone, type ScriptedUpstream, scriptedUpstream } from "../support/scripted-upstream.ts";
import { openTls } from "../support/tls-peers.ts";
import { HEALTHY } from "./in-front-of.ts";

const openssl = findTool("openssl") ?? "";
const LARGE = 64 * 1024 * 1024;
const THING = "GET /thing HTTP/1.1\r\nHost: gw\r\n\r\n";

describe.skipIf(openssl === "")("a listener with TLS", () => {
  const authority = createAuthority(openssl);
  const pair = authority.issue("DNS:localhost,IP:127.0.0.1");
  afterAll(() => authority[Symbol.dispose]());

  const backend = () =>
    scriptedUpstream({
      "/thing": HEALTHY,
      "/later": "",
      "/download": ({ socket }) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Type: x/y\r\nContent-Length: ${LARGE}\r\n\r\n`);
        // What the end of a connection means is the test's to say.
        writePattern(socket, LARGE).done.catch(() => {});
      },
    });
  const startWith = (
    upstream: ScriptedUpstream = backend(),
    tls: Readonly<Record<string, unknown>> = {},
  ): Promise<TestGateway> => {
    const endpoint = (path: string, method: string) => ({
      endpoint: path,
      method,
      output_encoding: "no-op",
      backend: [{ url_pattern: path }],
    });
    return startGateway(
      {
        timeout: "20s",
        tls: { public_key: pair.certificate, private_key: pair.key, ...tls },
        endpoints: [
          endpoint("/thing", "GET"),
          endpoint("/later", "GET"),
          endpoint("/download", "GET"),
          endpoint("/thing", "POST"),
        ],
      },
      { upstream },
    );
  };

  test("speaks TLS 1.3, one request after the other", async () => {
    await using gateway = await startWith();
    const { connection, socket } = await openTls(gateway.port);
    const protocol = socket.getProtocol();

    connection.send(THING);
    const first = await connection.readResponse();
    connection.send(THING + THING);
    const more = [await connection.readResponse(), await connection.readResponse()];
    connection.destroy();

    expect(protocol).toBe("TLSv1.3");
    expect([first, ...more].map(({ text }) => text)).toEqual(Array(3).fill('{"ok":1}'));
  });

  test("refuses TLS 1.2 by default", async () => {
    await using gateway = await startWith();

    expect(handshake(gateway.port, "-tls1_2")).not.toContain("New, TLSv1.2");
    expect(handshake(gateway.port, "-tls1_2")).toContain("alert");
    expect(handshake(gateway.port, "-tls1_3")).toContain("TLSv1.3");
  });

  test("accepts TLS 1.2 where the configuration does", async () => {
    await using gateway = await startWith(backend(), { min_version: "TLS12" });

    expect(handshake(gateway.port, "-tls1_2")).toContain("New, TLSv1.2, Cipher is ECDHE");
    expect(handshake(gateway.port, "-tls1_3")).toContain("New, TLSv1.3");
  });

  test("still answers a client that has sent its last byte", async () => {
    const upstream = backend();
    await using gateway = await startWith(upstream);
    const { connection } = await openTls(gateway.port);
    connection.send(THING.replace("thing", "later"));
    const visit = await upstream.visited("/later");

    connection.end();
    // What every answer begins with comes byte by byte: it asks whether the client still reads.
    const start = (await connection.readUntil("HT")).toString();
    visit.socket.write(HEALTHY);
    const whole = start + (await connection.readUntilClose()).toString();

    expect(whole).toStartWith("HTTP/1.1 200 OK\r\n");
    expect(whole).toEndWith('\r\n\r\n{"ok":1}');
  });

  test("cancels the backend's call of a client that leaves", async () => {
    const upstream = backend();
    await using gateway = await startWith(upstream);
    const { connection } = await openTls(gateway.port);
    connection.send(THING.replace("thing", "later"));
    const { socket } = await upstream.visited("/later");

    connection.destroy();

    await gone(socket);
  });

  test("passes a large download", async () => {
    await using gateway = await startWith();
    const { connection } = await openTls(gateway.port);

    connection.send(THING.replace("thing", "download"));
    await connection.readUntil("\r\n\r\n");
    const check = new PatternCheck();
    while (check.bytes < LARGE) check.add(await connection.readSome());
    connection.destroy();

    expect([check.bytes, check.firstWrong]).toEqual([LARGE, -1]);
  });

  test("passes a large upload", async () => {
    const size = 4 * 1024 * 1024;
    const upstream = backend();
    await using gateway = await startWith(upstream);
    const { connection, socket } = await openTls(gateway.port);

    connection.send(`POST /thing HTTP/1.1\r\nHost: gw\r\nContent-Length: ${size}\r\n\r\n`);
    for (let sent = 0; sent < size; sent += 16_384) socket.write("0123456789abcdef".repeat(1024));
    const answer = await connection.readResponse();
    connection.destroy();

    expect(answer.status).toBe(200);
    expect(upstream.visits[0]?.body).toBe("0123456789abcdef".repeat(size / 16));
  });

  test.each([
    ["plain HTTP", THING],
    ["garbage", "\x00\xff".repeat(5_000)],
    ["an HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ])("ends with a client that sends %s, and serves the next", async (_name, bytes) => {
    await using gateway = await startWith();

    const all = await gateway.raw(bytes);
    const { connection } = await openTls(gateway.port);
    connection.send(THING);
    const next = await connection.readResponse();
    connection.destroy();

    expect(all).not.toContain("HTTP/1.1 200");
    expect(next.status).toBe(200);
  });

  test.each(["", "\x16\x03\x01\x02\x00\x01\x00"])(
    "outlives clients that leave in the handshake after %p",
    async (bytes) => {
      await using gateway = await startWith();

      for (let i = 0; i < 20; i++) {
        const leaving = await gateway.connect();
        if (bytes !== "") leaving.send(bytes);
        if (i % 2 === 0) leaving.end();
        else leaving.socket.resetAndDestroy();
      }
      const { connection } = await openTls(gateway.port);
      connection.send(THING);
      const next = await connection.readResponse();
      connection.destroy();

      expect(next.status).toBe(200);
      expect(gateway.log()).not.toContain("TypeError");
    },
  );

  describe("with enable_mtls", () => {
    const demanding = () =>
      startWith(backend(), {
        enable_mtls: true,
        ca_certs: [authority.certificate],
        disable_system_ca_pool: true,
      });

    test("serves a client whose certificate a configured authority signed", async () => {
      await using gateway = await demanding();
      const { connection } = await openTls(gateway.port, authority.issue("DNS:client"));

      connection.send(THING);
      const { status } = await connection.readResponse();
      connection.destroy();

      expect(status).toBe(200);
    });

    test("answers nothing to a client without a certificate", async () => {
      await using gateway = await demanding();

      expect(await bytesFor(gateway.port)).toBe("");
    });

    test("answers nothing to a client with a certificate of a stranger", async () => {
      await using gateway = await demanding();
      using stranger = createAuthority(openssl);

      expect(await bytesFor(gateway.port, stranger.issue("DNS:client"))).toBe("");
    });

    /** With TLS 1.3 a refusal comes after the client believes that the handshake is done. */
    async function bytesFor(port: number, shown?: KeyPair): Promise<string> {
      const { connection } = await openTls(port, shown);
      connection.send(THING);
      const bytes = await connection.readUntilClose();
      connection.destroy();
      return bytes.toString();
    }
  });

  test("does not wait for ever for a handshake", async () => {
    await using gateway = await startGateway({
      read_header_timeout: "300ms",
      tls: { public_key: pair.certificate, private_key: pair.key },
      endpoints: [],
    });
    using silent = await gateway.connect();

    expect((await silent.readUntilClose()).toString()).toBe("");
  });

  /** What `openssl s_client` prints about a handshake. */
  function handshake(port: number, version: string): string {
    const words = ["s_client", "-connect", `127.0.0.1:${port}`, version];
    const { stdout, stderr } = spawnSync(openssl, words, { input: "", timeout: 4_000 });
    return `${stdout}${stderr}`;
  }
});
