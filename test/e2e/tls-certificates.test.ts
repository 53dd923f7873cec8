import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { createAuthority, type KeyPair } from "../support/certificates.ts";
import { findTool } from "../support/find-tool.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { Http2Client } from "../support/http2-client.ts";

const openssl = findTool("openssl") ?? "";

describe.skipIf(openssl === "")("the certificates of a listener", () => {
  const authority = createAuthority(openssl);
  afterAll(() => authority[Symbol.dispose]());

  const startWith = (tls: object, workers = "1"): Promise<TestGateway> =>
    startGateway(
      { tls, endpoints: [{ endpoint: "/a", backend: [{ url_pattern: "/a" }] }] },
      { backend: () => ({ body: { ok: 1 } }) },
      { args: ["--workers", workers] },
    );
  const keysOf = (pairs: readonly KeyPair[]) =>
    pairs.map(({ certificate, key }) => ({ public_key: certificate, private_key: key }));

  test("are chosen by the name that the client asks for; the first is for everybody else", async () => {
    const names = ["DNS:first.test", "DNS:second.test", "DNS:*.wild.test"];
    await using gateway = await startWith({
      keys: keysOf(names.map((name) => authority.issue(name))),
    });

    const shown = await Promise.all(
      ["first.test", "second.test", "a.wild.test", "a.b.wild.test", "other.test", ""].map((name) =>
        namesShown(gateway.port, name),
      ),
    );

    expect(shown).toEqual([
      "DNS:first.test",
      "DNS:second.test",
      "DNS:*.wild.test",
      "DNS:first.test",
      "DNS:first.test",
      "DNS:first.test",
    ]);
  });

  test.each(["1", "2"])(
    "are read again with SIGHUP, and live connections go on (%s workers)",
    async (workers) => {
      const pair = authority.issue("DNS:old.test");
      await using gateway = await startWith({ keys: keysOf([pair]) }, workers);
      using living = new Http2Client(`https://127.0.0.1:${gateway.port}`, INSECURE);
      expect((await living.send({ ":path": "/a" })).status).toBe(200);
      await gateway.logged("Listening");
      const next = authority.issue("DNS:new.test");
      copyFileSync(next.certificate, pair.certificate);
      copyFileSync(next.key, pair.key);

      process.kill(gateway.pid, "SIGHUP");
      await gateway.logged("were read again");

      const shown = await untilEach(8, () => namesShown(gateway.port, "new.test"), "DNS:new.test");
      expect(shown).toBe("DNS:new.test");
      expect(await namesShown(gateway.port, "")).toBe("DNS:new.test");
      expect((await living.send({ ":path": "/a" })).status).toBe(200);
    },
  );

  test("stay what they are where the files of a SIGHUP cannot be used", async () => {
    const pair = authority.issue("DNS:old.test");
    await using gateway = await startWith({ keys: keysOf([pair]) });
    await gateway.logged("Listening");
    writeFileSync(pair.certificate, "none");

    process.kill(gateway.pid, "SIGHUP");
    const log = await gateway.logged("the former certificates stay");

    expect(log).toContain(pair.certificate);
    expect(await namesShown(gateway.port, "old.test")).toBe("DNS:old.test");
  });

  test("let clients speak HTTP/2, or HTTP/1.1 where they do not offer it", async () => {
    await using gateway = await startWith({ keys: keysOf([authority.issue("DNS:localhost")]) });
    using client = new Http2Client(`https://127.0.0.1:${gateway.port}`, INSECURE);

    const { status, body } = await client.send({ ":path": "/a" });
    const plain = await handshake(gateway.port, { ALPNProtocols: ["http/1.1"] });

    expect([status, body.toString()]).toEqual([200, '{"ok":1}']);
    expect(plain.alpnProtocol).toBe("http/1.1");
    plain.destroy();
  });

  test("whoever does not get through the handshake is named in the log, with the reason", async () => {
    const keys = keysOf([authority.issue("DNS:localhost")]);
    const mutual = { enable_mtls: true, ca_certs: [authority.certificate] };
    await using gateway = await startWith({ keys, ...mutual });
    const visit = (...words: readonly string[]) =>
      spawnSync(openssl, ["s_client", "-connect", `127.0.0.1:${gateway.port}`, ...words], {
        input: "",
        timeout: 5_000,
      });

    visit();
    visit("-tls1_2");
    const plain = await gateway.raw("GET / HTTP/1.1\r\nHost: gw\r\n\r\n");
    await gateway.logged("it sent plain HTTP");

    expect(plain).toBe("");
    const failures = gateway.log().match(/TLS handshake error from .*/g);
    expect(failures).toEqual([
      "TLS handshake error from 127.0.0.1: it showed no certificate (enable_mtls)",
      "TLS handshake error from 127.0.0.1: it speaks no version of TLS that is accepted (min_version)",
      "TLS handshake error from 127.0.0.1: it sent plain HTTP",
    ]);
  });

  test("come with the curves of the file alone", async () => {
    const keys = keysOf([authority.issue("DNS:localhost")]);
    await using gateway = await startWith({ keys, curve_preferences: [24] });

    const offered = (groups: string) =>
      spawnSync(openssl, ["s_client", "-connect", `127.0.0.1:${gateway.port}`, "-groups", groups], {
        input: "",
        encoding: "utf8",
        timeout: 5_000,
      }).stdout;

    expect(offered("P-384")).toContain("New, TLSv1.3");
    expect(offered("X25519")).not.toContain("New, TLSv1.3");
    expect(offered("P-521")).not.toContain("New, TLSv1.3");
  });
});

const INSECURE = { rejectUnauthorized: false };

function handshake(port: number, options: object): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: "127.0.0.1", port, ...INSECURE, ...options });
    socket.on("error", reject);
    socket.once("secureConnect", () => resolve(socket));
  });
}

/** The names of the certificate that a client gets who asks for this name; empty: for none. */
async function namesShown(port: number, servername: string): Promise<string | undefined> {
  const socket = await handshake(port, servername === "" ? {} : { servername });
  const { subjectaltname } = socket.getPeerCertificate();
  socket.destroy();
  return subjectaltname;
}

/** Each worker hears of it by itself: asks until so many answers in a row are what is wanted, for at most 5 s. */
async function untilEach<Value>(
  count: number,
  ask: () => Promise<Value>,
  wanted: Value,
): Promise<Value> {
  const endsAt = Date.now() + 5_000;
  let last = await ask();
  for (let inARow = 0; inARow < count && Date.now() < endsAt; last = await ask()) {
    inARow = last === wanted ? inARow + 1 : 0;
  }
  return last;
}
