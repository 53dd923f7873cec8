import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority } from "../../test/support/certificates.ts";
import { findTool } from "../../test/support/find-tool.ts";
import { loadConfig } from "../config/load.ts";
import { checkTlsFiles } from "./check-tls-files.ts";
import { runCommandLine } from "./command-line.ts";

const openssl = findTool("openssl");
const folder = mkdtempSync(join(tmpdir(), "gw-check-tls-"));
const authority = openssl === undefined ? undefined : createAuthority(openssl);
const issue = () => authority?.issue("DNS:a") ?? { certificate: "", key: "" };
const pair = issue();
const other = issue();
afterAll(() => {
  authority?.[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

const NOW = Date.now();
const DAY_MS = 86_400_000;

function fileWith(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** What is wrong with the files of a configuration, as `line path: message`. */
function findings(config: object, nowMs = NOW) {
  const text = Buffer.from(JSON.stringify({ version: 3, ...config }, null, 2));
  const loaded = loadConfig({ text, name: "gw.json", format: "json" }, { environment: {} });
  if ("problems" in loaded) throw new Error(loaded.problems[0]?.message);
  const known = loaded.report.warnings.length;
  checkTlsFiles(loaded.config, loaded.report, nowMs);
  const { problems, warnings } = loaded.report;
  const show = ({ line, path, message }: (typeof problems)[number]) =>
    `${line} ${path}: ${message}`;
  return { errors: problems.map(show), warnings: warnings.slice(known).map(show) };
}

const keysOf = (public_key: string, private_key: string) => ({
  tls: { keys: [{ public_key, private_key }] },
});

test.skipIf(openssl === undefined)("files that belong together are no finding", () => {
  const ca = authority?.certificate ?? "";
  const chain = fileWith(
    "chain.pem",
    readFileSync(pair.certificate, "utf8") + readFileSync(ca, "utf8"),
  );
  const config = {
    tls: {
      keys: [{ public_key: chain, private_key: pair.key }],
      ca_certs: [ca],
      enable_mtls: true,
    },
    client_tls: {
      client_certs: [{ certificate: other.certificate, private_key: other.key }],
      ca_certs: [ca],
    },
  };

  expect(findings(config)).toEqual({ errors: [], warnings: [] });
});

test.skipIf(openssl === undefined)("each file is reported at the key that names it", () => {
  const nowhere = join(folder, "nowhere.pem");
  const encrypted = fileWith("encrypted.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n");
  const broken = fileWith(
    "broken.pem",
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
  );
  const brokenKey = fileWith(
    "broken.key",
    "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
  );
  const empty = fileWith("empty.pem", "");
  const client = (certificate: string, private_key: string) => ({
    client_tls: { client_certs: [{ certificate, private_key }] },
  });

  const key = "$.tls.keys[0]";
  const own = "$.client_tls.client_certs[0]";
  expect([
    findings(keysOf(nowhere, pair.key)).errors,
    findings(keysOf(pair.certificate, folder)).errors,
    findings(keysOf(broken, pair.key)).errors,
    findings(keysOf(pair.key, pair.key)).errors,
    findings(keysOf(pair.certificate, empty)).errors,
    findings(keysOf(pair.certificate, encrypted)).errors,
    findings(keysOf(pair.certificate, brokenKey)).errors,
    findings(keysOf(pair.certificate, other.key)).errors,
    findings({ tls: { public_key: pair.certificate, private_key: other.key } }).errors,
    findings(client(pair.certificate, other.key)).errors,
    findings({ client_tls: { ca_certs: [pair.certificate, nowhere] } }).errors,
  ]).toEqual([
    [`6 ${key}.public_key: open ${nowhere}: no such file or directory`],
    [`7 ${key}.private_key: read ${folder}: is a directory`],
    [`6 ${key}.public_key: certificate 1 in the file does not parse`],
    [`6 ${key}.public_key: no certificate in the file`],
    [`7 ${key}.private_key: no private key in the file`],
    [`7 ${key}.private_key: the private key is encrypted; gw has no passphrase`],
    [`7 ${key}.private_key: the private key does not parse`],
    [
      `7 ${key}.private_key: the private key does not belong to the certificate in ${pair.certificate}`,
    ],
    [
      `5 $.tls.private_key: the private key does not belong to the certificate in ${pair.certificate}`,
    ],
    [
      `7 ${own}.private_key: the private key does not belong to the certificate in ${pair.certificate}`,
    ],
    [`6 $.client_tls.ca_certs[1]: open ${nowhere}: no such file or directory`],
  ]);
});

test.skipIf(openssl === undefined)("authorities that nobody asks for are not read", () => {
  const tls = { ...keysOf(pair.certificate, pair.key).tls, ca_certs: ["nowhere.pem"] };

  expect(findings({ tls }).errors).toEqual([]);
  expect(findings({ tls: { ...tls, enable_mtls: true } }).errors).toHaveLength(1);
  expect(findings({ tls: { ...tls, disabled: true, enable_mtls: true } }).errors).toEqual([]);
});

test.skipIf(openssl === undefined)("a certificate out of its time is a warning", () => {
  const config = keysOf(pair.certificate, pair.key);

  const late = findings(config, NOW + 3 * DAY_MS);
  const early = findings(config, NOW - 3 * DAY_MS);

  expect([late.errors, early.errors]).toEqual([[], []]);
  expect(late.warnings).toEqual([
    expect.stringMatching(/^6 \$\.tls\.keys\[0\]\.public_key: CN=\w+ has expired: /),
  ]);
  expect(early.warnings).toEqual([
    expect.stringMatching(/^6 \$\.tls\.keys\[0\]\.public_key: CN=\w+ is not valid yet: /),
  ]);
});

test.skipIf(openssl === undefined)(
  "check -t fails where the TLS files cannot be used",
  async () => {
    const config = { version: 3, ...keysOf(pair.certificate, other.key) };
    const file = fileWith("gw.json", JSON.stringify(config, null, 2));
    let err = "";
    const run = (words: readonly string[]) =>
      runCommandLine(words, {
        environment: {},
        out: { isTerminal: false, write: () => {} },
        err: { isTerminal: false, write: (text) => (err += text) },
        workerEntry: new URL("../node/worker.ts", import.meta.url),
      });

    expect(await run(["check", "-c", file])).toBe(0);
    err = "";
    expect(await run(["check", "-tc", file])).toBe(1);
    expect(err).toStartWith(
      `Parsing configuration file: ${file}\nERROR testing the configuration file:\t'${file}':7:24: $.tls.keys[0].private_key: `,
    );
  },
);
