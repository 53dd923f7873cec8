import { rootCertificates } from "node:tls";

/** PEM texts of the certificate authorities that the runtime trusts by itself. */
export const systemCertificates: readonly string[] = rootCertificates;
