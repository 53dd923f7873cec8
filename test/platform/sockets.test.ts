import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { bunSockets } from "../../src/platform/sockets-bun.ts";
import { nodeSockets } from "../../src/platform/sockets-node.ts";
import { createAuthority, type KeyPair } from "../support/certificates.ts";
import { findTool } from "../support/find-tool.ts";
import type { ContractCase, PemPair, TlsMaterial } from "./contract.ts";
import { plainContract } from "./plain-contract.ts";
import { OWN_LIST_CASES, tlsContract } from "./tls-contract.ts";

const openssl = findTool("openssl") ?? "";
const deno = join(import.meta.dir, "..", "..", "node_modules", ".bin", "deno");

describe.skipIf(openssl === "")("the sockets", () => {
  const material = createMaterial();
  const cases: readonly (readonly [string, ContractCase])[] = [
    ...plainContract,
    ...tlsContract(material),
  ].map((one) => [one.name, one]);

  describe("of Bun:", () => {
    test.each(cases)("%s", (_name, { run }) => run(bunSockets));
  });

  describe("of Node.js:", () => {
    test.each(cases)("%s", (_name, { run }) => run(nodeSockets));
  });

  describe("of Node.js, under Deno:", () => {
    const folder = mkdtempSync(join(tmpdir(), "gw-contract-"));
    let results: Readonly<Record<string, string>> = {};
    beforeAll(async () => {
      const file = join(folder, "material.json");
      writeFileSync(file, JSON.stringify(material));
      const script = join(import.meta.dir, "play-contract.ts");
      const { stdout } = await promisify(execFile)(deno, ["run", "-A", script, file]);
      results = JSON.parse(stdout);
    }, 60_000);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test.each(cases)("%s", (name) => {
      if (OWN_LIST_CASES.includes(name)) expect(results[name]).toStartWith("AssertionError");
      else expect(results[name]).toBe("ok");
    });
  });
});

function createMaterial(): TlsMaterial {
  using authority = createAuthority(openssl);
  using otherAuthority = createAuthority(openssl);
  return {
    authority: readFileSync(authority.certificate, "utf8"),
    server: toPem(authority.issue("DNS:localhost,IP:127.0.0.1")),
    elsewhere: toPem(authority.issue("DNS:elsewhere.test")),
    client: toPem(authority.issue("DNS:client.test")),
    stranger: toPem(otherAuthority.issue("DNS:client.test")),
  };
}

function toPem({ certificate, key }: KeyPair): PemPair {
  return {
    certificate: readFileSync(certificate, "utf8"),
    privateKey: readFileSync(key, "utf8"),
  };
}
