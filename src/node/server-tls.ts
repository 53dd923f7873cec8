import { readFileSync } from "node:fs";
import type { ServerTlsConfig } from "../config/model.ts";
import { cipherNames, curveNames, secureOptionsFor } from "../lib/tls-settings.ts";
import type { ServerTls } from "../platform/sockets.ts";
import { systemCertificates } from "../platform/system-certificates.ts";

/** Reads the files of `tls`, once for all threads. Throws with the system's code. */
export function readServerTls(config: ServerTlsConfig): ServerTls {
  return {
    pairs: config.keys.map(({ publicKey, privateKey }) => ({
      certificate: readFileSync(publicKey, "utf8"),
      privateKey: readFileSync(privateKey, "utf8"),
    })),
    secureOptions: secureOptionsFor(config.minVersion, config.maxVersion),
    clientAuthorities: config.isMutual ? readClientAuthorities(config) : null,
    ciphers: cipherNames(config.cipherSuites),
    curves: curveNames(config.curvePreferences),
  };
}

/** The system's authorities, unless that is switched off, those of the file, and gw's own certificates. */
function readClientAuthorities(config: ServerTlsConfig): string[] {
  const own = [...config.caCerts, ...config.keys.map(({ publicKey }) => publicKey)];
  const system = config.isSystemCaPoolDisabled ? [] : systemCertificates();
  return [...system, ...own.map((path) => readFileSync(path, "utf8"))];
}
