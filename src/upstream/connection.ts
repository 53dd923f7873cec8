import { BodyDecoder } from "../http1/body-decoder.ts";
import { parseResponseHead, type ResponseHead } from "../http1/response-head.ts";
import { cutBytes } from "../lib/cut-bytes.ts";
import { InputBuffer } from "../lib/input-buffer.ts";
import { Outbox } from "../platform/outbox.ts";
import type { ClientSocketEvents, Socket } from "../platform/sockets.ts";
import type { HostPool, PooledConnection } from "./host-pool.ts";

/** Heads of backends may be larger than those of clients: Go's limits. */
export const HEAD_LIMITS = { maxBytes: 1024 * 1024, maxHeaders: 1000, maxTargetBytes: 0 };

/** A server that sends interim answers for ever is no server. */
const MAX_INTERIM_RESPONSES = 100;

/** Who waits for what a connection brings: one exchange. */
export interface ResponseReceiver {
  readonly method: string;
  /** With TLS: the handshake begins. */
  handshaking(): void;
  connected(): void;
  connectFailed(
    error: Parameters<ClientSocketEvents<UpstreamConnection>["connectFailed"]>[1],
  ): void;
  /** `100 Continue`: the backend wants the request's body. */
  continued(): void;
  head(head: ResponseHead): void;
  data(chunk: Buffer): void;
  /** Instead of `head`, `data` and `finished`: the response came in one piece. */
  whole(head: ResponseHead, body: Buffer, isReusable: boolean): void;
  /** The response is whole; `isReusable` says whether another may follow on the connection. */
  finished(isReusable: boolean): void;
  drained(): void;
  broken(cause: BrokenResponse): void;
}

/** Why there is no whole response. */
export interface BrokenResponse {
  /** No byte of it came. */
  readonly isClean: boolean;
  /** It was not HTTP: what was wrong. */
  readonly malformed: string | undefined;
}

/** One connection to a backend: reads responses for one receiver after the other. */
export class UpstreamConnection implements PooledConnection {
  readonly pool: HostPool<UpstreamConnection>;
  idleSince = 0;
  /** It has carried a response: the other side may have closed it meanwhile. */
  isReused = false;
  #socket: Socket<UpstreamConnection> | null = null;
  /** What there is of a connection that has not opened yet. */
  #dialing: { terminate(): void } | null = null;
  #outbox: Outbox<UpstreamConnection> | null = null;
  #receiver: ResponseReceiver | null;
  readonly #input = new InputBuffer();
  /** As much of the input as was searched for the end of a head. */
  #scanned = 0;
  #interim = 0;
  #decoder: BodyDecoder | null = null;
  #keepsAlive = false;
  #isClosed = false;
  #isPaused = false;
  #hasReceived = false;
  readonly #toReceiver = (chunk: Buffer): void => this.#receiver?.data(chunk);

  constructor(pool: HostPool<UpstreamConnection>, receiver: ResponseReceiver) {
    this.pool = pool;
    this.#receiver = receiver;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Only once connected. */
  get outbox(): Outbox<UpstreamConnection> {
    return this.#outbox!;
  }

  /** Gives an idle connection its next exchange. */
  assign(receiver: ResponseReceiver): void {
    this.#receiver = receiver;
    this.#interim = 0;
    this.#hasReceived = false;
    this.isReused = true;
  }

  pause(): void {
    this.#isPaused = true;
    this.#socket?.pause();
  }

  resume(): void {
    if (this.#isPaused) this.#socket?.resume();
    this.#isPaused = false;
  }

  /** An orderly end, for connections that are idle. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#receiver = null;
    this.#socket?.end();
  }

  /** An abrupt end, for connections in the middle of something. */
  destroy(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#receiver = null;
    this.#dialing?.terminate();
    this.#socket?.terminate();
  }

  /** Takes what has to be ended when nobody waits for the connection any more. */
  dialing(attempt: { terminate(): void }): void {
    if (this.#isClosed) attempt.terminate();
    else this.#dialing = attempt;
  }

  onHandshaking(socket: { terminate(): void }): void {
    this.dialing(socket);
    this.#receiver?.handshaking();
  }

  onOpen(socket: Socket<UpstreamConnection>): void {
    this.#socket = socket;
    this.#dialing = null;
    this.#outbox = new Outbox(socket);
    if (this.#isClosed) socket.terminate();
    else this.#receiver?.connected();
  }

  onConnectFailed(error: Parameters<ResponseReceiver["connectFailed"]>[0]): void {
    const receiver = this.#receiver;
    this.#isClosed = true;
    this.#receiver = null;
    receiver?.connectFailed(error);
  }

  onData(bytes: Buffer): void {
    if (this.#isClosed) return;
    // A backend that talks unasked may be answering somebody else's request: never reuse it.
    if (this.#receiver === null) {
      this.pool.remove(this);
      this.destroy();
      return;
    }
    this.#hasReceived = true;
    if (this.#decoder === null) this.#readHead(bytes);
    else this.#readBody(this.#decoder, bytes, 0);
  }

  onDrain(): void {
    if (this.#outbox?.drain() === true) this.#receiver?.drained();
  }

  onEnd(): void {
    this.#lost();
  }

  onClose(): void {
    this.#lost();
  }

  #readHead(received: Buffer): void {
    this.#input.append(received);
    const { method } = this.#receiver!;
    for (;;) {
      const bytes = this.#input.view();
      const { length } = bytes;
      const parsed = parseResponseHead(bytes, 0, length, HEAD_LIMITS, method, this.#scanned);
      if (parsed === undefined) {
        this.#scanned = length;
        return;
      }
      this.#scanned = 0;
      if ("kind" in parsed) {
        this.#break(false, parsed.message);
        return;
      }
      const { head, end } = parsed;
      if (head.status >= 200) {
        this.#input.clear();
        this.#startBody(head, bytes, end);
        return;
      }
      this.#input.consume(end);
      this.#interim++;
      if (head.status === 101 || this.#interim > MAX_INTERIM_RESPONSES) {
        this.#break(false, `unexpected interim response ${head.status}`);
        return;
      }
      if (head.status === 100) this.#receiver?.continued();
    }
  }

  #startBody(head: ResponseHead, bytes: Buffer, end: number): void {
    const { framing } = head;
    this.#keepsAlive = head.keepsAlive && framing.kind !== "close";
    const wholeLength =
      framing.kind === "none" ? 0 : framing.kind === "length" ? framing.length : -1;
    if (wholeLength >= 0 && end + wholeLength <= bytes.length) {
      const bodyEnd = end + wholeLength;
      const receiver = this.#receiver!;
      this.#receiver = null;
      const isReusable = this.#keepsAlive && bodyEnd === bytes.length;
      receiver.whole(head, cutBytes(bytes, end, bodyEnd), isReusable);
      return;
    }
    const decoder = new BodyDecoder(framing);
    this.#decoder = decoder;
    this.#receiver!.head(head);
    // The receiver may have had enough of it already.
    if (!this.#isClosed) this.#readBody(decoder, bytes, end);
  }

  #readBody(decoder: BodyDecoder, bytes: Buffer, from: number): void {
    const end = decoder.decode(bytes, from, bytes.length, this.#toReceiver);
    if (this.#isClosed) return;
    if (decoder.error !== undefined) this.#break(false, decoder.error);
    else if (decoder.isDone) this.#finish(end === bytes.length);
  }

  /** Bytes after a response were not asked for: the connection is not used again. */
  #finish(isClean: boolean): void {
    const receiver = this.#receiver!;
    this.#decoder = null;
    this.#receiver = null;
    this.resume();
    receiver.finished(isClean && this.#keepsAlive);
  }

  #break(isClean: boolean, malformed: string | undefined): void {
    const receiver = this.#receiver;
    this.destroy();
    receiver?.broken({ isClean, malformed });
  }

  #lost(): void {
    if (this.#isClosed) return;
    if (this.#receiver === null) {
      this.pool.remove(this);
      this.close();
      return;
    }
    if (this.#decoder?.endOfInput() === true) {
      this.#keepsAlive = false;
      this.#finish(true);
      this.close();
      return;
    }
    this.#break(!this.#hasReceived, undefined);
  }
}

/** What the runtime calls; one table for all upstream connections. */
export const UPSTREAM_EVENTS: ClientSocketEvents<UpstreamConnection> = {
  handshaking: (connection, socket) => connection.onHandshaking(socket),
  open: (socket) => socket.data.onOpen(socket),
  data: (socket, bytes) => socket.data.onData(bytes),
  drain: (socket) => socket.data.onDrain(),
  end: (socket) => socket.data.onEnd(),
  close: (socket) => socket.data.onClose(),
  connectFailed: (connection, error) => connection.onConnectFailed(error),
};
