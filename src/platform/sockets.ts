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
  /** Writes what the kernel takes and returns how many bytes that were, or -1 once closed; the rest is the caller's to keep until `drain`. */
  write(bytes: Uint8Array, byteOffset?: number, byteLength?: number): number;
  /** Sends FIN after what was written: the peer reads everything, then the end. */
  end(): void;
  /** Drops the connection at once; the peer sees a reset. */
  terminate(): void;
  /** Stops reading: the kernel's window fills and the peer waits. */
  pause(): void;
  resume(): void;
}

/** What a connection tells its owner; one table serves every socket of a listener or client. */
export interface SocketEvents<Owner> {
  open(socket: Socket<Owner>): void;
  /** The bytes belong to the receiver; they are not reused. */
  data(socket: Socket<Owner>, bytes: Buffer): void;
  /** There is room again after a short `write`. */
  drain(socket: Socket<Owner>): void;
  /** The peer sent FIN; writing still works. */
  end(socket: Socket<Owner>): void;
  /** The connection is gone, whoever ended it. Comes once, last. */
  close(socket: Socket<Owner>): void;
}

/** PEM texts of one side of a TLS connection. */
export interface TlsIdentity {
  readonly certificate: string;
  readonly privateKey: string;
}
