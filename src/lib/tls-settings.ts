import { constants } from "node:crypto";

const VERSIONS = ["TLS10", "TLS11", "TLS12", "TLS13"] as const;

const FORBID: Readonly<Record<(typeof VERSIONS)[number], number>> = {
  TLS10: constants.SSL_OP_NO_TLSv1,
  TLS11: constants.SSL_OP_NO_TLSv1_1,
  TLS12: constants.SSL_OP_NO_TLSv1_2,
  TLS13: constants.SSL_OP_NO_TLSv1_3,
};

/** OpenSSL's option bits that leave only the protocol versions from `min` to `max`. */
export function secureOptionsFor(
  min: (typeof VERSIONS)[number],
  max: (typeof VERSIONS)[number],
): number {
  const from = VERSIONS.indexOf(min);
  const to = VERSIONS.indexOf(max);
  return VERSIONS.reduce((bits, version, at) => {
    const isAllowed = at >= from && at <= to;
    return isAllowed ? bits : bits | FORBID[version];
  }, 0);
}

/** Names of OpenSSL for the numbers of the TLS registry; those of TLS 1.3 are fixed and not among them. */
const CIPHERS: Readonly<Record<number, string>> = {
  49195: "ECDHE-ECDSA-AES128-GCM-SHA256",
  49196: "ECDHE-ECDSA-AES256-GCM-SHA384",
  49199: "ECDHE-RSA-AES128-GCM-SHA256",
  49200: "ECDHE-RSA-AES256-GCM-SHA384",
  52392: "ECDHE-RSA-CHACHA20-POLY1305",
  52393: "ECDHE-ECDSA-CHACHA20-POLY1305",
  49171: "ECDHE-RSA-AES128-SHA",
  49172: "ECDHE-RSA-AES256-SHA",
  49191: "ECDHE-RSA-AES128-SHA256",
  49187: "ECDHE-ECDSA-AES128-SHA256",
  49161: "ECDHE-ECDSA-AES128-SHA",
  49162: "ECDHE-ECDSA-AES256-SHA",
  156: "AES128-GCM-SHA256",
  157: "AES256-GCM-SHA384",
  47: "AES128-SHA",
  53: "AES256-SHA",
};

/** OpenSSL's list for cipher suites given by number; unknown ones are left out, as in KrakenD. */
export function cipherNames(suites: readonly number[]): string {
  return suites.flatMap((suite) => CIPHERS[suite] ?? []).join(":");
}

/** Groups of the TLS registry in Go's order of preference, which counts whatever order they are written in. */
const CURVES: readonly (readonly [number, string])[] = [
  [4588, "X25519MLKEM768"],
  [29, "X25519"],
  [23, "P-256"],
  [24, "P-384"],
  [25, "P-521"],
];

/** OpenSSL's list for key exchange groups given by number; unknown ones are left out. */
export function curveNames(curves: readonly number[]): string {
  return CURVES.flatMap(([id, name]) => (curves.includes(id) ? name : [])).join(":");
}
