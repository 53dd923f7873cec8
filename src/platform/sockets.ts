/**
 * The sockets of the runtime, as one small interface.
 *
 * The shape is that of Bun's own TCP sockets, so that on Bun nothing stands between gw and the
 * runtime; on Deno a class over `node:net` has the same methods (`sockets-node.ts`).
 * Only this folder names a runtime.
 */

/** One TCP or TLS connection. `Owner` is whoever handles its events; it hangs on `data`. */
export interface Socket<Owner> {
  /** Set once, by `open`; every event finds its owner here. */
  data: Owner;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  /** What both sides agreed on in the TLS handshake (RFC 7301); `false` or `null`: nothing. */
  readonly alpnProtocol: string | false | null;
  /** Writes what the kernel takes and returns how many bytes that were, or -1 once closed; the rest is the caller's to keep until `drain`. */
  write(bytes: Uint8Array, byteOffset?: number, byteLength?: number): number;
  /** Sends FIN after what was written and goes on reading: nothing unread turns it into a reset. */
  shutdown(): void;
  /** Sends FIN and closes; for connections on which nothing can come any more. */
  end(): void;
  /** Drops the connection at once; the peer sees a reset. */
  terminate(): void;
  /** Stops reading: the kernel's window fills and the peer waits. */
  pause(): void;
  resume(): void;
}

/** What a connection tells its owner; one table serves every socket of a listener or client. */
export interface SocketEvents<Owner> {
  /** Connected, and with TLS also authenticated: bytes may be written. */
  open(socket: Socket<Owner>): void;
  /** The bytes belong to the receiver; they are not reused. */
  data(socket: Socket<Owner>, bytes: Buffer): void;
  /** There is room again after a short `write`; may also come unasked. */
  drain(socket: Socket<Owner>): void;
  /** The peer sent FIN; writing still works. Where FIN of our own went before, `close` may come in its place. */
  end(socket: Socket<Owner>): void;
  /** The connection is gone, whoever ended it. Comes once, last, and only after `open`. */
  close(socket: Socket<Owner>): void;
}

/** The same for a connection of our own making, which may also never come about. */
export interface ClientSocketEvents<Owner> extends SocketEvents<Owner> {
  /** With TLS, before `open`: there is a connection, and the handshake begins. */
  handshaking?(owner: Owner, connection: { terminate(): void }): void;
  /** Instead of `open`. The `owner` is the one handed to `connect`. */
  connectFailed(owner: Owner, error: ConnectError): void;
}

/** Why a connection did not come about. */
export interface ConnectError {
  /** `proxy`: a proxy between would not connect; the message says why. */
  readonly stage: "lookup" | "connect" | "tls" | "proxy";
  /** The system's or the TLS library's code, such as `ECONNREFUSED`. */
  readonly code: string;
  readonly message: string;
  /** It was the connection to a proxy. */
  readonly isOfProxy?: true;
}

/** Where to listen, and who hears of it. */
export interface ListenOptions<Owner> {
  /** An IP address; `::` accepts IPv4 too. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly tls: ServerTls | null;
  /** Other threads of this process listen there too; the system gives each a part of the connections (`SO_REUSEPORT`). */
  readonly sharesPort: boolean;
  /** A client that has not authenticated by then is dropped. */
  readonly handshakeTimeoutMs: number;
  /** A client that did not get through the TLS handshake, and why. */
  readonly onHandshakeFailed: (peerAddress: string, reason: string) => void;
  readonly events: SocketEvents<Owner>;
}

/** A port that accepts connections. */
export interface Listener {
  readonly port: number;
  /** Other certificates for handshakes from now on; only for a listener with TLS. Throws, and changes nothing, for texts that are none. */
  replaceTls(tls: ServerTls): void;
  /** Accepts no more; live connections go on. */
  stop(): void;
}

/** A certificate, with those that lead to its authority, and its key, as PEM texts. */
export interface PemPair {
  readonly certificate: string;
  readonly privateKey: string;
}

/** PEM texts and protocol range of the server's side. */
export interface ServerTls {
  /** At least one; the first is for clients that name no host, or one that no other pair is for. */
  readonly pairs: readonly PemPair[];
  /** OpenSSL's option bits, which hold the protocol range. */
  readonly secureOptions: number;
  /** PEM texts of who may sign clients' certificates; `null`: none is asked for. */
  readonly clientAuthorities: readonly string[] | null;
  /** OpenSSL names for TLS 1.2 and older, joined by colons; empty: the library's own list. */
  readonly ciphers: string;
  /** Names of curves, the preferred one first, joined by colons; empty: the library's own list. */
  readonly curves: string;
}

/** Whom to connect to, and on whose behalf. */
export interface ConnectOptions<Owner> {
  readonly host: string;
  readonly port: number;
  readonly tls: ClientTls | null;
  /** Silence after which the system asks whether the peer is still there; 0 or less: never. */
  readonly keepAliveMs: number;
  readonly owner: Owner;
  readonly events: ClientSocketEvents<Owner>;
}

/** TLS for a connection that stands, and who hears of it from then on. */
export interface SecureOptions<Owner> {
  readonly tls: ClientTls;
  readonly owner: Owner;
  readonly events: ClientSocketEvents<Owner>;
}

/** PEM texts and protocol range of the client's side. */
export interface ClientTls {
  /** Sent as SNI and looked for in the certificate. */
  readonly serverName: string;
  readonly isVerified: boolean;
  /** Empty: the system's pool. */
  readonly certificateAuthorities: readonly string[];
  readonly certificate: string | null;
  readonly privateKey: string | null;
  readonly secureOptions: number;
  /** OpenSSL names for TLS 1.2 and older, joined by colons; empty: the library's own list. */
  readonly ciphers: string;
  /** OpenSSL names, joined by colons, the first one is tried first; empty: the library's own list. */
  readonly curves: string;
}

/** What a runtime offers. */
export interface SocketProvider {
  /** Rejects with the system's code (`EADDRINUSE`, `EACCES`, …) when it cannot listen. */
  listen<Owner>(options: ListenOptions<Owner>): Promise<Listener>;
  connect<Owner>(options: ConnectOptions<Owner>): void;
  /** Begins a TLS handshake as the client on a plain connection made by `connect`, whose former events mean nothing from then on. */
  secure<Owner>(socket: Socket<unknown>, options: SecureOptions<Owner>): void;
}
