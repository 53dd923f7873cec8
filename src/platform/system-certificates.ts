/** PEM texts of the certificate authorities that the runtime trusts by itself; made on demand, which takes a while. */
export function systemCertificates(): readonly string[] {
  // Not imported: few configurations ask for it, and every thread would load it.
  return process.getBuiltinModule("node:tls").rootCertificates;
}
