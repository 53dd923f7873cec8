import { constants } from "node:crypto";

/** Oldest first; each with the option bit that forbids it. */
const VERSIONS = [
  ["TLSv1", constants.SSL_OP_NO_TLSv1],
  ["TLSv1.1", constants.SSL_OP_NO_TLSv1_1],
  ["TLSv1.2", constants.SSL_OP_NO_TLSv1_2],
  ["TLSv1.3", constants.SSL_OP_NO_TLSv1_3],
] as const;

type Version = (typeof VERSIONS)[number][0];

/** The protocol range that OpenSSL's option bits leave, for runtimes that do not heed the bits; none where no bit is set. */
export function versionRange(secureOptions: number): {
  readonly minVersion?: Version;
  readonly maxVersion?: Version;
} {
  const allowed = VERSIONS.filter(([, bit]) => (secureOptions & bit) === 0);
  const min = allowed[0];
  const max = allowed.at(-1);
  if (min === undefined || max === undefined || allowed.length === VERSIONS.length) return {};
  return { minVersion: min[0], maxVersion: max[0] };
}
