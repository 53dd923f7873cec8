import tls from "node:tls";

/** PEM texts of the certificate authorities that the runtime trusts by itself; made on demand, which takes a while. */
export function systemCertificates(): readonly string[] {
  return tls.rootCertificates;
}
