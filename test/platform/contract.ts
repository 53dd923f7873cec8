import type {
  ClientTls,
  Listener,
  ListenOptions,
  ServerTls,
  SocketProvider,
} from "../../src/platform/sockets.ts";
import { openConnection, type RawConnection } from "../support/raw-client.ts";
import { RecordedSocket, recordingEvents } from "./recorded-socket.ts";

/** Something that the sockets of every runtime do. Written without a test runner, so that it runs on each. */
export interface ContractCase {
  /** A sentence about sockets. */
  readonly name: string;
  /** Rejects where they do otherwise. */
  readonly run: (sockets: SocketProvider) => Promise<void>;
}

/** A listener on 127.0.0.1 and what it accepts. */
export interface RecordingListener extends Listener {
  /** Opened sockets, in order. */
  readonly accepted: readonly RecordedSocket[];
  /** The next one that opens, or that has opened and was not asked for. */
  next(): Promise<RecordedSocket>;
  [Symbol.dispose](): void;
}

/** Listens on a free port. */
export async function listen(
  sockets: SocketProvider,
  options: Partial<ListenOptions<RecordedSocket>> = {},
): Promise<RecordingListener> {
  const accepted: RecordedSocket[] = [];
  const door = new RecordedSocket();
  let taken = 0;
  const listener = await sockets.listen({
    host: "127.0.0.1",
    port: 0,
    tls: null,
    sharesPort: false,
    onHandshakeFailed() {},
    handshakeTimeoutMs: 2_000,
    events: recordingEvents((record) => {
      accepted.push(record);
      door.happened("accepted");
    }),
    ...options,
  });
  return {
    ...listener,
    accepted,
    async next() {
      const index = taken++;
      await door.until("a connection", () => accepted.length > index);
      return accepted[index]!;
    },
    [Symbol.dispose]: () => listener.stop(),
  };
}

/** A socket that a listener accepted, and the raw client at its other end. */
export async function acceptOne(
  sockets: SocketProvider,
): Promise<{ readonly server: RecordedSocket; readonly client: RawConnection } & Disposable> {
  const listener = await listen(sockets);
  const client = await openConnection(listener.port);
  const server = await listener.next();
  return {
    server,
    client,
    [Symbol.dispose]() {
      client.destroy();
      listener.stop();
    },
  };
}

/** Connects to 127.0.0.1, or to a host by name; `open` and `failed` are among the record's events. */
export function connect(
  sockets: SocketProvider,
  port: number,
  { host = "127.0.0.1", tls = null }: { host?: string; tls?: ClientTls | null } = {},
): RecordedSocket {
  const owner = new RecordedSocket();
  sockets.connect({ host, port, tls, keepAliveMs: 0, owner, events: recordingEvents() });
  return owner;
}

/** A certificate and its key as PEM texts. */
export interface PemPair {
  readonly certificate: string;
  readonly privateKey: string;
}

/** What the cases with TLS need; made once for all runtimes. */
export interface TlsMaterial {
  readonly authority: string;
  /** For localhost and 127.0.0.1. */
  readonly server: PemPair;
  /** Of another name. */
  readonly elsewhere: PemPair;
  readonly client: PemPair;
  /** Of an authority that nobody knows. */
  readonly stranger: PemPair;
}

/** The server's settings, any version, no client certificate. */
export function serverTls(pair: PemPair, more: Partial<ServerTls> = {}): ServerTls {
  return {
    pairs: [pair],
    secureOptions: 0,
    clientAuthorities: null,
    ciphers: "",
    curves: "",
    ...more,
  };
}

/** The client's settings: verifies with this authority, shows no certificate. */
export function clientTls(authority: string, more: Partial<ClientTls> = {}): ClientTls {
  return {
    serverName: "localhost",
    isVerified: true,
    certificateAuthorities: [authority],
    certificate: null,
    privateKey: null,
    secureOptions: 0,
    ciphers: "",
    curves: "",
    ...more,
  };
}
