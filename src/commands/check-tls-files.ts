import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ServiceConfig } from "../config/model.ts";
import type { NodePath } from "../config/node.ts";
import type { Report } from "../config/report.ts";
import { describeSystemError } from "../config/source.ts";

/** Reads the files that `tls` and `client_tls` name; what is wrong with one is reported at the key that names it. */
export function checkTlsFiles(
  { tls, transport: { clientTls } }: ServiceConfig,
  report: Report,
  nowMs: number,
): void {
  const files: TlsFiles = { report, nowMs };
  for (const [index, { publicKey, privateKey }] of tls?.keys.entries() ?? []) {
    const listed: NodePath = ["tls", "keys", index];
    // The former form of one pair stands in the block itself.
    const path = report.has(listed) ? listed : ["tls"];
    checkPair(
      { path: [...path, "public_key"], file: publicKey },
      { path: [...path, "private_key"], file: privateKey },
      files,
    );
  }
  // Who may sign certificates of clients; nobody reads it where clients need none.
  if (tls?.isMutual) checkAuthorities(tls.caCerts, "tls", report);
  for (const [index, { certificate, privateKey }] of clientTls?.clientCerts.entries() ?? []) {
    const path = ["client_tls", "client_certs", index];
    checkPair(
      { path: [...path, "certificate"], file: certificate },
      { path: [...path, "private_key"], file: privateKey },
      files,
    );
  }
  checkAuthorities(clientTls?.caCerts ?? [], "client_tls", report);
}

interface TlsFiles {
  readonly report: Report;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

interface NamedFile {
  readonly path: NodePath;
  readonly file: string;
}

function checkPair(certificate: NamedFile, key: NamedFile, files: TlsFiles): void {
  const chain = readCertificates(certificate, files.report);
  const privateKey = readPrivateKey(key, files.report);
  const [own] = chain;
  if (own !== undefined) warnAboutTime(own, certificate.path, files);
  if (own === undefined || privateKey === undefined || own.checkPrivateKey(privateKey)) return;
  const message = `the private key does not belong to the certificate in ${certificate.file}`;
  files.report.error(key.path, message, { expected: "the key of that certificate" });
}

function checkAuthorities(names: readonly string[], block: string, report: Report): void {
  for (const [index, file] of names.entries()) {
    readCertificates({ path: [block, "ca_certs", index], file }, report);
  }
}

/** The certificates of a file, its own first; empty: they cannot be used, and the report says why. */
function readCertificates(named: NamedFile, report: Report): X509Certificate[] {
  const text = readText(named, report);
  if (text === undefined) return [];
  const blocks = text.match(PEM_CERTIFICATE) ?? [];
  const certificates = blocks.map(parseCertificate);
  const expected = "a PEM file with certificates";
  if (blocks.length === 0) report.error(named.path, "no certificate in the file", { expected });
  const broken = certificates.indexOf(undefined);
  if (broken >= 0) {
    report.error(named.path, `certificate ${broken + 1} in the file does not parse`, { expected });
    return [];
  }
  return certificates.filter((one) => one !== undefined);
}

function warnAboutTime(
  { validFrom, validTo, subject }: X509Certificate,
  path: NodePath,
  { report, nowMs }: TlsFiles,
): void {
  const name = subject.replaceAll("\n", ", ");
  if (Date.parse(validTo) < nowMs) report.alarm(path, `${name} has expired: ${validTo}`);
  if (Date.parse(validFrom) > nowMs) report.alarm(path, `${name} is not valid yet: ${validFrom}`);
}

function readPrivateKey(named: NamedFile, report: Report): KeyObject | undefined {
  const text = readText(named, report);
  if (text === undefined) return undefined;
  const expected = "a PEM file with a private key";
  if (!PEM_KEY.test(text)) {
    report.error(named.path, "no private key in the file", { expected });
    return undefined;
  }
  if (PEM_PASSPHRASE.test(text)) {
    report.error(named.path, "the private key is encrypted; gw has no passphrase", { expected });
    return undefined;
  }
  try {
    return createPrivateKey(text);
  } catch {
    report.error(named.path, "the private key does not parse", { expected });
    return undefined;
  }
}

function readText({ path, file }: NamedFile, report: Report): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    report.error(path, describeSystemError(file, error), { expected: "a file that gw may read" });
    return undefined;
  }
}

function parseCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
const PEM_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
/** PKCS #8 says it in its first line, the older form in a header. */
const PEM_PASSPHRASE = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;
