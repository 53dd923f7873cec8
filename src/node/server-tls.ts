import { readFileSync } from "node:fs";
import type { ServerTlsConfig } from "../config/model.ts";
import { cipherNames, secureOptionsFor } from "../lib/tls-settings.ts";
import type { ServerTls } from "../platform/sockets.ts";
import { systemCertificates } from "../platform/system-certificates.ts";

/** Reads the files of `tls`, once for all threads. Throws with the system's code. The first pair serves everybody. */
export function readServerTls(config: ServerTlsConfig): ServerTls {
  const { publicKey, privateKey } = config.keys[0]!;
  return {
    certificate: readFileSync(publicKey, "utf8"),
    privateKey: readFileSync(privateKey, "utf8"),
    secureOptions: secureOptionsFor(config.minVersion, config.maxVersion),
    clientAuthorities: config.isMutual ? readClientAuthorities(config) : null,
    ciphers: cipherNames(config.cipherSuites),
  };
}

/** The system's authorities, unless that is switched off, those of the file, and gw's own certificates. */
function readClientAuthorities(config: ServerTlsConfig): string[] {
  const own = [...config.caCerts, ...config.keys.map(({ publicKey }) => publicKey)];
  const system = config.isSystemCaPoolDisabled ? [] : systemCertificates();
  return [...system, ...own.map((path) => readFileSync(path, "utf8"))];
}
