import { readFileSync } from "node:fs";
import type { ClientTlsConfig } from "../config/model.ts";
import { parseIp } from "../lib/cidr.ts";
import { cipherNames, curveNames, secureOptionsFor } from "../lib/tls-settings.ts";
import type { ClientTls } from "../platform/sockets.ts";
import { systemCertificates } from "../platform/system-certificates.ts";

/** Reads the files of `client_tls` once; the result gives the settings towards a host. Throws where a file cannot be read. */
export function compileClientTls(config: ClientTlsConfig | null): (host: string) => ClientTls {
  const pair = config?.clientCerts[0];
  const shared = {
    isVerified: config?.allowsInsecureConnections !== true,
    certificateAuthorities: config === null ? [] : authorities(config),
    certificate: pair === undefined ? null : readFileSync(pair.certificate, "utf8"),
    privateKey: pair === undefined ? null : readFileSync(pair.privateKey, "utf8"),
    // Without the block the runtime's own range holds: TLS 1.2 and newer.
    secureOptions: config === null ? 0 : secureOptionsFor(config.minVersion, config.maxVersion),
    ciphers: config === null ? "" : cipherNames(config.cipherSuites),
    curves: config === null ? "" : curveNames(config.curvePreferences),
  };
  return (host) => ({ ...shared, serverName: serverNameOf(host) });
}

/** Certificates and SNI know no final dot, which hosts found through DNS have. */
function serverNameOf(host: string): string {
  if (parseIp(host) !== undefined) return "";
  return host.endsWith(".") ? host.slice(0, -1) : host;
}

function authorities({ caCerts, isSystemCaPoolDisabled }: ClientTlsConfig): string[] {
  const own = caCerts.map((path) => readFileSync(path, "utf8"));
  if (isSystemCaPoolDisabled || own.length === 0) return own;
  // Naming one's own replaces the system's pool, so that has to be named as well.
  return [...systemCertificates(), ...own];
}
