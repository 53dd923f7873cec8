import { createPrivateKey, X509Certificate } from "node:crypto";

/** Throws, with a code of the TLS library's kind, where the PEM texts are not a certificate and its key: Deno would listen and fail every handshake. */
export function checkKeyPair(certificate: string, privateKey: string): void {
  const key = parse("NO_KEY", () => createPrivateKey(privateKey));
  const first = parse("NO_CERTIFICATE", () => new X509Certificate(certificate));
  if (!first.checkPrivateKey(key)) throw failure("KEY_VALUES_MISMATCH");
}

function parse<Result>(reason: string, attempt: () => Result): Result {
  try {
    return attempt();
  } catch {
    // Every runtime has other words for it.
    throw failure(reason);
  }
}

function failure(reason: string): Error {
  return Object.assign(new Error(`PEM:${reason}`), { code: `ERR_OSSL_${reason}` });
}
