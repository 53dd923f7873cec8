import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { connect, createServer, type TLSSocket, type TlsOptions } from "node:tls";
import type { KeyPair } from "./certificates.ts";
import { RawConnection } from "./raw-client.ts";
import type { ScriptedUpstream } from "./scripted-upstream.ts";

/** A backend that speaks TLS. */
export interface TlsBackend {
  readonly port: number;
  /** Of the connections whose handshake succeeded, in order: the common name that the gateway showed, or "". */
  readonly clientNames: readonly string[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** A TLS connection to a port of 127.0.0.1, whoever the server is; fails where the handshake does. */
export async function openTls(
  port: number,
  shown?: KeyPair,
): Promise<{ readonly connection: RawConnection; readonly socket: TLSSocket }> {
  const options = {
    port,
    host: "127.0.0.1",
    rejectUnauthorized: false,
    allowHalfOpen: true,
    ...(shown === undefined
      ? {}
      : { cert: readFileSync(shown.certificate), key: readFileSync(shown.key) }),
  };
  const socket = connect(options);
  await new Promise<void>((resolve, reject) => {
    socket.once("secureConnect", resolve);
    socket.once("error", reject);
  });
  return { connection: new RawConnection(socket), socket };
}

/** Serves the scripts over TLS on a free port of 127.0.0.1. */
export async function startTlsBackend(
  upstream: ScriptedUpstream,
  pair: KeyPair,
  options: TlsOptions = {},
): Promise<TlsBackend> {
  const clientNames: string[] = [];
  const sockets = new Set<TLSSocket>();
  const cert = readFileSync(pair.certificate);
  const key = readFileSync(pair.key);
  const server = createServer({ cert, key, ...options }, (socket) => {
    sockets.add(socket);
    // The gateway may leave at any time; what that means is the test's to assert.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    clientNames.push(String(socket.getPeerCertificate()?.subject?.CN ?? ""));
    upstream.onConnection(socket);
  });
  // A refused handshake is the gateway's to report.
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: isAddress(address) ? address.port : 0,
    clientNames,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}
