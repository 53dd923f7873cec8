import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Paths of a certificate and its key. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate authority of the test's own, with its files in a temporary folder. */
export interface TestAuthority {
  /** Path of its certificate. */
  readonly certificate: string;
  /** Issues a pair; the names are OpenSSL's: `DNS:localhost,IP:127.0.0.1`. */
  issue(names: string): KeyPair;
  [Symbol.dispose](): void;
}

/** Makes a certificate authority with `openssl`; throws with its output when that fails. */
export function createAuthority(openssl: string): TestAuthority {
  const folder = mkdtempSync(join(tmpdir(), "gw-tls-"));
  const pathOf = (name: string) => join(folder, name);
  let issued = 0;
  const make = (name: string, ...words: readonly string[]): KeyPair => {
    const pair = { certificate: pathOf(`${name}.pem`), key: pathOf(`${name}.key`) };
    const kind = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";
    const files = ["-keyout", pair.key, "-out", pair.certificate];
    execFileSync(openssl, [...kind.split(" "), ...files, "-subj", `/CN=${name}`, ...words], {
      stdio: "pipe",
    });
    return pair;
  };
  const own = make("authority");
  return {
    certificate: own.certificate,
    issue(names) {
      const by = ["-CA", own.certificate, "-CAkey", own.key];
      const limits = ["-addext", "basicConstraints=critical,CA:FALSE"];
      return make(`pair${++issued}`, ...by, ...limits, "-addext", `subjectAltName=${names}`);
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
