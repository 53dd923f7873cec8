import { cipherNames, curveNames } from "../lib/tls-settings.ts";
import type { ClientTlsConfig, ServerTlsConfig, TlsVersion } from "./model.ts";
import type { NodePath } from "./node.ts";
import type { Report } from "./report.ts";
import type { RawClientTls, RawTls } from "./schema.ts";

/** The `tls` block, or `null` for plain HTTP. A pair without one of its files is an error. */
export function normalizeTls(raw: RawTls | undefined, report: Report): ServerTlsConfig | null {
  if (raw === undefined || raw.disabled) return null;
  return {
    keys: readKeys(raw, report),
    ...readProtocol(raw, "tls", report),
    isMutual: raw.enable_mtls,
    caCerts: raw.ca_certs,
    isSystemCaPoolDisabled: raw.disable_system_ca_pool,
  };
}

/**
 * The `client_tls` block, or `null` for the runtime's defaults. Once it exists, TLS 1.3 is the only
 * version unless it says otherwise.
 */
export function normalizeClientTls(
  raw: RawClientTls | undefined,
  allowsInsecureConnections: boolean,
  report: Report,
): ClientTlsConfig | null {
  if (raw === undefined && !allowsInsecureConnections) return null;
  return {
    allowsInsecureConnections:
      allowsInsecureConnections || (raw?.allow_insecure_connections ?? false),
    caCerts: raw?.ca_certs ?? [],
    isSystemCaPoolDisabled: raw?.disable_system_ca_pool ?? false,
    ...readProtocol(raw ?? EMPTY_PROTOCOL, "client_tls", report),
    clientCerts: readClientCerts(raw, report),
  };
}

interface RawProtocol {
  readonly min_version: string;
  readonly max_version: string;
  readonly curve_preferences: readonly number[];
  readonly cipher_suites: readonly number[];
}

const EMPTY_PROTOCOL: RawProtocol = {
  min_version: "",
  max_version: "",
  curve_preferences: [],
  cipher_suites: [],
};
const VERSIONS: readonly TlsVersion[] = ["TLS10", "TLS11", "TLS12", "TLS13"];
/** P-521, P-384 and P-256. */
const DEFAULT_CURVES: readonly number[] = [25, 24, 23];
/** ECDHE with AES-GCM or ChaCha20, the stronger key exchange of each pair last. */
const DEFAULT_CIPHERS: readonly number[] = [49199, 49195, 49200, 49196, 52392, 52393];

function readKeys(raw: RawTls, report: Report): ServerTlsConfig["keys"] {
  const isLegacyPair = raw.public_key !== "" || raw.private_key !== "";
  const keys = raw.keys.map((pair, index) => {
    checkPair(pair, ["tls", "keys", index], report);
    return { publicKey: pair.public_key, privateKey: pair.private_key };
  });
  if (isLegacyPair) {
    checkPair(raw, ["tls"], report);
    keys.push({ publicKey: raw.public_key, privateKey: raw.private_key });
  }
  if (keys.length === 0) {
    // Differs from KrakenD: it logs this, never listens and ends with status 0.
    report.error(["tls", "keys"], "public key not defined", { expected: KEY_EXPECTATION });
  }
  return keys;
}

const KEY_EXPECTATION = "at least one pair of public_key and private_key, paths of PEM files";

function checkPair(
  pair: { readonly public_key: string; readonly private_key: string },
  path: NodePath,
  report: Report,
): void {
  const hints = { expected: "the path of a PEM file" };
  if (pair.public_key === "")
    report.error([...path, "public_key"], "public key not defined", hints);
  if (pair.private_key === "")
    report.error([...path, "private_key"], "private key not defined", hints);
}

function readClientCerts(
  raw: RawClientTls | undefined,
  report: Report,
): ClientTlsConfig["clientCerts"] {
  if ((raw?.client_certs ?? []).length > 1) {
    // Differs from KrakenD: it takes the first one of an authority that the backend names, which the TLS library does not tell.
    const message = "has no effect: backends are shown the first certificate only";
    report.alarm(["client_tls", "client_certs", 1], message);
  }
  return (raw?.client_certs ?? []).map((pair, index) => {
    const path = ["client_tls", "client_certs", index];
    const hints = { expected: "the path of a PEM file" };
    // Differs from KrakenD: it skips the pair and calls backends without a certificate.
    if (pair.certificate === "")
      report.error([...path, "certificate"], "certificate not defined", hints);
    if (pair.private_key === "")
      report.error([...path, "private_key"], "private key not defined", hints);
    return { certificate: pair.certificate, privateKey: pair.private_key };
  });
}

function readProtocol(
  raw: RawProtocol,
  block: string,
  report: Report,
): Pick<ServerTlsConfig, "minVersion" | "maxVersion" | "curvePreferences" | "cipherSuites"> {
  const minVersion = readVersion(raw.min_version, [block, "min_version"], report);
  const maxVersion = readVersion(raw.max_version, [block, "max_version"], report);
  if (VERSIONS.indexOf(minVersion) > VERSIONS.indexOf(maxVersion)) {
    report.alarm(
      [block, "min_version"],
      `every handshake fails: ${minVersion} is newer than max_version ${maxVersion}`,
    );
  }
  checkKnown(raw.curve_preferences, curveNames, [block, "curve_preferences"], report);
  checkKnown(
    raw.cipher_suites.filter((suite) => !SUITES_OF_TLS13.includes(suite)),
    cipherNames,
    [block, "cipher_suites"],
    report,
  );
  return {
    minVersion,
    maxVersion,
    curvePreferences: raw.curve_preferences.length > 0 ? raw.curve_preferences : DEFAULT_CURVES,
    cipherSuites: raw.cipher_suites.length > 0 ? raw.cipher_suites : DEFAULT_CIPHERS,
  };
}

/** They cannot be chosen, in KrakenD neither. */
const SUITES_OF_TLS13 = [4865, 4866, 4867];

function checkKnown(
  numbers: readonly number[],
  namesOf: (numbers: readonly number[]) => string,
  path: NodePath,
  report: Report,
): void {
  if (numbers.length === 0) return;
  const unknown = numbers.filter((one) => namesOf([one]) === "");
  if (unknown.length === numbers.length) {
    report.alarm(path, "none of them is known: those of the TLS library are used");
  } else if (unknown.length > 0) {
    report.alarm(path, `${unknown.join(", ")}: not known, left out`);
  }
}

function readVersion(written: string, path: NodePath, report: Report): TlsVersion {
  if (written === "") return "TLS13";
  if (written === "SSL3.0") {
    report.alarm(path, "SSL 3.0 is never spoken; TLS10 is used");
    return "TLS10";
  }
  const version = VERSIONS.find((known) => known === written);
  if (version === undefined) {
    // The nearest name could be an insecure one.
    report.alarm(path, "there is no such version; TLS13 is used", { expected: "TLS12 or TLS13" });
  }
  return version ?? "TLS13";
}
