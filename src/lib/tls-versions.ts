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
