import { X509Certificate } from "node:crypto";
import type net from "node:net";
import type tls from "node:tls";
import { checkKeyPair } from "./key-pair.ts";
import type { ListenOptions, ServerTls } from "./sockets.ts";
import { versionRange } from "./tls-versions.ts";

/** What clients may agree on, the preferred one first (RFC 7301). */
const PROTOCOLS = ["h2", "http/1.1"];

/** A server that ends TLS, and whose certificates can change while it serves. */
export interface TlsServer {
  readonly server: net.Server;
  /** For handshakes from now on; throws, and changes nothing, where the texts are not pairs of certificate and key. */
  replace(settings: ServerTls): void;
}

/** What becomes of clients that do not authenticate. */
export type HandshakeOptions = Pick<
  ListenOptions<unknown>,
  "handshakeTimeoutMs" | "onHandshakeFailed"
>;

/** Makes the server; it does not listen yet. Throws as `replace` does. */
export function createTlsServer(
  settings: ServerTls,
  { handshakeTimeoutMs, onHandshakeFailed }: HandshakeOptions,
  accept: (stream: net.Socket) => void,
): TlsServer {
  let certificates = new Certificates(settings);
  const server = loadTls().createServer(
    {
      ...optionsOf(settings),
      allowHalfOpen: true,
      handshakeTimeout: handshakeTimeoutMs,
      ALPNProtocols: PROTOCOLS,
      // Asked for clients that name a host; the others get the first pair.
      SNICallback: (name, done) => done(null, certificates.contextFor(name)),
    },
    accept,
  );
  server.on("tlsClientError", (error: NodeJS.ErrnoException, stream) => {
    // Whoever only tries whether the port is open, as balancers do, is no failure.
    if (error.code !== "ECONNRESET") onHandshakeFailed(stream.remoteAddress ?? "", describe(error));
    stream.destroy();
  });
  return {
    server,
    replace(next) {
      certificates = new Certificates(next);
      server.setSecureContext(optionsOf(next));
    },
  };
}

/** OpenSSL's name for what went wrong in words, with its code; other errors with theirs. */
function describe(error: NodeJS.ErrnoException): string {
  const code = error.code ?? "";
  return KNOWN_REASONS[code] ?? (code === "" ? error.message : `${error.message} (${code})`);
}

const KNOWN_REASONS: Readonly<Record<string, string>> = {
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: "it showed no certificate (enable_mtls)",
  ERR_SSL_UNSUPPORTED_PROTOCOL: "it speaks no version of TLS that is accepted (min_version)",
  ERR_SSL_NO_SHARED_CIPHER: "it shares no cipher with this server (cipher_suites)",
  ERR_SSL_HTTP_REQUEST: "it sent plain HTTP",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS",
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: "it does not know this server's authority",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: "it does not accept this server's certificate",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is of no known authority (self-signed)",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is of no known authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is of no known authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is of no known authority",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_HANDSHAKE_TIMEOUT: "it did not finish the handshake in time",
};

/** `Listener.replaceTls` of a listener without TLS. */
export function refuseCertificates(): never {
  throw new Error("a listener without TLS has no certificates");
}

/** Every pair with the names that its certificate is for. */
class Certificates {
  readonly #contexts: readonly {
    readonly certificate: X509Certificate;
    readonly context: tls.SecureContext;
  }[];

  constructor(settings: ServerTls) {
    for (const { certificate, privateKey } of settings.pairs) checkKeyPair(certificate, privateKey);
    this.#contexts = settings.pairs.map((pair) => ({
      certificate: new X509Certificate(pair.certificate),
      context: loadTls().createSecureContext(optionsOf({ ...settings, pairs: [pair] })),
    }));
  }

  /** The first pair that is for the name, else the first of all, as in Go. */
  contextFor(name: string): tls.SecureContext {
    const first = this.#contexts[0]!;
    const fitting = this.#contexts.find(
      ({ certificate }) => certificate.checkHost(name) !== undefined,
    );
    return (fitting ?? first).context;
  }
}

function optionsOf(settings: ServerTls): tls.TlsOptions & tls.SecureContextOptions {
  const { certificate, privateKey } = settings.pairs[0]!;
  return {
    cert: certificate,
    key: privateKey,
    ...versionRange(settings.secureOptions),
    ...(settings.clientAuthorities === null
      ? {}
      : { requestCert: true, rejectUnauthorized: true, ca: [...settings.clientAuthorities] }),
    ...(settings.ciphers === "" ? {} : { ciphers: settings.ciphers }),
    ...(settings.curves === "" ? {} : { ecdhCurve: settings.curves }),
  };
}

// Not imported: without TLS it would be loaded at every start and in every thread.
function loadTls(): typeof tls {
  return process.getBuiltinModule("node:tls");
}
